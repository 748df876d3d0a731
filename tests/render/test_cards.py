"""Sentences and citations beside their cards."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.records import Answer, Evidence, Finding, Sentence, Version
from pipeline.render.cards import CitationView, Part, evidence_of, part_abstract, view_cards, view_findings
from pipeline.render.views import original_url
from tests.render.samples import ANSWERED, COSTLY, COSTS, IDLE, NETWORKS, REACHES, SLOWER, UNANSWERED, archive


def test_every_citation_has_an_anchor_of_its_own_in_reading_order() -> None:
    findings = view_findings(ANSWERED, archive().preprints)
    assert [finding.heading for finding in findings] == ["Measured results", "Limits and costs"]
    assert [sentence.citations for finding in findings for sentence in finding.sentences] == [
        (CitationView(NETWORKS.archive_id, "c-1", (0,)),),
        (CitationView(NETWORKS.archive_id, "c-2", (1,)), CitationView(COSTS.archive_id, "c-3", (0,))),
        (CitationView(COSTS.archive_id, "c-4", (0,)),),
    ]
    assert view_findings(UNANSWERED, archive().preprints) == ()


def test_a_card_for_every_source_in_order_with_the_ways_back() -> None:
    cards = view_cards(ANSWERED, archive().preprints, view_findings(ANSWERED, archive().preprints))
    assert [card.source for card in cards] == list(ANSWERED.sources)
    assert [card.preprint for card in cards] == [NETWORKS, COSTS, IDLE]
    assert [card.backlinks for card in cards] == [("c-1", "c-2"), ("c-3", "c-4"), ()]
    assert [card.evidence for card in cards] == [(REACHES.text, SLOWER.text), (COSTLY.text,), ()]
    assert [card.original_url for card in cards] == [original_url(one) for one in (NETWORKS, COSTS, IDLE)]


def test_evidence_stands_once_in_the_order_of_the_abstract_whichever_answer_uses_it() -> None:
    turned = replace(ANSWERED, findings=ANSWERED.findings[::-1])
    assert evidence_of(NETWORKS, [turned, ANSWERED, UNANSWERED]) == (REACHES.text, SLOWER.text)
    assert evidence_of(replace(NETWORKS, archive_id="AG-2000.01-0001"), [ANSWERED]) == ()
    assert evidence_of(NETWORKS, []) == ()


FORMULA = replace(COSTS, abstract="Qubits cost $a. B$ each. They fail.")
HALF = Evidence(COSTS.archive_id, "Qubits cost $a.", 0, 15)
REST = Evidence(COSTS.archive_id, "B$ each.", 16, 24)


def quoting(place: Evidence, **changes: Any) -> Answer:
    """The answer with one quote."""
    sentence = replace(Sentence(place.text, (place.archive_id,), "quoted", (place,)), **changes)
    return replace(ANSWERED, findings=(Finding("Limits and costs", (sentence,)),))


@pytest.mark.parametrize(
    ("evidence", "shown"),
    [
        pytest.param(HALF, "Qubits cost $a. B$", id="that ends in a formula"),
        pytest.param(REST, "$a. B$ each.", id="that starts in one"),
        pytest.param(replace(HALF, end=14), HALF.text, id="of an older version"),
    ],
)
def test_a_sentence_cuts_no_formula_in_two(evidence: Evidence, shown: str) -> None:
    answer = quoting(evidence)
    assert evidence_of(FORMULA, [answer]) == (shown,)
    findings = view_findings(answer, {COSTS.archive_id: FORMULA})
    assert [sentence.text for finding in findings for sentence in finding.sentences] == [shown]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"verdict": "supported"}, id="the model's own"),
        pytest.param({"text": "Qubits cost $a"}, id="shorter than its evidence"),
        pytest.param({"evidence": (HALF, REST)}, id="of two places"),
    ],
)
def test_a_sentence_that_is_no_quote_of_one_place_stays_as_it_is(changes: dict[str, Any]) -> None:
    answer = quoting(HALF, **changes)
    findings = view_findings(answer, {COSTS.archive_id: FORMULA})
    assert findings[0].sentences[0].text == answer.sentences[0].text


def test_the_abstract_on_a_card_has_its_evidence_in_parts_of_their_own() -> None:
    [networks, costs, idle] = view_cards(ANSWERED, archive().preprints, ())
    assert networks.abstract == (
        Part(REACHES.text, True),
        Part(" ", False),
        Part(SLOWER.text, True),
        Part(" We thank our students.", False),
    )
    assert costs.abstract == (Part(COSTLY.text, True),)
    assert idle.abstract == (Part(IDLE.abstract, False),)
    for card in (networks, costs, idle):
        assert "".join(part.text for part in card.abstract) == card.preprint.abstract


@pytest.mark.parametrize(
    ("spans", "parts"),
    [
        pytest.param([], [("abcdef", False)], id="no evidence"),
        pytest.param([(0, 2)], [("ab", True), ("cdef", False)], id="at the start"),
        pytest.param([(4, 6)], [("abcd", False), ("ef", True)], id="at the end"),
        pytest.param([(0, 2), (2, 6)], [("ab", True), ("cdef", True)], id="side by side"),
    ],
)
def test_an_abstract_is_parted_at_its_evidence(spans: list[tuple[int, int]], parts: list[tuple[str, bool]]) -> None:
    assert [(part.text, part.is_evidence) for part in part_abstract("abcdef", spans)] == parts


def test_evidence_that_a_formula_joins_is_one_part_of_both_citations() -> None:
    sentences = tuple(Sentence(one.text, (one.archive_id,), "supported", (one,)) for one in (HALF, REST))
    answer = replace(ANSWERED, findings=(Finding("Limits and costs", sentences),))
    preprints = {**archive().preprints, COSTS.archive_id: FORMULA}
    [finding] = view_findings(answer, preprints)
    assert [one.parts for sentence in finding.sentences for one in sentence.citations] == [(0,), (0,)]
    card = view_cards(answer, preprints, [finding])[1]
    assert card.abstract == (Part("Qubits cost $a. B$ each.", True), Part(" They fail.", False))


def test_evidence_that_is_not_in_the_text_at_hand_marks_nothing() -> None:
    other = {**archive().preprints, COSTS.archive_id: replace(COSTS, abstract="Another text.")}
    findings = view_findings(ANSWERED, other)
    assert findings[1].sentences[0].citations == (CitationView(COSTS.archive_id, "c-4", ()),)
    assert view_cards(ANSWERED, other, findings)[1].abstract == (Part("Another text.", False),)


def test_a_card_tells_what_became_of_its_preprint_since_it_was_read() -> None:
    newer = Version(4, date(2026, 1, 1))
    today = replace(NETWORKS, versions=(*NETWORKS.versions, newer), withdrawn="Withdrawn.")
    [card, *_] = view_cards(ANSWERED, archive().preprints, (), {**archive().preprints, NETWORKS.archive_id: today})
    assert (card.read, card.newer, card.withdrawn) == (Version(3, date(2024, 5, 2)), newer, "Withdrawn.")
    assert card.original_url.endswith("v3")
    [card, *_] = view_cards(ANSWERED, archive().preprints, ())
    assert (card.newer, card.withdrawn) == (None, None)
