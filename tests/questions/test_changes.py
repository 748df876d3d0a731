"""What a change may not do to a question that was published."""

import pytest

from pipeline.questions.changes import check_changes
from pipeline.questions.question_file import Page, parse_page
from tests.questions.samples import ASKED, GOOD, TOPICS, asked, front

HARM = "Does noise harm a quantum model?"


def page(text: str, slug: str = "my-question") -> Page:
    return parse_page(slug, text, TOPICS, f"questions/{slug}.md")


def told(before: str, *after: Page, confirmed: tuple[str, ...] = ()) -> list[tuple[str, int, str]]:
    problems = check_changes([page(before)], after, "questions", confirmed)
    return [(problem.file, problem.line, problem.code) for problem in problems]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (GOOD, GOOD, []),
        (GOOD, asked("Does noise help a quantum learning model?"), []),
        (GOOD, asked(HARM), [("questions/my-question.md", 2, "question-changed")]),
        (GOOD, GOOD.replace(ASKED, f'question: {HARM}\naliases: ["{ASKED[10:]}"]'), []),
        (GOOD, front("status: retired"), []),
        (GOOD, front("status: draft"), [("questions/my-question.md", 1, "status-unpublished")]),
        (front("status: draft"), asked(HARM), []),
        (GOOD, "broken", []),
        ("broken", GOOD, []),
    ],
    ids=[
        "nothing", "sharpened", "changed", "confirmed by an alias", "retired", "taken back", "a draft", "broken now",
        "mended",
    ],
)  # fmt: skip
def test_an_edit(before: str, after: str, expected: list[tuple[str, int, str]]) -> None:
    assert told(before, page(after)) == expected


def test_an_edit_that_a_maintainer_confirms() -> None:
    assert told(GOOD, page(asked(HARM)), confirmed=("my-question",)) == []


@pytest.mark.parametrize("before", [GOOD, front("status: retired"), "broken"], ids=["active", "retired", "broken"])
def test_a_file_that_is_gone(before: str) -> None:
    assert told(before) == [("questions/my-question.md", 1, "file-removed")]


def test_a_draft_may_go() -> None:
    assert told(front("status: draft")) == []


def test_a_file_that_was_renamed_is_told_where_its_question_is() -> None:
    (problem,) = check_changes([page(GOOD)], [page(GOOD, "new-name")], "questions")
    assert problem.mend.endswith("set status: retired and merged_into; questions/new-name.md asks it now")
