"""Passages, drafts and revisions in the database."""

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from pipeline.records import (
    Answer,
    Cut,
    Evidence,
    Finding,
    FollowUp,
    Passage,
    Preprint,
    Provenance,
    Sentence,
    Source,
)
from pipeline.store.answers import (
    StoredDraft,
    load_all_passages,
    load_answered_slugs,
    load_draft,
    load_latest_answer,
    load_latest_answers,
    load_outcomes,
    load_overtaken,
    load_passages,
    load_passages_of,
    load_retrieval_keys,
    load_retrieved_ids,
    load_revisions,
    save_answer,
    save_draft,
    save_outcome,
    save_passages,
)
from pipeline.store.database import Connection
from tests.archive import keep_preprints

EVIDENCE = Evidence("AG-2024.01-0001", "They reach 99.67% — “well”.", 10, 37, 0.8125)
ANSWER = Answer(
    slug="quantum-mnist",
    question="How accurate are they?",
    status="partly",
    reason="parts_not_all_together",
    answered_by="SmolLM2",
    answered_on=date(2024, 6, 1),
    revision=1,
    opening="In part.",
    findings=(
        Finding(
            "Measured results",
            (
                Sentence("They reach 99.67%.", ("AG-2024.01-0001",), "supported", (EVIDENCE,)),
                Sentence("It may help.", ("AG-2024.01-0001",), "quoted", (EVIDENCE,), hedged=True, lead="Kölle et al."),
            ),
        ),
    ),
    missing=("None of the 2 retrieved abstracts speaks of “cost”.",),
    bottom_line="One preprint.",
    cut=(Cut("They are perfect.", ("AG-2024.01-0001",), "too good"),),
    sources=(
        Source("AG-2024.01-0001", "arxiv", "2401.15804", 3, 71, "quant-ph", "Networks", True, False),
        Source("AG-1999.01-0001", "arxiv", "hep-th/9901001", 1, 40, "hep-th", "Strings", False, True),
    ),
    follow_ups=(FollowUp("And then?", None), FollowUp("Why?", "why")),
    provenance=Provenance("SmolLM2", "sha", "draft.v1", "seed=7", "fake-64", "checks-2", "key", 98, 400, 120),
)


def test_an_answer_comes_back_whole(connection: Connection) -> None:
    save_answer(connection, ANSWER)
    assert load_latest_answer(connection, slug=ANSWER.slug) == ANSWER


def test_the_latest_revision_counts_and_older_ones_stay(connection: Connection) -> None:
    second, tenth = replace(ANSWER, revision=2), replace(ANSWER, revision=10, status="answered")
    other = replace(ANSWER, slug="other")
    for answer in (ANSWER, tenth, second, other):
        save_answer(connection, answer)
    assert load_latest_answer(connection, slug=ANSWER.slug) == tenth
    assert load_latest_answers(connection) == {"other": other, "quantum-mnist": tenth}
    assert load_revisions(connection, ["other", "quantum-mnist", "none"]) == {
        "other": (other,),
        "quantum-mnist": (ANSWER, second, tenth),
    }
    assert load_revisions(connection, ["other"]) == {"other": (other,)}
    assert load_answered_slugs(connection) == ["other", "quantum-mnist"]


def test_a_revision_is_never_written_over(connection: Connection) -> None:
    save_answer(connection, ANSWER)
    with pytest.raises(duckdb.ConstraintException):
        save_answer(connection, replace(ANSWER, status="answered"))
    assert load_latest_answer(connection, slug=ANSWER.slug) == ANSWER


def test_an_empty_archive_has_no_answers(connection: Connection) -> None:
    assert load_latest_answer(connection, slug="quantum-mnist") is None
    assert load_latest_answers(connection) == {}
    assert load_revisions(connection, ["other"]) == {}
    assert load_overtaken(connection) == set()
    assert load_retrieved_ids(connection) == []


def test_a_preprint_that_any_revision_retrieved_stays_listed(connection: Connection) -> None:
    save_answer(connection, ANSWER)
    save_answer(connection, replace(ANSWER, revision=2, sources=ANSWER.sources[:1]))
    save_answer(connection, replace(ANSWER, slug="empty", sources=()))
    assert load_retrieved_ids(connection) == ["AG-1999.01-0001", "AG-2024.01-0001"]


def test_an_answer_is_overtaken_when_its_newest_revision_does_not_know_of_a_withdrawal(
    connection: Connection, preprint: Preprint
) -> None:
    save_answer(connection, ANSWER)
    keep_preprints(connection, [preprint])
    assert load_overtaken(connection) == set()
    keep_preprints(connection, [replace(preprint, withdrawn="This paper has been withdrawn.")])
    assert load_overtaken(connection) == {ANSWER.slug}
    sources = (replace(ANSWER.sources[0], withdrawn=True), ANSWER.sources[1])
    save_answer(connection, replace(ANSWER, revision=2, sources=sources))
    assert load_overtaken(connection) == set()


def test_a_draft_is_found_by_its_key_alone(connection: Connection) -> None:
    draft = StoredDraft('{"addressed": "yes"}', (EVIDENCE,), 400, 120)
    save_draft(connection, draft_key="key", slug="quantum-mnist", draft=draft)
    assert load_draft(connection, draft_key="key") == draft
    assert load_draft(connection, draft_key="other") is None


def test_a_draft_made_again_replaces_the_first(connection: Connection) -> None:
    for reply in ("", "{}"):
        save_draft(connection, draft_key="key", slug="s", draft=StoredDraft(reply, (), 0, 0))
    assert load_draft(connection, draft_key="key") == StoredDraft("{}", (), 0, 0)


def test_an_outcome_is_the_revision_that_a_key_led_to(connection: Connection) -> None:
    save_outcome(connection, answer_key="key", slug="s", revision=1)
    save_outcome(connection, answer_key="key", slug="s", revision=2)
    assert load_outcomes(connection) == {"key": 2}


def test_passages_come_back_by_rank_and_are_replaced_as_a_whole(connection: Connection) -> None:
    first = Passage("AG-2024.01-0001", 3, "hash", 1, 0.7125, 12.5, 0.0325)
    second = Passage("AG-1999.01-0001", 1, "hash2", 2, -0.25, 0.0, 0.016)
    save_passages(connection, slug="s", retrieval_key="old", preprints=2, passages=[second, first])
    save_passages(connection, slug="other", retrieval_key="k", preprints=2, passages=[second])
    assert load_passages(connection, slug="s") == (first, second)
    assert load_all_passages(connection) == {"other": (second,), "s": (first, second)}
    assert load_passages_of(connection, ["s", "none"]) == {"s": (first, second)}
    save_passages(connection, slug="s", retrieval_key="new", preprints=3, passages=[replace(second, rank=1)])
    assert load_passages(connection, slug="s") == (replace(second, rank=1),)
    assert load_passages(connection, slug="other") == (second,)
    assert load_retrieval_keys(connection) == {"other": ("k", 2), "s": ("new", 3)}


def test_a_question_that_found_nothing_is_remembered_as_asked(connection: Connection) -> None:
    save_passages(connection, slug="s", retrieval_key="key", preprints=0, passages=[])
    assert load_passages(connection, slug="s") == ()
    assert load_retrieval_keys(connection) == {"s": ("key", 0)}
