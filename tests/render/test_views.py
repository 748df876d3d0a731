"""What the templates see."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.records import Answer, Evidence, Finding, Preprint, Sentence
from pipeline.render.views import (
    CitationView,
    Counts,
    Listed,
    count_archive,
    evidence_of,
    list_question,
    original_url,
    view_cards,
    view_findings,
)
from tests.render.samples import (
    ACCURACY,
    ANSWERED,
    COSTLY,
    COSTS,
    IDLE,
    NETWORKS,
    PENDING,
    REACHES,
    SLOWER,
    TOPICS,
    UNANSWERED,
    archive,
)


@pytest.mark.parametrize(
    ("preprint", "url"),
    [
        pytest.param(NETWORKS, "https://arxiv.org/abs/2401.15804v3", id="latest version"),
        pytest.param(COSTS, "https://arxiv.org/abs/quant-ph/0405001v1", id="old id"),
        pytest.param(IDLE, "", id="a source without addresses"),
    ],
)
def test_the_address_at_the_source(preprint: Preprint, url: str) -> None:
    assert original_url(preprint) == url


def test_a_question_in_a_list_tells_its_answer() -> None:
    assert list_question(archive(), ACCURACY) == Listed(
        slug=ACCURACY.slug,
        question=ACCURACY.question,
        status="answered",
        answered_on=date(2024, 6, 2),
        revision=2,
        sources=3,
        cited=2,
        topics=(TOPICS["quantum"],),
        summary=ANSWERED.opening,
    )


def test_a_question_without_an_answer_is_pending_and_a_topic_that_is_gone_is_left_out() -> None:
    asked = replace(PENDING, topics=("gone", "ecology"))
    assert list_question(archive(), asked) == Listed(
        PENDING.slug, PENDING.question, "pending", None, 0, 0, 0, (TOPICS["ecology"],), ""
    )


def test_the_counts_are_over_active_questions() -> None:
    whole = archive()
    assert count_archive(whole) == Counts(
        preprints=98,
        questions=3,
        answered=1,
        partly=0,
        not_answered=1,
        sentences=3,
        cut=1,
        quoted=1,
        latest=date(2024, 5, 3),
    )
    retired = replace(whole, questions=tuple(replace(one, status="retired") for one in whole.questions))
    assert count_archive(retired) == Counts(98, 0, 0, 0, 0, 0, 0, 0, date(2024, 5, 3))


def test_every_citation_has_an_anchor_of_its_own_in_reading_order() -> None:
    findings = view_findings(ANSWERED, archive().preprints)
    assert [finding.heading for finding in findings] == ["Measured results", "Limits and costs"]
    assert [sentence.citations for finding in findings for sentence in finding.sentences] == [
        (CitationView(NETWORKS.archive_id, "c-1"),),
        (CitationView(NETWORKS.archive_id, "c-2"), CitationView(COSTS.archive_id, "c-3")),
        (CitationView(COSTS.archive_id, "c-4"),),
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
