"""What a problem tells a contributor, and how it is shown."""

from dataclasses import replace

import pytest

from pipeline.questions import format_github, format_problem, parse_question
from pipeline.questions.problems import RULES
from pipeline.records import Problem
from tests.questions.samples import GOOD, TOPICS, asked, front

PROBLEM = Problem("questions/a,b:c.md", 3, "question-mark", "error", "100% wrong\r\nhere: a, b", "end it with ?")


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        (asked("Noise: does it help a model?"), 'put the text in quotes if it holds ": "'),
        (front("facet: [noise]"), "question, topics, aliases, facets, categories, since, order, status, merged_into"),
        (front("facet: [noise]"), "did you mean facets?"),
        (
            GOOD.replace("[ecology]", "[ecolgy]"),
            "choose from medical-imaging, ecology (did you mean ecology?), or add a topic",
        ),
        (GOOD.replace("[ecology]", "[]"), "choose from medical-imaging, ecology"),
        (front("order: 5", "aliases: [Is it so?]"), "put a text with : or ? in quotes"),
        (front("facets: &a [noise]"), "such as & * ! {"),
    ],
    ids=["colon", "allowed keys", "nearest key", "nearest topic", "topics", "brackets", "signs"],
)
def test_mend_says_what_to_write(text: str, mend: str) -> None:
    assert mend in parse_question("my-question", text, TOPICS)[1][0].mend


def test_message_cuts_and_quotes_what_it_repeats() -> None:
    _, problems = parse_question("my-question", front(f'"{"x" * 500}\\e[31m": 1'), TOPICS)
    assert problems[0].message == f"'{'x' * 59}…' is not a key"


def test_problem_for_a_terminal() -> None:
    problem = replace(PROBLEM, file="questions/a.md", message="no mark")
    assert format_problem(problem) == "questions/a.md:3: error question-mark: no mark\n  → end it with ?"


def test_problem_for_github() -> None:
    assert format_github(PROBLEM) == (
        "::error file=questions/a%2Cb%3Ac.md,line=3,title=question-mark::100%25 wrong%0D%0Ahere: a, b%0A→ end it with ?"
    )
    assert format_github(replace(PROBLEM, severity="warning")).startswith("::warning file=")


def test_every_rule_has_one_message_and_one_mend() -> None:
    assert [code for code, text in RULES.items() if text.count(" → ") != 1] == []
