"""Answered, partly, or not."""

from typing import Any

import pytest

from pipeline.records import Draft, DraftFinding, DraftSentence, Preprint, Question, Version
from pipeline.verify.decide import Decision, decide, state_missing, state_needed

QUESTION = Question("slug", "Do quantum networks help?", (), facets=("quantum", "chest X-ray | CXR", "accuracy"))
ALL = "Quantum networks reach high accuracy on chest X-rays."
TWO = "Quantum networks reach high accuracy on digits."
ONE = "Quantum circuits are deep."
YES = Draft("yes", (DraftFinding("", (DraftSentence("It works.", ("AG-1",)),)),))
NO = Draft("no", YES.findings)
USELESS = Draft("no", (), problem="no JSON object")


def decided(*abstracts: str, draft: Draft = YES, **changes: Any) -> Decision:
    """The decision on these abstracts, all surely bearing on the question unless a change says otherwise."""
    preprints = [
        Preprint("arxiv", str(n), "T", text, (), (), (Version(1, None),), "2024.01", archive_id=f"AG-{n}")
        for n, text in enumerate(abstracts, 1)
    ]
    odds = changes.get("odds", [3.0] * len(preprints))
    return decide(changes.get("question", QUESTION), preprints, odds, draft)


PLAIN = Question("s", "Do quantum networks classify digits on quantum hardware?", ())
MISSING = (
    "The one retrieved abstract does not speak of “classify”.",
    "The one retrieved abstract does not speak of “hardware”.",
)
NO_XRAY = "The one retrieved abstract does not speak of “chest X-ray”."


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        pytest.param(decided(ALL), Decision("answered", "evidence_covers_question", ()), id="one abstract holds all"),
        pytest.param(
            decided(ALL, ALL, odds=[-0.01, -4.0]),
            Decision("not_answered", "nothing_bears_on_it", ()),
            id="all parts, and none bears on the whole",
        ),
        pytest.param(
            decided(ALL, ALL, odds=[-4.0, 0.0]),
            Decision("answered", "evidence_covers_question", ()),
            id="one just does",
        ),
        pytest.param(decided(TWO), Decision("not_answered", "part_never_mentioned", (NO_XRAY,)), id="a part absent"),
        pytest.param(
            decided(ONE),
            Decision(
                "not_answered",
                "part_never_mentioned",
                (NO_XRAY, "The one retrieved abstract does not speak of “accuracy”."),
            ),
            id="two parts absent",
        ),
        pytest.param(
            decided(ONE, "Accuracy on CXR images."),
            Decision(
                "partly",
                "parts_not_all_together",
                (
                    "None of the 2 speaks of “quantum” and “chest X-ray” together.",
                    "None of the 2 speaks of “quantum” and “accuracy” together.",
                ),
            ),
            id="all parts, two of them in one abstract",
        ),
        pytest.param(
            decided(ONE, "Chest X-rays are cheap.", "Accuracy matters."),
            Decision(
                "not_answered",
                "parts_never_together",
                (
                    "None of the 3 speaks of “quantum” and “chest X-ray” together.",
                    "None of the 3 speaks of “quantum” and “accuracy” together.",
                    "None of the 3 speaks of “chest X-ray” and “accuracy” together.",
                ),
            ),
            id="all parts, each in another abstract",
        ),
        pytest.param(
            decided(ALL, draft=NO, odds=[1.9]),
            Decision("partly", "one_preprint_and_the_model_doubts", ()),
            id="one abstract, and the model says no",
        ),
        pytest.param(
            decided(ALL, draft=NO, odds=[2.0]),
            Decision("answered", "evidence_covers_question", ()),
            id="one sure abstract, whatever the model says",
        ),
        pytest.param(
            decided(ALL, ALL, draft=NO, odds=[1.9, 0.0]),
            Decision("answered", "evidence_covers_question", ()),
            id="two abstracts outvote the model",
        ),
        pytest.param(
            decided(ALL, draft=USELESS),
            Decision("answered", "evidence_covers_question", ()),
            id="a reply that could not be read says nothing either way",
        ),
        pytest.param(
            decided(TWO, question=PLAIN, odds=[1.0]),
            Decision("answered", "evidence_covers_question", MISSING),
            id="no facets, and one surely bears on it",
        ),
        pytest.param(
            decided(TWO, question=PLAIN, odds=[0.99]),
            Decision("partly", "bears_on_it_loosely", MISSING),
            id="no facets, and one bears on it, not surely",
        ),
        pytest.param(
            decided(TWO, question=PLAIN, odds=[-0.01]),
            Decision("not_answered", "nothing_bears_on_it", MISSING),
            id="no facets, and none bears on it",
        ),
        pytest.param(
            decided(TWO, question=PLAIN, odds=[1.0], draft=NO),
            Decision("partly", "one_preprint_and_the_model_doubts", MISSING),
            id="no facets, one sure abstract, and the model says no",
        ),
    ],
)
def test_a_question_is(decision: Decision, expected: Decision) -> None:
    assert decision == expected


