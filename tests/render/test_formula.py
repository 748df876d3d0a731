"""One formula as MathML and as text."""

import threading
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.render.formula import (
    ATTRIBUTES,
    MAX_DEPTH,
    MAX_LENGTH,
    TOKENS,
    VALUE,
    WRAPPED,
    accented,
    numbered,
    read_formula,
)
from pipeline.render.tex_tables import tables

OWN = {"alttext", "class", "data-pagefind-index-attrs", "data-pagefind-ignore"}


def mathml(source: str, *, display: bool = False) -> str:
    """The MathML without what the search index wants of it."""
    formula = read_formula(source, display=display)
    assert formula, source
    element = ElementTree.fromstring(formula.mathml)
    for name in OWN - {"class"}:
        del element.attrib[name]
    return ElementTree.tostring(element, encoding="unicode", short_empty_elements=False)


@pytest.mark.parametrize(
    ("source", "made"),
    [
        pytest.param("x^2", "<math><msup><mi>x</mi><mn>2</mn></msup></math>", id="a power"),
        pytest.param(r"\frac{a}{b}", "<math><mfrac><mi>a</mi><mi>b</mi></mfrac></math>", id="a fraction"),
        pytest.param(r"\RR", "<math><mi>ℝ</mi></math>", id="a command of ours"),
        pytest.param(r"a\/b", "<math><mi>a</mi><mi>b</mi></math>", id="a correction that formulas do not need"),
        pytest.param(r"\text{<b>}", "<math><mtext>&lt;b&gt;</mtext></math>", id="a tag is text"),
        pytest.param(r"\textbf{up}", "<math><mtext>up</mtext></math>", id="HTML in MathML becomes text"),
    ],
)  # fmt: skip
def test_a_formula_is_mathml(source: str, made: str) -> None:
    assert mathml(source) == made


def test_an_arrow_and_a_bar_are_signs_that_browsers_place() -> None:
    assert '<mo stretchy="false">→</mo>' in mathml(r"\vec p")
    assert "‾" in mathml(r"\overline{ab}")


def test_display_is_told() -> None:
    assert mathml("x", display=True) == '<math display="block"><mi>x</mi></math>'


def test_columns_keep_their_side() -> None:
    made = mathml(r"\begin{cases} 1 & x>0 \\ 0 & x<0 \end{cases}")
    assert made.count('<mtd class="left">') == 4


def test_the_search_index_reads_the_line_of_text() -> None:
    formula = read_formula("10^{-3}")
    assert formula and formula.text == "10⁻³"
    math = ElementTree.fromstring(formula.mathml)
    assert (math.get("alttext"), math.get("data-pagefind-index-attrs")) == ("10⁻³", "alttext")
    assert math.get("data-pagefind-ignore") == ""


@pytest.mark.parametrize(
    ("source", "flat"),
    [("5", True), (r"\sim", True), (r"256 \times 256", True), (r"\text{up}", True), (r"\,", True), ("n", False), ("5^2", False)],
)  # fmt: skip
def test_numbers_signs_and_words_are_flat(source: str, flat: bool) -> None:
    formula = read_formula(source)
    assert formula and formula.flat is flat


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("54.5%", "54.5%", id="a bare per cent sign is no comment"),
        pytest.param(r"54.5\%", "54.5%", id="nor an escaped one"),
        pytest.param(r"a\unicode{x2013}b", "a–b", id="a character by number"),
        pytest.param(r"a\unicode{xD800}b", "ab", id="half a character"),
        pytest.param(r"\'etale", "étale", id="an accent of text"),
        pytest.param(r"\hat H\_\chi", "Ĥ_χ", id="a subscript escaped once too often"),
        pytest.param(r"\mathrm{low\_rank}", "low_rank", id="an underscore of a name"),
        pytest.param(r"\Z^0", "Z⁰", id="a particle"),
        pytest.param(r"\Z_2", "ℤ₂", id="the integers"),
    ],
)
def test_what_is_common_and_no_tex_for_formulas_is_mended(source: str, text: str) -> None:
    formula = read_formula(source)
    assert formula and formula.text == text


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(r"\ourmethod_3", id="a command that nobody knows"),
        pytest.param(r"\frac{", id="an open brace"),
        pytest.param("}", id="a closed one"),
        pytest.param("x^", id="nothing raised"),
        pytest.param(r"\left( x", id="nothing on the right"),
        pytest.param(r"\begin{matrix} a", id="an environment without end"),
        pytest.param(r"\text{a&b}", id="a column in text"),
        pytest.param(r"\href{javascript:alert(1)}{x}" + "{" * 30, id="a link"),
        pytest.param(r"\input{/etc/passwd}", id="a file"),
        pytest.param(r"\def\a{\a\a}\a", id="a command that calls itself"),
        pytest.param(r"\newcommand{\a}{x}\a", id="a definition"),
        pytest.param(r"\let\a=b", id="another"),
        pytest.param(r"\unicode{x5C}def\a{x}\a", id="one in disguise"),
        pytest.param(r"\unicode{x7B}" * 25 + "x" + "}" * 25, id="too deep in disguise"),
        pytest.param(r"\cancel{x}", id="an element that browsers do not have"),
        pytest.param("x" * (MAX_LENGTH + 1), id="too long"),
        pytest.param("{" * (MAX_DEPTH + 1) + "x" + "}" * (MAX_DEPTH + 1), id="too deep"),
        pytest.param(r"\bar " * 99 + "x", id="too deep without a brace"),
        pytest.param("\ud800", id="half a character"),
        pytest.param("a\x00b", id="a control character"),
    ],
)
def test_what_is_broken_is_no_formula(source: str) -> None:
    assert read_formula(source) is None


