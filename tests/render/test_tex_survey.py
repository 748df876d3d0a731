"""Whose the braces, tildes and quotes of a text are."""

import pytest

from pipeline.render.dollars import find_formulas
from pipeline.render.tex_survey import survey


def surveyed(raw: str, kind: str) -> str:
    """The text with a caret for every place of that kind."""
    source = survey(raw, {one.start: one for one in find_formulas(raw)})
    places: frozenset[int] = getattr(source, kind)
    return "".join("^" if place in places else character for place, character in enumerate(raw))


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        pytest.param(r"\emph{far} {\it far}", r"\emph^far^ ^\it far^", id="of a command"),
        pytest.param("the {B}ayes {net}", "the ^B^ayes ^net^", id="round letters"),
        pytest.param("one of {0, 1} or {a: b}", "one of {0, 1} or {a: b}", id="a set"),
        pytest.param(r"\frac{0, 1}{2: 3}", r"\frac^0, 1^^2: 3^", id="what a command is given"),
        pytest.param("a} b{", "a} b{", id="lone ones of a plain text"),
        pytest.param(r"\'e} b{", r"\'e^ b^", id="lone ones in TeX"),
        pytest.param(r"\{a\} ${b}$", r"\{a\} ${b}$", id="escaped ones and a formula's"),
    ],
)
def test_braces_are_tex_s_or_the_text_s(raw: str, kept: str) -> None:
    assert surveyed(raw, "dropped") == kept


@pytest.mark.parametrize(
    ("raw", "tied"),
    [
        pytest.param(r"a model~(small) by J.~Doe~\cite{a}", r"a model^(small) by J.^Doe^\cite{a}", id="a space"),
        pytest.param(
            r"Theorem~1, Pi~4, p.~5, $n$~runs of~$n$",
            r"Theorem^1, Pi^4, p.^5, $n$^runs of^$n$",
            id="by a number or formula",
        ),
        pytest.param("Theorem~1", "Theorem~1", id="about, where there is no other TeX"),
        pytest.param(r"$n$ at FWHM~4, 1.2~2.3, ~90 and z~2", r"$n$ at FWHM~4, 1.2~2.3, ~90 and z~2", id="about"),
        pytest.param("example.org/~doe", "example.org/~doe", id="an address"),
        pytest.param("X ~ N(0,1)", "X ~ N(0,1)", id="a distribution"),
    ],
)
def test_a_tilde_is_a_space_or_says_about(raw: str, tied: str) -> None:
    assert surveyed(raw, "ties") == tied


def test_a_single_quote_closes_where_one_was_opened() -> None:
    assert surveyed("the `old' way isn't `new'", "closing") == "the `old^ way isn't `new^"


def test_pairs_nest() -> None:
    assert survey("{a{b}}", {}).pairs == {0: 5, 2: 4}
