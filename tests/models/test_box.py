"""A whole night over the archive in the box, with the models in the box and the questions of this repository."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from pipeline.embed.encoder import SentenceEncoder
from pipeline.records import DraftSentence, Preprint
from pipeline.steps import STEPS
from pipeline.store.database import open_database
from pipeline.store.preprints import load_preprints
from pipeline.verify.verdict import Limits, check_sentence
from tests.real_site import REFERENCE, RETIRED, ROOT, RealSite

pytestmark = pytest.mark.models

REFERENCE_PREPRINTS = {
    "2405.00156",
    "2402.16147",
    "2401.07049",
    "2406.13196",
    "2405.00755",
    "2401.15804",
    "2406.06307",
    "2405.00548",
}
"""What the archive that inspired this one retrieved for the reference question."""
UNANSWERABLE = {
    "metformin-and-cognitive-decline",
    "coral-recovery-after-bleaching",
    "federated-learning-for-chest-x-rays",
    "quantum-annealing-for-radiotherapy-planning",
}
"""Nothing in the box bears on these."""


@pytest.fixture(scope="module")
def documents(real_site: RealSite) -> Mapping[str, Mapping[str, Any]]:
    return {slug: real_site.document(slug) for slug in real_site.answered_slugs}


@pytest.fixture(scope="module")
def abstracts() -> Mapping[str, str]:
    """By source id, read from the box itself and not through the pipeline."""
    lines = (ROOT / "pipeline/sample/preprints.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["id"]: " ".join(record["abstract"].split()) for record in map(json.loads, lines)}


@pytest.fixture(scope="module")
def preprints(real_site: RealSite, documents: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Preprint]:
    ids = {source["archive_id"] for document in documents.values() for source in document["sources"]}
    with open_database(real_site.settings.archive.database) as connection:
        return load_preprints(connection, sorted(ids))


def sentences(documents: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for slug, document in documents.items():
        for sentence in document["sentences"]:
            yield slug, sentence


def elements(html: str) -> list[Element]:
    return list(html5lib.parse(html, namespaceHTMLElements=False).iter())


def test_the_night_runs_every_step_and_loses_nothing(real_site: RealSite) -> None:
    assert [report.name for report in real_site.reports] == [step.__name__ for step in STEPS]
    assert [(report.name, report.warnings) for report in real_site.reports if report.failed or report.warnings] == []
    ingest, embed = real_site.reports[:2]
    assert embed.embedded == ingest.done + len(real_site.answered_slugs)


def test_every_active_question_has_a_page_and_the_retired_one_keeps_its_address(real_site: RealSite) -> None:
    files = {file.stem for file in (ROOT / "questions").glob("*.md")} - {"README"}
    assert {page.parent.name for page in (real_site.folder / "q").glob("*/index.html")} == files | {RETIRED}
    assert set(real_site.answered_slugs) == files


def test_the_reference_question_finds_its_preprints(documents: Mapping[str, Mapping[str, Any]]) -> None:
    found = {source["source_id"] for source in documents[REFERENCE]["sources"]}
    assert len(found & REFERENCE_PREPRINTS) >= 6


def test_what_the_box_cannot_answer_is_not_answered(documents: Mapping[str, Mapping[str, Any]]) -> None:
    refused = {slug for slug, document in documents.items() if document["status"] == "not_answered"}
    assert refused >= UNANSWERABLE
    assert len(documents.keys() - refused) >= 9
    assert [slug for slug in sorted(refused) if documents[slug]["sentences"]] == []


def test_similarity_falls_from_card_to_card(real_site: RealSite, documents: Mapping[str, Mapping[str, Any]]) -> None:
    for slug, document in documents.items():
        similarities = [source["similarity"] for source in document["sources"]]
        assert similarities == sorted(similarities, reverse=True), slug
        cards = [one for one in elements(real_site.html(slug)) if "card" in one.get("class", "").split()]
        assert [card.get("id") for card in cards] == [f"s-{source['archive_id']}" for source in document["sources"]]


def test_every_sentence_is_cited_and_every_citation_leads_to_its_card(
    real_site: RealSite, documents: Mapping[str, Mapping[str, Any]]
) -> None:
    for slug, document in documents.items():
        page = elements(real_site.html(slug))
        ids = {one.get("id") for one in page}
        cited = [
            one.get("href")
            for cites in page
            if cites.get("class") == "cites"
            for one in cites.iter("a")
            if one.get("id")
        ]
        told = [citation for sentence in document["sentences"] for citation in sentence["citations"]]
        assert sorted(href.removeprefix("#s-") for href in cited if href) == sorted(told), slug
        assert {href for href in cited if href and href.removeprefix("#") not in ids} == set(), slug
        assert [sentence["text"] for sentence in document["sentences"] if not sentence["citations"]] == [], slug
        assert set(told) == {source["archive_id"] for source in document["sources"] if source["cited"]}, slug


def test_every_piece_of_evidence_stands_word_for_word_in_the_abstract(
    documents: Mapping[str, Mapping[str, Any]], abstracts: Mapping[str, str]
) -> None:
    for slug, sentence in sentences(documents):
        source_ids = {source["archive_id"]: source["source_id"] for source in documents[slug]["sources"]}
        assert [one["archive_id"] for one in sentence["evidence"]] == sentence["citations"]
        for one in sentence["evidence"]:
            assert abstracts[source_ids[one["archive_id"]]][one["start"] : one["end"]] == one["text"]


def test_a_quote_is_its_evidence(documents: Mapping[str, Mapping[str, Any]]) -> None:
    quotes = [sentence for _, sentence in sentences(documents) if sentence["verdict"] == "quoted"]
    assert quotes
    assert [quote["text"] for quote in quotes] == [quote["evidence"][0]["text"] for quote in quotes]


def test_every_sentence_of_the_model_passes_the_checks_again(
    real_site: RealSite, documents: Mapping[str, Mapping[str, Any]], preprints: Mapping[str, Preprint]
) -> None:
    encoder, strict = SentenceEncoder(real_site.settings.embed), real_site.settings.verify
    limits = Limits(strict.min_coverage, strict.min_similarity)
    own = [sentence for _, sentence in sentences(documents) if sentence["verdict"] != "quoted"]
    for sentence in own:
        draft = DraftSentence(sentence["text"], tuple(sentence["citations"]))
        verdict = check_sentence(draft, preprints, encoder.encode, limits)
        assert (verdict.accepted, verdict.failed) == (True, ()), sentence["text"]


def test_every_topic_of_the_questions_is_a_list_of_the_site(real_site: RealSite) -> None:
    topics = tomllib.loads((ROOT / "questions/topics.toml").read_text(encoding="utf-8"))
    pages = {page.parent.name for page in (real_site.folder / "topics").glob("*/index.html")}
    assert pages == set(topics.get("topics", topics))


def test_readers_search_every_page_of_the_box_by_meaning(real_site: RealSite) -> None:
    told = json.loads((real_site.folder / "meaning/index.json").read_text(encoding="utf-8"))
    assert told["bytes"] < 3_000_000
    assert told["questions"] == len(real_site.answered_slugs)
    assert told["preprints"] == len([one for one in (real_site.folder / "p").iterdir() if one.is_dir()])
    for name in (*told["files"].values(), *told["titles"]):
        assert (real_site.folder / "meaning" / name).is_file()
    page = (real_site.folder / "search/index.html").read_text(encoding="utf-8")
    assert f"By meaning (loads {told['bytes'] / 1e6:.1f} MB once)" in page