def test_an_archive_without_a_standing_preprint_answers_nothing() -> None:
    assert decided() == Decision(
        "not_answered",
        "nothing_to_weigh",
        (),
    )


def test_the_model_alone_never_makes_an_answer() -> None:
    assert decided(ONE, draft=YES).status == "not_answered"


@pytest.mark.parametrize(
    ("facets", "held", "statements"),
    [
        pytest.param(("a", "b"), [{"a", "b"}], [], id="all together"),
        pytest.param(
            ("a | x", "b"), [{"b"}], ["The one retrieved abstract does not speak of “a”."], id="first wording"
        ),
        pytest.param(("a", "b"), [{"a"}, {"b"}], ["None of the 2 speaks of “a” and “b” together."], id="apart"),
        pytest.param(
            ("a", "b", "c"),
            [{"a"}],
            ["The one retrieved abstract does not speak of “b”.", "The one retrieved abstract does not speak of “c”."],
            id="a part that is absent is in no pair",
        ),
        pytest.param(tuple("abcde"), [{one} for one in "abcde"], [], id="more than four parts: no pairs"),
        pytest.param(
            ("a", "b", "c"),
            [{"a", "b"}, {"b", "c"}, {"a", "c"}],
            ["None of the 3 retrieved abstracts speaks of “a”, “b” and “c” together."],
            id="every pair, but never the three",
        ),
        pytest.param((), [], [], id="no parts"),
        pytest.param(("a", "b"), [], [], id="no abstract"),
    ],
)
def test_what_is_missing_is_stated(facets: tuple[str, ...], held: list[set[str]], statements: list[str]) -> None:
    assert state_missing(facets, [frozenset(one) for one in held]) == tuple(statements)


@pytest.mark.parametrize(
    ("facets", "needed"),
    [
        (("a | x", "b"), ("To answer it, an abstract would be needed that speaks of “a” and “b” together.",)),
        (("a",), ("To answer it, an abstract would be needed that speaks of “a”.",)),
        ((), ()),
    ],
    ids=["parts", "a single part", "no parts that anyone named"],
)
def test_what_evidence_would_be_needed_is_told_from_the_parts(facets: tuple[str, ...], needed: tuple[str, ...]) -> None:
    assert state_needed(Question("s", "Is it so?", (), facets=facets)) == needed


def test_abstracts_that_were_withdrawn_are_no_part_of_the_count() -> None:
    assert state_missing(("a",), [frozenset(), frozenset()], withdrawn=1) == (
        "None of the 2 retrieved abstracts that stand speaks of “a”.",
    )
    assert state_missing(("a",), [frozenset()], withdrawn=2) == (
        "The one retrieved abstract that stands does not speak of “a”.",
    )
