"""Revisions as news."""

from dataclasses import replace
from typing import get_args

import pytest

from pipeline.records import Answer, Change, ChangeKind, StateName
from pipeline.render.feeds import tell_event
from pipeline.render.news import (
    STATES,
    WORDS,
    Event,
    Reason,
    concerns,
    list_events,
    order_of_news,
    shorten,
    tell_reasons,
)
from tests.render.samples import ANSWERED, COSTS, FIRST, IDLE, NETWORKS, UNANSWERED, source_of

NEARER = replace(FIRST, revision=2, sources=(FIRST.sources[0], source_of(COSTS, 30, cited=False)))
"""Still no answer; another preprint is near."""
BESIDE = replace(ANSWERED, revision=3, sources=ANSWERED.sources[:2])
"""The same claims; what was only retrieved is gone."""


def test_news_have_one_order_within_a_day_too() -> None:
    events = [Event("new", one, ()) for one in (ANSWERED, FIRST, UNANSWERED, replace(ANSWERED, slug="a"))]
    found = [one.answer for one in sorted(events, key=order_of_news)]
    assert found == [FIRST, UNANSWERED, replace(ANSWERED, slug="a"), ANSWERED]


def test_a_shortened_answer_tells_the_same_news() -> None:
    short = Event("revised", shorten(ANSWERED), ())
    assert tell_event(short, {}) == tell_event(Event("revised", ANSWERED, ()), {})
    asked = [source.archive_id for source in ANSWERED.sources]
    assert [concerns(short, one) for one in asked] == [concerns(Event("revised", ANSWERED, ()), one) for one in asked]
    assert not short.answer.findings and not any(source.title for source in short.answer.sources)


@pytest.mark.parametrize(
    ("revisions", "kinds"),
    [
        pytest.param((FIRST, ANSWERED), ["new", "gap_closed"], id="answered since"),
        pytest.param((ANSWERED, FIRST), ["new", "gap_opened"], id="no longer answered"),
        pytest.param((ANSWERED, ANSWERED), ["new", "revised"], id="another answer"),
        pytest.param((FIRST, FIRST), ["new", "revised"], id="still none"),
        pytest.param((FIRST, NEARER), ["new", "quiet"], id="another near miss"),
        pytest.param((ANSWERED, BESIDE), ["new", "quiet"], id="another preprint beside it"),
        pytest.param((ANSWERED, replace(BESIDE, missing=())), ["new", "revised"], id="and another gap"),
        pytest.param((ANSWERED, replace(BESIDE, findings=())), ["new", "revised"], id="and other claims"),
        pytest.param((ANSWERED, replace(BESIDE, status="partly")), ["new", "revised"], id="and another decision"),
        pytest.param((), [], id="none"),
    ],
)
def test_what_a_revision_is_follows_from_the_one_before(revisions: tuple[Answer, ...], kinds: list[str]) -> None:
    assert [event.kind for event in list_events(revisions)] == kinds


def test_an_event_concerns_the_preprints_that_it_cites_and_those_that_caused_it() -> None:
    event = Event("revised", ANSWERED, (Change("source_left", "AG-2020.01-0001"),))
    concerned = [NETWORKS.archive_id, COSTS.archive_id, IDLE.archive_id, "AG-2020.01-0001", "AG-2020.01-0002"]
    assert [concerns(event, one) for one in concerned] == [True, True, False, True, False]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Change("source_withdrawn", "AG-1"), "AG-1 was withdrawn"),
        (Change("source_revised", "AG-1", "v1", "v3"), "AG-1 was revised, v1 → v3"),
        (Change("source_came", "AG-1", after="cited"), "AG-1 came in (cited)"),
        (Change("source_came", "AG-1"), "AG-1 came in"),
        (Change("source_left", "AG-1", before="only retrieved"), "AG-1 went out (only retrieved)"),
        (Change("model_changed", "", "a", "b"), "another model or other sampling: a → b"),
        (Change("question_edited", "", "Why?", "How?"), "the question was edited; it was “Why?”"),
        (
            Change("checks_changed", "", "checks-5 coverage=0.85, decision-3", "checks-6 coverage=0.85, decision-3"),
            "other checks: checks-5 → checks-6",
        ),
        (
            Change("model_changed", "", "a (b1)", "a (b1), cold"),
            "another model or other sampling: a (b1) → a (b1), cold",
        ),
        (Change("question_edited"), "the question was edited: what it asks for besides its wording"),
        (
            Change("question_edited", "", "Why?", "Why?"),
            "the question was edited: what it asks for besides its wording",
        ),
        (Change("written_anew"), "drafted anew, though nothing that is recorded changed"),
    ],
)
def test_a_change_is_told_in_words(change: Change, told: str) -> None:
    [reason] = tell_reasons((change,), {})
    assert reason.sentence == told


def test_a_reason_knows_whether_its_preprint_has_a_page() -> None:
    changes = (Change("source_withdrawn", "AG-1"), Change("source_withdrawn", "AG-2"))
    assert tell_reasons(changes, {"AG-1": NETWORKS}) == (
        Reason("AG-1", "was withdrawn", NETWORKS.title),
        Reason("AG-2", "was withdrawn", ""),
    )


def test_every_change_and_every_state_has_words() -> None:
    assert set(WORDS) == set(get_args(ChangeKind))
    assert set(STATES) == set(get_args(StateName))