@pytest.mark.parametrize(
    ("source", "gone"),
    [
        pytest.param(r"\href{javascript:alert(1)}{x}", "javascript", id="an address"),
        pytest.param(r"\color{red} x", "style", id="a colour"),
        pytest.param(r"a\hspace{100em}b", "100", id="a wide space"),
        pytest.param(r"a\kern-100em b", "100", id="one backwards"),
        pytest.param(r"\raisebox{50em}{x}", "50", id="something lifted over the page"),
        pytest.param(r"\genfrac{(}{)}{10em}{0}{a}{b}", "10em", id="a thick line"),
        pytest.param(r"\label{x} y", 'id="', id="an anchor"),
    ],
)
def test_what_could_harm_a_page_is_left_out(source: str, gone: str) -> None:
    formula = read_formula(source)
    assert formula is None or gone not in formula.mathml


def assert_harmless(source: str) -> None:
    formula = read_formula(source)
    if formula is None:
        return
    assert "\\" not in formula.text
    for element in ElementTree.fromstring(formula.mathml).iter():
        assert element.tag in WRAPPED | TOKENS
        assert set(element.attrib) <= ATTRIBUTES | OWN
        assert all(VALUE.fullmatch(value) for name, value in element.attrib.items() if name in ATTRIBUTES)


SIGNS = [
    "{", "}", "^", "_", "&", "$", "%", "#", "~", "<", ">", '"', "'", "`", "|", "[", "]", "(", ")", "\\", "\\\\", " ", "x", "1",
    "é", "𝐱", "\u0301", "\u202e", "&lt;", "</math>", "<script>", r"\frac", r"\sqrt", r"\left", r"\right", r"\left(", r"\right)",
    r"\text{", r"\mbox{", r"\begin{matrix}", r"\end{matrix}", r"\begin{align}", r"\end{align}", r"\hat", r"\bar", r"\mathbb",
    r"\over", r"\choose", r"\not", r"\big", r"\operatorname", r"\substack", r"\kern", r"\hspace", "{9em}", r"\tag{1}", r"\label{a}",
    r"\middle|", r"\rm", r"\cal", r"\unicode{x3c}", r'\char"41', r"\overbrace", r"\stackrel", r"\genfrac", r"\xrightarrow",
    r"\raisebox", r"\phantom", r"\color{red}", r"\href{javascript:a}{b}", r"\x", r"\#1", r"\class{a}", r"\abs", r"\norm",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(SIGNS), max_size=40).map("".join))
def test_whatever_comes_in_only_harmless_mathml_comes_out(source: str) -> None:
    assert_harmless(source)


def test_the_deepest_formula_fits_a_small_stack() -> None:
    """math-core is recursive and ends the process where the stack does: the limits must come first."""
    brace = "{" * MAX_DEPTH + "x" + "}" * MAX_DEPTH
    sources = [
        brace,
        r"\sqrt " * 82 + "x",
        r"\bar " * 99 + "x",
        r"\frac " * 71 + "1" * 70,
        "{" * 20_000,
        r"\bar " * 20_000,
    ]
    read: list[str] = []
    threading.stack_size(512 * 1024)
    thread = threading.Thread(target=lambda: read.extend(source for source in sources if not read_formula(source)))
    try:
        thread.start()
        thread.join()
    finally:
        threading.stack_size(0)
    assert read == sources[1:]


def test_every_command_of_ours_is_tex_that_can_be_read() -> None:
    for name, meaning in tables().macros.items():
        given = "{a}{b}" if "#2" in meaning else "{a}" if "#1" in meaning else ""
        assert read_formula(rf"\{name}{given} x"), name


@pytest.mark.parametrize(
    ("command", "letter", "made"),
    [("'", "e", "é"), ('"', "o", "ö"), ("c", "c", "ç"), ("v", "s", "š"), ("H", "o", "ő"), (".", "z", "ż"), ("~", "ao", "ão"),
     ("t", "oo", "o\u0361o")],
)  # fmt: skip
def test_an_accent_goes_on_the_first_letter(command: str, letter: str, made: str) -> None:
    assert accented(command, letter) == made


def test_characters_by_number_are_themselves_where_they_can_be_seen() -> None:
    assert numbered(r'a\unicode{x2013}b\char"00E9 \unicode{x202E}\unicode{x1F}c') == "a–bé c"
