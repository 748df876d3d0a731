"""Histories, gaps, and answers as lines; what stands on the pages is in test_pages."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.records import Answer, Question
from pipeline.render.difference import Line
from pipeline.render.overview import read_overview
from pipeline.render.question_pages import find_heir, gap_since, read_lines, view_gaps, view_history
from tests.render.samples import ACCURACY, ANSWERED, FIRST, PENDING, REEFS, UNANSWERED, archive

LATER = replace(FIRST, answered_on=date(2024, 8, 1), revision=3)


@pytest.mark.parametrize(
    ("revisions", "since"),
    [
        pytest.param((UNANSWERED,), UNANSWERED.answered_on, id="from the first"),
        pytest.param((FIRST, LATER), FIRST.answered_on, id="twice in a row"),
        pytest.param((FIRST, ANSWERED, LATER), LATER.answered_on, id="opened again"),
    ],
)
def test_a_gap_is_as_old_as_the_first_answer_in_a_row_that_says_so(revisions: tuple[Answer, ...], since: date) -> None:
    assert gap_since(revisions) == since


def test_gaps_are_active_questions_without_an_answer_the_newest_first() -> None:
    whole = archive(revisions={ACCURACY.slug: (ANSWERED, LATER), REEFS.slug: (UNANSWERED,)})
    assert [(gap.listed.slug, gap.since) for gap in view_gaps(read_overview(whole))] == [
        (ACCURACY.slug, LATER.answered_on),
        (REEFS.slug, UNANSWERED.answered_on),
    ]
    assert [gap.nearest for gap in view_gaps(read_overview(archive()))] == [UNANSWERED.sources]
    retired = archive(questions=(replace(REEFS, status="retired"), PENDING))
    assert view_gaps(read_overview(retired)) == ()


@pytest.mark.parametrize(
    ("links", "heir"),
    [
        ({"a": "b", "b": None}, None),
        ({"a": "active"}, "active"),
        ({"a": "b", "b": "active"}, "active"),
        ({"a": "b", "b": "a"}, None),
        ({"a": "a"}, None),
        ({"a": "absent"}, None),
        ({"a": None}, None),
    ],
    ids=["retired alone", "straight", "a chain", "a ring", "itself", "absent", "none"],
)
def test_the_heir_is_the_active_question_at_the_end(links: dict[str, str | None], heir: str | None) -> None:
    retired = {slug: Question(slug, "?", (), status="retired", merged_into=target) for slug, target in links.items()}
    assert find_heir(retired["a"], {**retired, "active": replace(ACCURACY, slug="active")}) == heir


def test_an_answer_reads_as_lines_without_tex() -> None:
    lines = read_lines(replace(ANSWERED, bottom_line=r"The nearest is “Costs at $10^{-3}$”."))
    assert lines == (
        ACCURACY.question,
        ANSWERED.opening,
        "Quantum networks reach 99.67% accuracy. [AG-2024.01-0001]",
        "They are slower and costly. [AG-2024.01-0001, AG-2004.05-0001]",
        "Skylar Chan: “Qubits are costly.” [AG-2004.05-0001]",
        *ANSWERED.missing,
        "Bottom line: The nearest is “Costs at 10⁻³”.",
    )
    assert read_lines(replace(UNANSWERED, bottom_line="")) == (REEFS.question, UNANSWERED.opening)


def test_a_history_is_newest_first_and_compares_each_revision_with_the_one_before() -> None:
    newest, first = view_history(archive(), (FIRST, ANSWERED))
    assert (newest.answer, first.answer) == (ANSWERED, FIRST)
    assert (first.reasons, first.lines) == ((), ())
    assert (first.kind, newest.kind) == ("new", "gap_closed")
    assert [reason.archive_id for reason in newest.reasons[:2]] == ["AG-2024.01-0001", "AG-2004.05-0001"]
    assert newest.lines[0] == Line(unchanged=1)
    assert view_history(archive(), ()) == ()
