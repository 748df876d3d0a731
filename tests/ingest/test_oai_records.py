"""Single OAI-PMH records: what each format tells, and what keeps one from being a statement."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pipeline.ingest.oai_records import category_of, read_record
from pipeline.ingest.statement import StatedVersion, Statement

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "oai" / "recorded"
HEADER = "<header><identifier>oai:arXiv.org:{id}</identifier><datestamp>2026-06-02</datestamp>{sets}</header>"

RAW = """
<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>hep-th/9901001</id><submitter>A. One</submitter>
<version version="v1"><date>Fri, 1 Jan 1999 10:00:00 GMT</date><size>9kb</size></version>
<version version="v2"><date>Sat, 2 Jan 1999 10:00:00 GMT</date><size>0kb</size><source_type>I</source_type></version>
<title>A \\emph{{title}}
  of $n$ lines</title><authors>A. One, B. Two (Three)</authors><categories>hep-th math-ph</categories>
<comments>withdrawn</comments><report-no>R1</report-no><acm-class>11G20</acm-class><journal-ref>J. 1</journal-ref>
<doi>10.1/2</doi><license>http://example.org/l</license><abstract>  One &lt; two &amp; three.
</abstract></arXivRaw>
"""
ARXIV = """
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>hep-th/9901001</id><created>1999-01-02</created><authors>
<author><keyname>One</keyname><forenames>A. B.</forenames><suffix>Jr</suffix><affiliation>Two</affiliation></author>
<author><keyname>Consortium</keyname></author></authors><title>T</title><categories>hep-th</categories>
<abstract>X</abstract></arXiv>
"""
DC = """
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>T</dc:title><dc:creator>One, A. B.</dc:creator><dc:creator>Consortium</dc:creator>
<dc:subject>High Energy Physics - Theory</dc:subject><dc:description>X</dc:description>
<dc:description>Comment: 12 pages</dc:description><dc:date>1999-01-01</dc:date><dc:date>1999-01-02</dc:date>
<dc:identifier>http://arxiv.org/abs/hep-th/9901001</dc:identifier><dc:identifier>J. 1</dc:identifier>
<dc:identifier>doi:10.1/2</dc:identifier></oai_dc:dc>
"""


def record(metadata: str, id: str = "hep-th/9901001", sets: str = "") -> Any:
    header = HEADER.format(id=id, sets="".join(f"<setSpec>{name}</setSpec>" for name in sets.split()))
    return etree.fromstring(
        f'<record xmlns="http://www.openarchives.org/OAI/2.0/">{header}<metadata>{metadata}</metadata></record>'
    )


def test_arxiv_raw_tells_every_version_and_leaves_the_text_as_it_is() -> None:
    header, statement = read_record(record(RAW.format()))
    assert (header.identifier, header.day, header.deleted) == ("oai:arXiv.org:hep-th/9901001", "2026-06-02", False)
    assert statement == Statement(
        id="hep-th/9901001",
        title="A \\emph{title}\n  of $n$ lines",
        abstract="  One < two & three.\n",
        authors="A. One, B. Two (Three)",
        categories="hep-th math-ph",
        comments="withdrawn",
        journal_ref="J. 1",
        doi="10.1/2",
        license="http://example.org/l",
        versions=(
            StatedVersion("v1", "Fri, 1 Jan 1999 10:00:00 GMT"),
            StatedVersion("v2", "Sat, 2 Jan 1999 10:00:00 GMT", "I"),
        ),
        update_date="2026-06-02",
    )


def test_arxiv_parts_the_names_and_states_no_version_since_its_date_may_be_any_ones() -> None:
    assert read_record(record(ARXIV))[1] == Statement(
        id="hep-th/9901001",
        title="T",
        abstract="X",
        people=("A. B. One Jr", "Consortium"),
        categories="hep-th",
        update_date="2026-06-02",
    )


def test_oai_dc_turns_the_names_and_takes_the_categories_from_the_sets() -> None:
    assert read_record(record(DC, sets="physics:hep-th math:math:MP cs"))[1] == Statement(
        id="hep-th/9901001",
        title="T",
        abstract="X",
        people=("A. B. One", "Consortium"),
        categories="hep-th math.MP",
        comments="12 pages",
        journal_ref="J. 1",
        doi="10.1/2",
        update_date="2026-06-02",
    )


def test_a_deleted_header_is_a_statement_of_its_own() -> None:
    deleted = etree.fromstring(
        '<record><header status="deleted"><identifier>oai:arXiv.org:2606.00001</identifier>'
        "<datestamp>2026-06-02T10:00:00Z</datestamp></header></record>"
    )
    header, statement = read_record(deleted)
    assert header.deleted
    assert statement == Statement("2606.00001", update_date="2026-06-02", deleted=True)


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("<record/>", "no header"),
        ("<record><header/></record>", "no metadata"),
        ("<record><header/><metadata/></record>", "no metadata"),
        ("<record><header status='deleted'/></record>", "a deletion that does not say of what"),
        ("<record><header/><metadata><marc/></metadata></record>", "metadata of a format that is not read: marc"),
        ("<record><header/><metadata><arXivRaw/></metadata></record>", "no id"),
        (
            "<record><header><identifier>oai:arXiv.org:1</identifier></header>"
            "<metadata><arXivRaw><id>2</id></arXivRaw></metadata></record>",
            "the header speaks of '1', the metadata of '2'",
        ),
    ],
)
def test_what_is_no_statement_says_why(xml: str, reason: str) -> None:
    with pytest.raises(ValueError, match="^" + reason + "$"):
        read_record(etree.fromstring(xml))


@pytest.mark.parametrize(
    ("xml", "title"),
    [
        ("<title>one<i>two</i>three</title>", "onetwothree"),
        ("<title><![CDATA[one < two]]></title>", "one < two"),
        ("<title/>", ""),
        ("", None),
    ],
)
def test_text_comes_whole(xml: str, title: str | None) -> None:
    found = read_record(record(f"<arXivRaw><id>hep-th/9901001</id>{xml}</arXivRaw>"))[1]
    assert found.title == title


@pytest.mark.parametrize("day", ["", "yesterday", "2026-13-01", "2026-06-2"])
def test_a_datestamp_that_is_none_is_left_out(day: str) -> None:
    header, statement = read_record(
        etree.fromstring(
            f"<record><header><identifier>oai:a:1</identifier><datestamp>{day}</datestamp></header>"
            "<metadata><arXivRaw><id>1</id></arXivRaw></metadata></record>"
        )
    )
    assert (header.day, statement.update_date) == ("", None)


@pytest.mark.parametrize(
    ("name", "category"),
    [("cs:cs:AI", "cs.AI"), ("physics:astro-ph:CO", "astro-ph.CO"), ("physics:quant-ph", "quant-ph"), ("cs", "")],
)
def test_sets_name_categories(name: str, category: str) -> None:
    assert category_of(name) == category


@pytest.mark.parametrize("name", ["0901_2443", "1711_04702", "math_0306266", "astro-ph_9501013"])
def test_recorded_dublin_core_gives_title_people_abstract_and_comment(name: str) -> None:
    file = RECORDED / f"ads_oai_dc_oai_ArXiv.org_{name}.xml"
    if not file.exists():
        pytest.skip(f"{file} is not at hand")
    statement = read_record(etree.parse(file).getroot())[1]
    assert statement.id == name.replace("_", "/" if name[0].isalpha() else ".")
    assert statement.title and statement.abstract and len(statement.abstract) > 200
    assert statement.people and all(", " not in one for one in statement.people)
    assert not (statement.comments or "").startswith("Comment")
