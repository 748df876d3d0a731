"""Where formulas begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.dollars import find_formulas, whole_span


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        pytest.param("the set $x$ and $y^2$.", ["x", "y^2"], id="dollars"),
        pytest.param("as $$ x = 1 $$ shows", [" x = 1 "], id="two dollars"),
        pytest.param(r"as \(x\) and \[y\] show", ["x", "y"], id="brackets"),
        pytest.param(r"\begin{equation*} x \end{equation*}", [" x "], id="an environment"),
        pytest.param(
            r"\begin{eqnarray} x &=& 1 \\ y &=& 2 \end{eqnarray}",
            [r"\begin{aligned} x &= 1 \\ y &= 2 \end{aligned}"],
            id="one with columns",
        ),
        pytest.param("a gain of $\\sim$5 over $ n $ runs", ["\\sim", " n "], id="before a digit, and with spaces"),
        pytest.param("we pay \\$5 for $x$", ["x"], id="an escaped dollar"),
        pytest.param("line\\\\$x$", ["x"], id="a dollar after a line break"),
        pytest.param(r"$\text{if $x$ is odd}$", [r"\text{if $x$ is odd}"], id="dollars in a formula's text"),
        pytest.param(r"$\frac{$ and $x$", [r"\frac{", "x"], id="a brace that nothing closes"),
        pytest.param("between $5 and $10 a run", [], id="prices"),
        pytest.param("from $48-$74 a run", [], id="a span of prices"),
        pytest.param("at $0.50/query to~$5 or $1.5M, $2M and $3M", [], id="more prices"),
        pytest.param("for $100, $200, or $x$", ["x"], id="prices and a formula"),
        pytest.param(
            "a budget of $67 billion, while the error falls as $n^2$ here", ["n^2"], id="a price and a formula"
        ),
        pytest.param("it costs $1 per run, which is $3 less", [], id="two prices far apart"),
        pytest.param("worth $10,000$ and $0.5$", ["10,000", "0.5"], id="numbers are formulas"),
        pytest.param("a $10 pb$ sample", ["10 pb"], id="so are numbers with a unit"),
        pytest.param("of 0.8$ and $\\beta=2$ keV", ["\\beta=2"], id="a forgotten dollar"),
        pytest.param("in (0, 50]$ and so on and on until the end of it $x", [], id="a stray dollar before prose"),
        pytest.param("lone $", [], id="a lone dollar"),
        pytest.param("$$ $$ and $ $", [], id="nothing between"),
        pytest.param(r"\( and \[ and \begin{equation}", [], id="openings alone"),
    ],
)
def test_formulas_are_found_and_prices_are_not(text: str, formulas: list[str]) -> None:
    assert [one.source for one in find_formulas(text)] == formulas


def test_a_formula_knows_its_place_and_its_kind() -> None:
    text = r"a $x$ b \[y\]"
    first, second = find_formulas(text)
    assert (text[first.start : first.end], first.display) == ("$x$", False)
    assert (text[second.start : second.end], second.display) == (r"\[y\]", True)


@given(st.text(st.sampled_from("$\\()[] ab1{}\n"), max_size=60))
def test_formulas_stand_in_order_and_none_overlaps(text: str) -> None:
    place = 0
    for one in find_formulas(text):
        assert place <= one.start < one.end <= len(text)
        place = one.end


ABSTRACT = r"We bound $a. B$ from above. Costs grow as \(n\)."


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        pytest.param(0, 27, "We bound $a. B$ from above.", id="whole sentences"),
        pytest.param(0, 12, "We bound $a. B$", id="an end in a formula"),
        pytest.param(13, 27, "$a. B$ from above.", id="a start in a formula"),
        pytest.param(12, 13, "$a. B$", id="both"),
        pytest.param(9, 15, "$a. B$", id="its own ends"),
        pytest.param(28, 44, r"Costs grow as \(n\)", id="in a bracket"),
        pytest.param(0, 0, "", id="nothing"),
    ],
)
def test_an_excerpt_cuts_no_formula_in_two(start: int, end: int, shown: str) -> None:
    first, last = whole_span(ABSTRACT, start, end)
    assert ABSTRACT[first:last] == shown
