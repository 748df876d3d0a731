"""What other programs read in the head of a page."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import html5lib
import jsonschema
import pytest

from pipeline.records import Preprint
from pipeline.render.structured import cite_answer, cite_preprint, describe_answer, describe_preprint
from tests.render.samples import (
    ACCURACY,
    ANSWERED,
    COSTS,
    FIRST,
    IDLE,
    NETWORKS,
    REEFS,
    SETTINGS,
    SITE,
    TOPICS,
    UNANSWERED,
    archive,
    made,
)

NOWHERE = replace(SITE, base_url="")
HTML = "{http://www.w3.org/1999/xhtml}"
PREPRINTS = archive().preprints

URL = {"type": "string", "pattern": r"^https?://[^\s<>\"{}|\\^`]+$"}
TEXT = {"type": "string", "minLength": 1, "pattern": r"^[^$\\]*$"}
DAY = {"type": "string", "pattern": r"^\d{4}(-\d\d){1,2}$"}


def thing(kind: str, required: tuple[str, ...], **properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {"@type": {"const": kind}} | properties,
        "required": ["@type", *required],
        "additionalProperties": False,
    }


ORGANIZATION = thing("Organization", ("name",), name=TEXT, url=URL)
IDENTIFIER = thing("PropertyValue", ("propertyID", "value"), propertyID=TEXT, value={"type": "string", "minLength": 1})
NAMED = {
    "@id": URL,
    "url": URL,
    "sameAs": URL,
    "headline": TEXT,
    "author": {"type": "array", "minItems": 1, "items": thing("Person", ("name",), name=TEXT)},
    "datePublished": DAY,
    "version": {"type": "string", "pattern": r"^\d+$"},
    "creativeWorkStatus": {"enum": ["Preprint", "Withdrawn"]},
    "identifier": {"type": "array", "minItems": 2, "items": IDENTIFIER},
}
CITED = thing("ScholarlyArticle", ("headline", "datePublished", "version", "identifier"), **NAMED)
PREPRINT = thing(
    "ScholarlyArticle",
    ("@context", "headline", "datePublished", "version", "identifier"),
    **NAMED,
    **{"@context": {"const": "https://schema.org"}},
    abstract=TEXT,
    keywords={"type": "array", "items": TEXT},
    license=URL,
    dateModified=DAY,
    mainEntityOfPage=URL,
)
ARTICLE = thing(
    "Article",
    ("@context", "headline", "abstract", "datePublished", "dateModified", "version", "author", "isPartOf"),
    **{"@context": {"const": "https://schema.org"}, "@id": URL},
    url=URL,
    headline=TEXT,
    abstract=TEXT,
    inLanguage={"const": "en"},
    datePublished=DAY,
    dateModified=DAY,
    version={"type": "string", "pattern": r"^\d+$"},
    author=ORGANIZATION,
    publisher=ORGANIZATION,
    isPartOf=thing("WebSite", ("name",), name=TEXT, url=URL),
    about={"type": "array", "items": thing("Thing", ("name",), name=TEXT)},
    citation={"type": "array", "minItems": 1, "items": CITED},
    isBasedOn={
        "type": "array",
        "minItems": 1,
        "items": {"anyOf": [{"type": "object", "properties": {"@id": URL}, "required": ["@id"], "maxProperties": 1}, CITED]},
    },
    encoding={
        "type": "array",
        "items": thing("MediaObject", ("contentUrl", "encodingFormat"), contentUrl=URL, encodingFormat=TEXT),
    },
)  # fmt: skip


def described(site: Any = SITE) -> dict[str, Any]:
    return describe_answer(ANSWERED, (FIRST, ANSWERED), [TOPICS["quantum"]], PREPRINTS, site)


def head_of(html: str) -> tuple[list[tuple[str, str]], list[Any]]:
    """The `citation_*` elements of a page, and its documents of JSON-LD, as a browser reads them."""
    tree = html5lib.HTMLParser(strict=True).parse(html)
    metadata = [
        (one.get("name"), one.get("content"))
        for one in tree.iter(f"{HTML}meta")
        if (one.get("name") or "").startswith("citation_")
    ]
    return metadata, [json.loads(one.text) for one in tree.iter(f"{HTML}script") if one.get("type")]


# --- an answer ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("site", [SITE, NOWHERE], ids=["with an address", "without"])
def test_an_answer_is_an_article_whose_addresses_are_absolute(site: Any) -> None:
    jsonschema.validate(described(site), ARTICLE)
    jsonschema.validate(describe_answer(UNANSWERED, (UNANSWERED,), [], PREPRINTS, site), ARTICLE)


def test_an_answer_cites_what_it_cites_and_is_based_on_it() -> None:
    found = described()
    assert found["@id"] == found["url"] == f"https://example.org/qa/q/{ACCURACY.slug}/"
    assert (found["datePublished"], found["dateModified"], found["version"]) == ("2024-03-01", "2024-06-02", "2")
    assert [one["headline"] for one in found["citation"]] == ["Hybrid quantum networks", "Costs of n qubits"]
    assert found["isBasedOn"] == [
        {"@id": "https://arxiv.org/abs/2401.15804v3"},
        {"@id": "https://arxiv.org/abs/quant-ph/0405001v1"},
    ]
    assert found["citation"][1]["creativeWorkStatus"] == "Withdrawn"
    assert [one["contentUrl"] for one in found["encoding"]] == [found["url"] + "index.json", found["url"] + "index.md"]
    assert IDLE.archive_id not in json.dumps(found)


def test_an_answer_cites_the_version_that_it_read() -> None:
    older = replace(ANSWERED, sources=(replace(ANSWERED.sources[0], version=1), *ANSWERED.sources[1:]))
    found = describe_answer(older, (older,), [], PREPRINTS, SITE)["citation"][0]
    assert (found["@id"], found["version"]) == ("https://arxiv.org/abs/2401.15804v1", "1")


def test_without_an_address_none_is_made_up() -> None:
    found = described(NOWHERE)
    assert not {"@id", "url", "encoding"} & set(found) and "url" not in found["author"]
    assert "127.0.0.1" not in json.dumps(found)


def test_an_answer_that_cites_nothing_names_nothing() -> None:
    assert not {"citation", "isBasedOn"} & set(describe_answer(UNANSWERED, (UNANSWERED,), [], PREPRINTS, SITE))


def test_a_reference_manager_reads_an_answer_with_its_references() -> None:
    found = cite_answer(ANSWERED, PREPRINTS, SITE)
    assert found[:3] == (
        ("citation_title", "How accurate are quantum networks?"),
        ("citation_author", "Antigravity Q&A"),
        ("citation_publication_date", "2024/06/02"),
    )
    references = [content for name, content in found if name == "citation_reference"]
    assert references == [
        "citation_title=Hybrid quantum networks; citation_author=Michael Kölle; citation_author=Ana Ruiz; "
        "citation_author=Bo Li; citation_publication_date=2024/01/28; citation_doi=10.1000/182_a; "
        "citation_arxiv_id=2401.15804",
        "citation_title=Costs of n qubits; citation_author=Skylar Chan; citation_publication_date=2004/05; "
        "citation_arxiv_id=quant-ph/0405001",
    ]
    assert "citation_public_url" not in dict(cite_answer(ANSWERED, PREPRINTS, NOWHERE))


def test_a_semicolon_in_a_title_does_not_end_it() -> None:
    odd = {**PREPRINTS, NETWORKS.archive_id: replace(NETWORKS, title="One; citation_author=Nobody")}
    reference = dict(cite_answer(ANSWERED, odd, SITE)[:8])["citation_reference"]
    assert reference.split("; ")[0] == "citation_title=One, citation_author=Nobody"


# --- a preprint --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("site", [SITE, NOWHERE], ids=["with an address", "without"])
@pytest.mark.parametrize("preprint", PREPRINTS.values(), ids=PREPRINTS)
def test_a_preprint_is_an_article_of_its_own_source(preprint: Preprint, site: Any) -> None:
    jsonschema.validate(describe_preprint(preprint, site), PREPRINT)


def test_what_a_preprint_is_known_by() -> None:
    found = describe_preprint(NETWORKS, SITE)
    assert found["@id"] == found["url"] == "https://arxiv.org/abs/2401.15804v3"
    assert found["sameAs"] == "https://doi.org/10.1000/182_a"
    assert found["license"] == "http://creativecommons.org/licenses/by/4.0/"
    assert found["mainEntityOfPage"] == f"https://example.org/qa/p/{NETWORKS.archive_id}/"
    assert [one["value"] for one in found["identifier"]] == [NETWORKS.archive_id, "2401.15804", "10.1000/182_a"]
    assert describe_preprint(IDLE, SITE)["@id"] == f"https://example.org/qa/p/{IDLE.archive_id}/"
    assert "@id" not in describe_preprint(IDLE, NOWHERE)


def test_a_retold_abstract_is_not_called_the_abstract() -> None:
    assert "abstract" not in describe_preprint(COSTS, SITE)
    assert describe_preprint(NETWORKS, SITE)["abstract"] == NETWORKS.abstract


@pytest.mark.parametrize(
    ("doi", "licence"),
    [("10.1/a b<c>\"d'", "see the file"), ("10.1/(x);y:z", "javascript:alert(1)"), ("10.1/ü", "https://x y")],
    ids=["signs", "script", "letters"],
)
def test_odd_text_of_a_source_never_makes_a_broken_address(doi: str, licence: str) -> None:
    found = describe_preprint(replace(NETWORKS, doi=doi, licence=licence), SITE)
    jsonschema.validate(found, PREPRINT)
    assert "license" not in found


def test_a_reference_manager_reads_a_preprint_at_its_own_address() -> None:
    assert cite_preprint(NETWORKS) == (
        ("citation_title", "Hybrid quantum networks"),
        ("citation_author", "Michael Kölle"),
        ("citation_author", "Ana Ruiz"),
        ("citation_author", "Bo Li"),
        ("citation_publication_date", "2024/01/28"),
        ("citation_technical_report_institution", "arxiv"),
        ("citation_arxiv_id", "2401.15804"),
        ("citation_doi", "10.1000/182_a"),
        ("citation_keywords", "quant-ph; cs.LG"),
        ("citation_public_url", "https://arxiv.org/abs/2401.15804v3"),
        ("citation_abstract_html_url", "https://arxiv.org/abs/2401.15804v3"),
    )
    assert dict(cite_preprint(IDLE)) == {
        "citation_title": "Reefs",
        "citation_publication_date": "2024/02/01",
        "citation_technical_report_institution": "reefxiv",
        "citation_keywords": "q-bio.PE",
    }


def test_authors_that_a_source_leaves_out_are_named_nowhere() -> None:
    many = replace(NETWORKS, authors=("A. Abulencia", "et al", "for the CDF Collaboration"))
    named = ["A. Abulencia", "CDF Collaboration"]
    assert [content for name, content in cite_preprint(many) if name == "citation_author"] == named
    assert [author["name"] for author in describe_preprint(many, SITE)["author"]] == named
    references = dict(cite_answer(ANSWERED, {**PREPRINTS, NETWORKS.archive_id: many}, SITE)[:8])["citation_reference"]
    assert "citation_author=A. Abulencia; citation_author=CDF Collaboration; citation_publication" in references


# --- on the pages ------------------------------------------------------------------------------------------------


def test_the_pages_carry_what_was_described() -> None:
    files = {path: content.decode() for path, content in made().items() if path.endswith(".html")}
    metadata, documents = head_of(files[f"q/{ACCURACY.slug}/index.html"])
    assert documents == [described()]
    assert tuple(metadata) == cite_answer(ANSWERED, PREPRINTS, SITE)
    metadata, documents = head_of(files[f"p/{NETWORKS.archive_id}/index.html"])
    assert documents == [describe_preprint(NETWORKS, SITE)]
    assert tuple(metadata) == cite_preprint(NETWORKS)
    for path, html in files.items():
        carries = re.fullmatch(rf"(q/({ACCURACY.slug}|{REEFS.slug})|p/[^/]+)/index\.html", path)
        assert bool(carries) == ("application/ld+json" in html) == ('name="citation_title"' in html), path


@pytest.mark.parametrize(
    "text",
    ["</script><script>alert(1)</script>", "<!--<script>", '"}]}</script >', "]]>\u2028\u2029'\"&lt;", "{{ 7*7 }}"],
    ids=["end", "comment", "quote", "lines", "template"],
)
def test_text_from_outside_never_leaves_its_place(text: str) -> None:
    evil = replace(NETWORKS, title=text, abstract=text, authors=(text, text), licence=text, doi=text)
    asked = replace(ANSWERED, question=text, opening=text)
    whole = archive(
        preprints={**PREPRINTS, NETWORKS.archive_id: evil},
        answers={**archive().answers, ACCURACY.slug: asked},
        revisions={ACCURACY.slug: (FIRST, asked), REEFS.slug: (UNANSWERED,)},
    )
    files = made(whole)
    for path in (f"q/{ACCURACY.slug}/index.html", f"p/{NETWORKS.archive_id}/index.html"):
        html = files[path].decode()
        _, documents = head_of(html)
        assert len(documents) == 1
        assert text in json.dumps(documents, ensure_ascii=False).replace('\\"', '"')
        block = html.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
        assert not re.search(r"[<>&]", block) and json.loads(block) == documents[0]


# --- pictures ----------------------------------------------------------------------------------------------------

OpenGraph = Callable[[str], dict[str, str]]


def open_graph(html: bytes) -> dict[str, str]:
    tree = html5lib.HTMLParser(strict=True).parse(html.decode())
    found = ((one.get("property") or one.get("name") or "", one.get("content")) for one in tree.iter(f"{HTML}meta"))
    return {name: content for name, content in found if name.startswith(("og:", "twitter:"))}


def test_every_page_names_a_picture_that_is_there_and_what_it_shows() -> None:
    files = made()
    alike = set()
    for path, content in files.items():
        if not path.endswith(".html") or path == "404.html":
            continue
        told = open_graph(content)
        assert told["og:image"].startswith("https://example.org/qa/pictures/"), path
        assert files[told["og:image"].removeprefix("https://example.org/qa/")].startswith(b"\x89PNG"), path
        assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
        assert told["twitter:card"] == "summary_large_image" and told["og:image:alt"]
        if path not in (f"q/{ACCURACY.slug}/index.html", f"q/{REEFS.slug}/index.html"):
            alike.add(told["og:image"])
    assert len(alike) == 1
    told = open_graph(files[f"q/{ACCURACY.slug}/index.html"])
    assert told["og:image:alt"] == f"Antigravity Q&A: {ACCURACY.question} (answered, 3 sentences checked)"
    told = open_graph(files[f"q/{REEFS.slug}/index.html"])
    assert told["og:image:alt"] == f"Antigravity Q&A: {REEFS.question} (not answered, searched in 98 preprints)"


def test_without_an_address_no_page_promises_a_picture_and_none_is_drawn() -> None:
    files = made(settings=SETTINGS.model_copy(update={"base_url": ""}))
    assert not any(path.startswith("pictures/") for path in files)
    assert not any(b"og:image" in content or b"twitter:" in content for content in files.values())


def test_a_day_that_is_known_by_its_month_alone_stays_so() -> None:
    assert describe_preprint(COSTS, SITE)["datePublished"] == "2004-05"
    assert describe_preprint(replace(NETWORKS, updated=date(2024, 5, 9)), SITE)["dateModified"] == "2024-05-09"
