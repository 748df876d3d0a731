"""Marker words of bioRxiv's and medRxiv's abstracts, and what must stay as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.highwire import LEFT_OVER, plain_text


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        pytest.param("the O_SCPLOWrolA2C_SCPLOW gene", "the rolA2 gene", id="small capitals"),
        pytest.param("LO_SCPLOWAKEC_SCPLOWNO_SCPLOWETC_SCPLOW, a tool", "LAKENET, a tool", id="in a word"),
        pytest.param("Cohens O_SCPLOWKC_SCPLOWO_SCPCAP.C_SCPCAP We saw", "Cohens K. We saw", id="both kinds"),
        pytest.param("AO_SCPLOWBSTRACTC_SCPLOWMoss grows.", "Moss grows.", id="a heading in small capitals"),
        pytest.param("AO_SCPCAPBSTRACTC_SCPCAPA moss grows.", "A moss grows.", id="and a short first word"),
        pytest.param("IO_SCPLOWMPORTANCEC_SCPLOWMoss grows.", "IMPORTANCE Moss grows.", id="another heading"),
        pytest.param(
            "HighlightsO_LIMoss grows.\nC_LIO_LILichen waits.\nC_LI",
            "Highlights: Moss grows.\n  Lichen waits.",
            id="a list of sentences",
        ),
        pytest.param(
            "Key pointsO_LIfast moss\nC_LIO_LIslow lichen\nC_LI",
            "Key points: fast moss.  slow lichen.",
            id="of phrases",
        ),
        pytest.param("C_LIo_LIMoss", "Moss", id="a small letter"),
        pytest.param(
            "What we addO_ST_ABSKnown beforeC_ST_ABSLittle. O_ST_ABSNewC_ST_ABSMuch.",
            "What we add Known before: Little.  New: Much.",
            id="headings inside",
        ),
        pytest.param(
            'Moss grows.\n\nGraphical Abstract\n\nO_FIG O_LINKSMALLFIG WIDTH=200 HEIGHT=46 SRC="FIGDIR/small/1v2_ufig1.gif" '
            'ALT="Figure 1">\nView larger version (13K):\norg.highwire.dtl.DTLVardef@11_HPS_FORMAT_FIGEXP  M_FIG C_FIG',
            "Moss grows.",
            id="a figure",
        ),
        pytest.param("One O_TBL a b cC_TBL two", "One   two", id="a table"),
        pytest.param("Cut off O_FIG O_LINKSMALLFIG WIDTH", "Cut off     WIDTH", id="a figure without its end"),
        pytest.param(
            "BackgroundMoss grows.\nMethodsWe looked.", "Background: Moss grows.\nMethods: We looked.", id="glued"
        ),
        pytest.param("ConclusionsDNA matters.", "Conclusions: DNA matters.", id="glued to capitals"),
        pytest.param(
            "Results: clear. MethodsX is a journal.", "Results: clear. MethodsX is a journal.", id="not glued"
        ),
        pytest.param("TGF-{beta} at 5 {micro}M, {Delta}F", "TGF-β at 5 µM, ΔF", id="Greek"),
        pytest.param(r"$\mathrm{nu}$ and {other} and x_{i}", r"$\mathrm{nu}$ and {other} and x_{i}", id="not Greek"),
        pytest.param("CT[-&gt;]TC, p [&le;] 0.05, [~]3", "CT→TC, p ≤ 0.05, ~3", id="signs in brackets"),
        pytest.param("see [1] and [sic] and [...]", "see [1] and [sic] and [...]", id="other brackets"),
        pytest.param("In <i>Mus</i> CO<sub>2</sub> p&lt;0.05 &amp; more", "In Mus CO2 p<0.05 & more", id="tags"),
        pytest.param("if a <b and c> d", "if a <b and c> d", id="no tag"),
        pytest.param("ABSTRACT Moss grows.", "Moss grows.", id="the word abstract"),
        pytest.param("Abstract\nMoss grows.", "Moss grows.", id="as a line"),
        pytest.param("AbstractMoss grows.", "Moss grows.", id="glued abstract"),
        pytest.param("Abstract reasoning in moss", "Abstract reasoning in moss", id="not a heading"),
        pytest.param("The O_2 level and C_max", "The O_2 level and C_max", id="no marker word"),
    ],
)
def test_abstracts_become_plain_text(marked: str, plain: str) -> None:
    assert plain_text(marked) == plain


@given(
    st.lists(
        st.sampled_from("O_FIG C_FIG O_LI C_LI O_SCPLOW C_SCPCAP O_ST_ABS {beta} [-&gt;] <i> Moss a . \n".split(" "))
    )
)
def test_no_marker_word_is_left(words: list[str]) -> None:
    assert not LEFT_OVER.search(plain_text(" ".join(words)))


@given(st.text(max_size=200))
def test_any_text_becomes_a_text_without_blanks_round_it(text: str) -> None:
    plain = plain_text(text)
    assert plain == plain.strip()
