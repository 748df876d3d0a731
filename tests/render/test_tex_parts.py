"""A text as its parts."""

import pytest

from pipeline.render.formula import Formula
from pipeline.render.tex_parts import Broken, Script, read_parts, text_of


def test_the_parts_stand_in_order() -> None:
    first, formula, second, script, third, broken = read_parts(r"on $n^2$ CO\textsubscript{2} as $\ours_1$")
    assert (first, second, third) == ("on ", " CO", " as ")
    assert isinstance(formula, Formula) and formula.source == "n^2"
    assert script == Script("sub", ("2",))
    assert broken == Broken(r"$\ours_1$", "ours_1")


def test_every_part_reads_as_text() -> None:
    assert "".join(map(text_of, read_parts(r"on $n^2$ CO\textsubscript{2} as $\ours_1$"))) == "on n² CO₂ as ours_1"


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(r"\emph{" * 3000, id="commands in commands"),
        pytest.param(r"\emph{" * 3000 + "}" * 3000, id="and closed"),
        pytest.param(r"\cite{" * 3000 + "x" + "}" * 3000, id="with brackets"),
        pytest.param(r"\href{a}{" * 2000 + "}" * 2000, id="links in links"),
        pytest.param("^{" * 5000 + "x" + "}" * 5000, id="scripts in scripts"),
        pytest.param(r"\'{" * 5000 + "e" + "}" * 5000, id="accents on accents"),
        pytest.param(r"\'" * 10000 + "e", id="accents alone"),
        pytest.param("{" * 20000, id="braces"),
        pytest.param("$" * 20000, id="dollars"),
        pytest.param("$a" * 10000, id="dollars and letters"),
        pytest.param("`" * 20000, id="quotes"),
        pytest.param("``" * 5000 + "''" * 5000, id="quotes and their ends"),
        pytest.param("~" * 20000, id="tildes"),
        pytest.param(r"\begin{equation}" * 2000, id="environments without end"),
        pytest.param(r"\bar" * 5000, id="one long command"),
        pytest.param(r"\bar " * 5000, id="many short ones"),
        pytest.param(r"\alpha_" * 3000, id="scripts without end"),
        pytest.param(r"\foo[" * 5000, id="options without end"),
        pytest.param("\\" * 20001, id="backslashes"),
    ],
)
def test_hostile_texts_are_read_without_a_backslash_left(hostile: str) -> None:
    assert "\\" not in "".join(map(text_of, read_parts(hostile)))
    assert "\\" not in "".join(map(text_of, read_parts(f"{hostile} $x$ {hostile}")))
