"""Every rule of a key, with its code and line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.questions import parse_question
from tests.questions.samples import ASKED, GOOD, TOPICS, asked, found, front

TOLD = {
    "since": ("since: last year", "since is 'last year', which is no date"),
    "order": ('order: "5"', "order is '5', which is no whole number"),
    "status": ("status: activ", "there is no status 'activ'"),
    "a list": ("status: [active]", "there is no status '[ ]'"),
    "successor": ("merged_into: other.md", "merged_into is 'other.md', which is no slug"),
}

BAD = {
    # question
    "no question": ("---\ntopics: [ecology]\n---\n", [(1, "question-missing")]),
    "empty question": (asked(""), [(2, "question-missing")]),
    "question a number": (asked("5"), [(2, "question-text")]),
    "question a list": (asked('["Does noise help?"]'), [(2, "question-text")]),
    "question of blanks": (asked("' '"), [(2, "question-text")]),
    "question long": (asked("Does " + "very " * 60 + "much noise help?"), [(2, "question-long")]),
    "question short": (asked("Does it help?"), [(2, "question-short")]),
    "question without mark": (asked("Quantum noise in learning"), [(2, "question-mark")]),
    "question cut by a comment": (asked("What is the best #1 model?"), [(2, "question-mark")]),
    "two questions": (asked("Does noise help? Does it harm?"), [(2, "question-several")]),
    "question on two lines": (asked("|\n  Does noise help\n  a quantum model?"), [(2, "question-lines")]),
    # topics
    "no topics": (f"---\n{ASKED}\n---\n", [(1, "topics-missing")]),
    "topics without a value": (GOOD.replace("[ecology]", ""), [(3, "topics-empty")]),
    "topics empty": (GOOD.replace("[ecology]", "[]"), [(3, "topics-empty")]),
    "topics a text": (GOOD.replace("[ecology]", "ecology"), [(3, "topics-list")]),
    "topic unknown": (GOOD.replace("[ecology]", "[ecolgy]"), [(3, "topics-unknown")]),
    "topic unknown in its own line": (
        GOOD.replace(" [ecology]", "\n  - ecology\n  - botany"),
        [(5, "topics-unknown")],
    ),
    "topic twice": (GOOD.replace("[ecology]", "[ecology, ecology]"), [(3, "topics-duplicate")]),
    # lists
    "aliases a text": (front("aliases: Does it?"), [(4, "aliases-list")]),
    "alias a mapping": (front("aliases:", "  - Noise: does it help?"), [(5, "aliases-list")]),
    "alias empty": (front("aliases: ['']"), [(4, "aliases-list")]),
    "alias long": (front("aliases:", f"  - Does {'very ' * 60}much noise help?"), [(5, "aliases-long")]),
    "alias twice": (front('aliases: ["Is it so?", "Is it so?"]'), [(4, "aliases-duplicate")]),
    "facets nothing": (front("facets:"), [(4, "facets-list")]),
    "facet a truth value": (front("facets: [no, noise]"), [(4, "facets-list")]),
    "facets seven": (front("facets: [a, b, c, d, e, f, g]"), [(4, "facets-many")]),
    "facet long": (front(f"facets: [{'x' * 61}]"), [(4, "facets-long")]),
    "facet wording empty": (front('facets: ["chest X-ray | "]'), [(4, "facets-wording")]),
    "facet twice": (front("facets: [noise, noise]"), [(4, "facets-duplicate")]),
    "categories a mapping": (front("categories: {cs: LG}"), [(4, "categories-list")]),
    "category in capitals": (front("categories: [CS.LG]"), [(4, "categories-form")]),
    "category with an underscore": (front("categories:", "  - quant_ph"), [(5, "categories-form")]),
    "category twice": (front("categories: [cs, cs]"), [(4, "categories-duplicate")]),
    # single values
    "since in words": (front("since: last year"), [(4, "since-date")]),
    "since a year": (front("since: 2024"), [(4, "since-date")]),
    "since without zeros": (front("since: 2024-1-1"), [(4, "since-date")]),
    "since no such day": (front("since: 2024-02-30"), [(4, "since-date")]),
    "since a moment": (front("since: 2024-01-01 10:00:00"), [(4, "since-date")]),
    "order a text": (front('order: "5"'), [(4, "order-number")]),
    "order broken": (front("order: 1.5"), [(4, "order-number")]),
    "order octal": (front("order: 010"), [(4, "order-number")]),
    "order huge": (front("order: 99999999999999999999"), [(4, "order-number")]),
    "status unknown": (front("status: published"), [(4, "status-value")]),
    "status a list": (front("status: [active]"), [(4, "status-value")]),
    "merged but active": (front("merged_into: other-question"), [(4, "merged-into-status")]),
    "merged into no slug": (front("status: retired", "merged_into: other.md"), [(5, "merged-into-slug")]),
}

GOOD_LINES = {
    "date": "since: 2024-01-01",
    "date in quotes": 'since: "2024-01-01"',
    "arXiv archive": "categories: [cs, quant-ph, cs.LG, cond-mat.str-el]",
    "bioRxiv categories": "categories: [neuroscience, animal behavior and cognition]",
    "wordings": 'facets: ["chest X-ray | CXR"]',
    "negative order": "order: -5",
    "retired": "status: retired",
    "no aliases": "aliases: []",
    "quotes": 'aliases: ["Noise: does it help?"]',
    "a comment": "# not for readers",
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD)
def test_bad_file_tells_code_and_line(text: str, expected: list[tuple[int, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in BAD.values()], ids=BAD)
def test_bad_file_gives_no_question(text: str) -> None:
    assert parse_question("my-question", text, TOPICS)[0] is None


@pytest.mark.parametrize("line", GOOD_LINES.values(), ids=GOOD_LINES)
def test_front_matter_that_passes(line: str) -> None:
    assert found(front(line)) == []


def test_alias_without_mark_is_a_warning() -> None:
    question, problems = parse_question("my-question", front("aliases: [Noise that helps]"), TOPICS)
    assert question is not None
    assert [(problem.line, problem.code, problem.severity) for problem in problems] == [(4, "aliases-mark", "warning")]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(("question", "topics", "aliases", "facets", "since", "order", "status")), st.text(max_size=40))
def test_arbitrary_values_make_a_question_or_an_error(key: str, value: str) -> None:
    question, problems = parse_question("my-question", f"---\n{key}: {value}\n---\n", TOPICS)
    assert (question is None) == any(problem.severity == "error" for problem in problems)


@pytest.mark.parametrize(("line", "message"), TOLD.values(), ids=TOLD)
def test_a_wrong_value_is_shown(line: str, message: str) -> None:
    assert message in [problem.message for problem in parse_question("my-question", front(line), TOPICS)[1]]


def test_a_status_with_a_typo_gets_the_right_one() -> None:
    [problem] = parse_question("my-question", front("status: activ"), TOPICS)[1]
    assert problem.mend == "choose draft, active or retired (did you mean active?)"
