"""A whole file: its shape, its body, and the record it gives."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.questions import parse_question
from pipeline.records import Question
from tests.questions.samples import GOOD, TOPICS, found, front

BAD = {
    "empty": ("", [(1, "file-empty")]),
    "white space only": (" \n\n", [(1, "file-empty")]),
    "no front matter": ("Does noise help a quantum model?\n", [(1, "front-matter-missing")]),
    "blank line first": ("\n" + GOOD, [(1, "front-matter-missing")]),
    "not closed": (GOOD.replace("---\nWhy", "Why"), [(1, "front-matter-open")]),
    "body long": (front(body="word " * 801 + "end"), [(5, "body-long")]),
    "all at once, by line": (
        front("order: x", "colour: red", body="<b>"),
        [(4, "order-number"), (5, "key-unknown"), (7, "text-html")],
    ),
}

GOOD_BODIES = {
    "a rule": "One.\n\n---\n\nTwo.",
    "none": "",
    "4000 characters": "x" * 4000,
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD)
def test_bad_file_tells_code_and_line(text: str, expected: list[tuple[int, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in BAD.values()], ids=BAD)
def test_bad_file_gives_no_question(text: str) -> None:
    assert parse_question("my-question", text, TOPICS)[0] is None


@pytest.mark.parametrize(
    "slug", ["ab", "a" * 81, "My-question", "my_question", "-my", "my--question", "frage-ü", "a.b", ""]
)
def test_name_that_can_be_no_address(slug: str) -> None:
    assert found(GOOD, slug) == [(1, "slug-form")]


@pytest.mark.parametrize("body", GOOD_BODIES.values(), ids=GOOD_BODIES)
def test_body_that_passes(body: str) -> None:
    assert found(front(body=body)) == []


def test_all_keys_reach_the_record() -> None:
    text = front(
        "aliases:",
        "  - Is noise",
        "    of use?",
        'facets: ["chest X-ray|CXR", noise]',
        "categories: [cs.LG]",
        "since: 2024-01-02",
        "order: 7",
        "status: retired",
        "merged_into: other-question",
        body="\nOne.\n\nTwo.\n",
    )
    expected = Question(
        slug="my-question",
        question="Does noise help a quantum model?",
        topics=("ecology",),
        aliases=("Is noise of use?",),
        facets=("chest X-ray | CXR", "noise"),
        categories=("cs.LG",),
        since=date(2024, 1, 2),
        status="retired",
        merged_into="other-question",
        body="One.\n\nTwo.",
        order=7,
    )
    assert parse_question("my-question", text, TOPICS) == (expected, [])


def test_a_category_is_written_as_retrieval_compares_it() -> None:
    """A fixed bug: bioRxiv's own spelling let no preprint through."""
    question, _ = parse_question("my-question", front("categories: [animal behavior and cognition, cs.LG]"), TOPICS)
    assert question is not None
    assert question.categories == ("animal-behavior-and-cognition", "cs.LG")


def test_why_a_question_is_retired_reaches_the_record() -> None:
    text = front("status: retired", 'retired_because: "Settled: see the review."', body="")
    question, problems = parse_question("my-question", text, TOPICS)
    assert question is not None and problems == []
    assert question.retired_because == "Settled: see the review."


def test_order_zero_is_not_the_default() -> None:
    question, _ = parse_question("my-question", front("order: 0"), TOPICS)
    assert question is not None
    assert question.order == 0


def test_windows_line_ends_read_the_same() -> None:
    assert parse_question("my-question", GOOD.replace("\n", "\r\n")) == parse_question("my-question", GOOD)


@settings(max_examples=300, deadline=None)
@given(st.text(), st.text())
def test_arbitrary_text_makes_a_question_or_an_error(slug: str, text: str) -> None:
    question, problems = parse_question(slug, text, TOPICS)
    assert (question is None) == any(problem.severity == "error" for problem in problems)
