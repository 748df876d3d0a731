"""What is kept of every question and every preprint."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from pipeline.records import Change, EarlierText, State
from pipeline.render.overview import Use, count_archive, read_overview
from pipeline.render.shelf import Drawn, Shelf
from pipeline.render.views import Archive, Counts, list_question
from tests.render.samples import (
    ACCURACY,
    ANSWERED,
    COSTLY,
    COSTS,
    FIRST,
    IDLE,
    NETWORKS,
    REACHES,
    REEFS,
    SLOWER,
    UNANSWERED,
    archive,
)


def test_events_are_the_revisions_of_active_questions_newest_first() -> None:
    found = read_overview(archive()).events
    assert [(one.kind, one.answer.slug, one.answer.revision) for one in found] == [
        ("gap_closed", ACCURACY.slug, 2),
        ("new", REEFS.slug, 1),
        ("new", ACCURACY.slug, 1),
    ]
    assert read_overview(archive(questions=(replace(ACCURACY, status="retired"),))).events == ()


def test_a_preprint_knows_who_shows_it_and_which_of_its_sentences_they_rest_on() -> None:
    whole = archive()
    uses = read_overview(whole).uses
    listed = list_question(whole, ACCURACY)
    assert uses[NETWORKS.archive_id] == (Use(listed, True, (REACHES, SLOWER)),)
    assert uses[COSTS.archive_id] == (Use(listed, True, (COSTLY, COSTLY)),)
    assert [(use.listed.slug, use.cited) for use in uses[IDLE.archive_id]] == [
        (ACCURACY.slug, False),
        (REEFS.slug, False),
    ]


def test_lists_are_given_preprints_without_their_abstracts() -> None:
    found = read_overview(archive()).preprints
    assert list(found) == [COSTS.archive_id, NETWORKS.archive_id, IDLE.archive_id]
    short = found[NETWORKS.archive_id]
    assert (short.title, short.short_authors, short.latest) == (NETWORKS.title, NETWORKS.short_authors, NETWORKS.latest)
    assert short.abstract == ""


def keys(whole: Archive) -> tuple[Mapping[str, str], Mapping[str, str]]:
    found = read_overview(whole)
    return {slug: note.key for slug, note in found.questions.items()}, found.preprint_keys


def test_a_key_changes_with_what_it_stands_for_and_no_other_does() -> None:
    questions, preprints = keys(archive())
    revised = State("source_revised", (Change("source_revised", NETWORKS.archive_id, "v3", "v4"),))
    with_state, same = keys(archive(states={ACCURACY.slug: revised, REEFS.slug: State()}))
    assert {slug for slug in questions if questions[slug] != with_state[slug]} == {ACCURACY.slug}
    assert same == preprints
    for changed in (
        archive(earlier={(NETWORKS.archive_id, 1): EarlierText("Early", "Words.")}),
        archive(same_work={NETWORKS.archive_id: (IDLE,)}),
        archive(preprints={**archive().preprints, NETWORKS.archive_id: replace(NETWORKS, abstract="Other words.")}),
    ):
        same, others = keys(changed)
        assert same == questions
        assert {one for one in preprints if preprints[one] != others[one]} == {NETWORKS.archive_id}


def test_gaps_are_kept_with_all_their_revisions() -> None:
    gaps = read_overview(archive()).gaps
    assert {slug: [one.revision for one in revisions] for slug, revisions in gaps.items()} == {REEFS.slug: [1]}


def test_what_lies_on_a_shelf_is_read_in_stretches() -> None:
    asked: list[int] = []
    revisions = {ACCURACY.slug: (FIRST, ANSWERED), REEFS.slug: (UNANSWERED,)}

    def read(slugs: object) -> dict[str, object]:
        asked.append(len(list(slugs)))  # type: ignore[call-overload]  # a sequence of texts
        return {slug: revisions[slug] for slug in slugs}  # type: ignore[attr-defined]

    shelf = Shelf(list(revisions), read)
    whole = archive(revisions=shelf, answers=Drawn(shelf, lambda found: found[-1]))
    assert read_overview(whole) == read_overview(archive())
    assert asked == [2]


def test_the_counts_are_over_active_questions() -> None:
    whole = archive()
    assert count_archive(whole, read_overview(whole)) == Counts(
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
    assert count_archive(retired, read_overview(retired)) == Counts(98, 0, 0, 0, 0, 0, 0, 0, date(2024, 5, 3))
