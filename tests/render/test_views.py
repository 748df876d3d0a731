"""What the templates see."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.records import Change, EarlierText, Preprint, State
from pipeline.render.views import (
    Listed,
    list_question,
    original_url,
    sum_up,
)
from tests.render.samples import (
    ACCURACY,
    ANSWERED,
    COSTS,
    FIRST,
    IDLE,
    NETWORKS,
    PENDING,
    REEFS,
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
        summary="Quantum networks reach 99.67% accuracy. [AG-2024.01-0001]",
    )


def test_a_question_without_an_answer_is_pending_and_a_topic_that_is_gone_is_left_out() -> None:
    asked = replace(PENDING, topics=("gone", "ecology"))
    assert list_question(archive(), asked) == Listed(
        PENDING.slug, PENDING.question, "pending", None, 0, 0, 0, (TOPICS["ecology"],), ""
    )


def test_a_list_tells_what_an_answer_says_first_or_what_is_missing() -> None:
    quote = ANSWERED.sentences[-1]
    finding = replace(ANSWERED.findings[0], sentences=(quote,))
    assert sum_up(replace(ANSWERED, findings=(finding,))) == f"“{quote.text}” [{', '.join(quote.citations)}]"
    assert sum_up(replace(UNANSWERED, missing=("No abstract speaks of reefs.", "Another."))) == (
        "No abstract speaks of reefs."
    )
    assert sum_up(replace(UNANSWERED, missing=())) == UNANSWERED.opening


def test_an_address_of_the_version_that_was_read() -> None:
    assert original_url(NETWORKS, 1) == "https://arxiv.org/abs/2401.15804v1"


def test_a_list_tells_the_state_of_an_answer() -> None:
    revised = State("source_revised", (Change("source_revised", NETWORKS.archive_id, "v3", "v4"),))
    whole = archive(states={ACCURACY.slug: revised})
    assert list_question(whole, ACCURACY).state == "source_revised"
    assert list_question(whole, REEFS).state == "fresh"


def test_the_revisions_of_an_answer_are_at_least_its_newest() -> None:
    assert archive().revisions_of(ACCURACY.slug) == (FIRST, ANSWERED)
    assert archive(revisions={}).revisions_of(ACCURACY.slug) == (ANSWERED,)
    assert archive().revisions_of(PENDING.slug) == ()


def test_preprints_are_shown_as_the_answer_read_them() -> None:
    early = EarlierText("Early title", "Early abstract.")
    whole = archive(earlier={(NETWORKS.archive_id, 3): early, (COSTS.archive_id, 7): early})
    read = whole.as_read(ANSWERED)
    assert (read[NETWORKS.archive_id].title, read[NETWORKS.archive_id].abstract) == ("Early title", "Early abstract.")
    assert read[COSTS.archive_id] == COSTS
