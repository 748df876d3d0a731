"""Plain records: what is taken off the text is what a walk over the elements finds, and what is not plain is left to the walk."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.oai import parse_answer
from pipeline.ingest.oai_plain import read_plain
from tests.oai_server import OaiServer
from tests.oai_xml import ServedRecord, ServedVersion

DATA = Path(__file__).parents[3] / "shared" / "data" / "oai"
VERSIONS = [
    ServedVersion(1, "Fri, 1 Jan 1999 10:00:00 GMT"),
    ServedVersion(2, "Sat, 2 Jan 1999 10:00:00 GMT", source_type="I"),
]
FULL = ServedRecord(
    "hep-th/9901001",
    date(2026, 6, 2),
    title="A \\emph{title}\n  of $n$ lines",
    authors="A. One, B. Two (Three)",
    abstract="  One < two & three.\n",
    categories="hep-th math-ph",
    versions=VERSIONS,
    comments="withdrawn",
    journal_ref="J. 1",
    doi="10.1/2",
    report_no="R1",
    msc_class="11G20",
)
BARE = ServedRecord("2606.00002", date(2026, 6, 3), title="", abstract="", license="")
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.just("\n")
)


def page(*records: ServedRecord) -> str:
    """An answer as the test server gives it."""
    with OaiServer(records) as server:
        server.clock = lambda: datetime(2026, 6, 3, 5, 0, tzinfo=UTC)
        return server.answer([("verb", "ListRecords"), ("metadataPrefix", "arXivRaw")])


PAGE = page(FULL, BARE)


def is_plain(text: str) -> bool:
    return read_plain(text.encode(), text) is not None


def walked(text: str) -> str:
    """The same answer, with a comment that leaves it to the walk."""
    return re.sub(r"<ListRecords>", "<!-- walk --><ListRecords>", text, count=1)


def test_a_plain_record_is_read_whole() -> None:
    read = read_plain(PAGE.encode(), PAGE)
    assert read is not None
    assert read.identifiers == ("oai:arXiv.org:hep-th/9901001", "oai:arXiv.org:2606.00002")
    assert read.days == ("2026-06-02", "2026-06-03")
    assert "<ListRecords>" in read.frame and "hep-th" not in read.frame
    assert orjson.loads(read.lines[0]) == {
        "id": "hep-th/9901001",
        "title": "A \\emph{title}\n  of $n$ lines",
        "abstract": "  One < two & three.\n",
        "authors": "A. One, B. Two (Three)",
        "people": [],
        "categories": "hep-th math-ph",
        "comments": "withdrawn",
        "journal-ref": "J. 1",
        "doi": "10.1/2",
        "license": "http://creativecommons.org/licenses/by/4.0/",
        "versions": [
            {"version": "v1", "created": "Fri, 1 Jan 1999 10:00:00 GMT", "source_type": None},
            {"version": "v2", "created": "Sat, 2 Jan 1999 10:00:00 GMT", "source_type": "I"},
        ],
        "update_date": "2026-06-02",
        "withdrawn": None,
        "deleted": False,
    }
    assert orjson.loads(read.lines[1])["title"] is None


@settings(max_examples=200)
@given(TEXTS, TEXTS, TEXTS, st.dates(date(2006, 1, 1), date(2026, 6, 3)), st.booleans())
def test_any_text_is_read_as_the_walk_reads_it(
    title: str, abstract: str, authors: str, day: date, deleted: bool
) -> None:
    first = ServedRecord("2606.00001", day, title=title, abstract=abstract, authors=authors, deleted=deleted)
    text = page(first, FULL, BARE)
    assert is_plain(text) is not deleted
    assert not is_plain(walked(text))
    assert parse_answer(text.encode(), "here") == parse_answer(walked(text).encode(), "here")


@pytest.mark.parametrize("name", [f"rendered_arxiv_2026/arXivRaw_ListRecords_page{number}.xml" for number in (1, 2, 3)])
def test_what_arxiv_s_own_templates_write_is_plain(name: str) -> None:
    file = DATA / name
    if not file.exists():
        pytest.skip(f"{file} is not at hand")
    text = file.read_text(encoding="utf-8")
    assert is_plain(text)
    assert parse_answer(text.encode(), "here") == parse_answer(walked(text).encode(), "here")


def test_what_arxiv_served_in_2014_is_plain() -> None:
    file = DATA / "recorded" / "arxiv_arXivRaw_ListRecords_2014_resumptionToken.xml"
    if not file.exists():
        pytest.skip(f"{file} is not at hand")
    text = file.read_text(encoding="utf-8")
    assert is_plain(text)
    assert parse_answer(text.encode(), "here") == parse_answer(walked(text).encode(), "here")


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        pytest.param("One &lt; two", "One <![CDATA[<]]> two", True, id="CDATA"),
        pytest.param("<ListRecords>", "<ListRecords><!-- <record> -->", True, id="a comment"),
        pytest.param("<ListRecords>", "<ListRecords><?p <record></record> ?>", True, id="an instruction"),
        pytest.param("<doi>", "<!-- doi --><doi>", True, id="a comment in a record"),
        pytest.param("of $n$", "of\r\n$n$", False, id="a carriage return"),
        pytest.param("$n$", "<b>$n$</b>", True, id="markup in a text"),
        pytest.param("<categories>", "<novelty>1</novelty><categories>", True, id="an element that is not in the schema"),
        pytest.param("</metadata>", "</metadata><about><x/></about>", True, id="about"),
        pytest.param("<record>", '<record n="1">', True, id="an attribute"),
        pytest.param("2026-06-02<", "yesterday<", False, id="no day"),
        pytest.param("<id>hep-th/9901001", "<id>hep-th/9901002", False, id="two ids"),
        pytest.param("<id>hep-th/9901001</id>", "<id/>", False, id="no id"),
        pytest.param('xmlns="http://arxiv.org/OAI/arXivRaw/"', "", True, id="no namespace"),
    ],
)  # fmt: skip
def test_what_is_not_quite_plain_is_walked(old: str, new: str, same: bool) -> None:
    text = PAGE.replace(old, new, 1)
    assert text != PAGE
    assert parse_answer(text.encode(), "here") == parse_answer(walked(text).encode(), "here")
    if "xmlns" not in old:
        assert not is_plain(text)
    assert same is (parse_answer(text.encode(), "here").lines == parse_answer(PAGE.encode(), "here").lines)


@pytest.mark.parametrize("reference", ["&#39;", "&#x27;", "&apos;", "&#128;", "&#xFDD0;", "&amp;lt;", "&#60;id&#62;"])
def test_references_are_opened_as_libxml2_opens_them(reference: str) -> None:
    text = PAGE.replace("of $n$", reference)
    assert is_plain(text)
    assert parse_answer(text.encode(), "here") == parse_answer(walked(text).encode(), "here")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("</abstract>", "</abstracts>", id="wrong end"),
        pytest.param("$n$", "&unknown;", id="an unknown reference"),
        pytest.param("$n$", "\x0c", id="a character that XML forbids"),
        pytest.param("</OAI-PMH>", "", id="no end"),
        pytest.param("$n$", "]]>", id="an end of CDATA"),
    ],
)
def test_what_is_no_xml_is_never_plain(old: str, new: str) -> None:
    assert not is_plain(PAGE.replace(old, new, 1))


def test_a_bare_record_is_left_to_the_walk() -> None:
    bare = PAGE[PAGE.index("<record>") : PAGE.index("</record>") + len("</record>")]
    assert not is_plain(bare)
    assert len(parse_answer(bare.encode(), "here").lines) == 1
