"""Questions that are near, and edits that only sharpen."""

import pytest

from pipeline.questions.likeness import asks_the_same, near_pairs


def test_near_wordings_are_found_nearest_first_and_others_are_not() -> None:
    texts = [
        "How long do coral reefs take to recover after bleaching?",
        "Which encoding suits quantum classifiers?",
        "After bleaching, how long does recovery of a coral reef take?",
        "How long do reefs take to recover?",
        "",
    ]
    pairs = near_pairs(texts)
    assert [(one, other) for _, one, other in pairs] == [(0, 2), (0, 3), (2, 3)]
    assert all(0.4 <= score <= 1 for score, _, _ in pairs)
    assert near_pairs(texts, 1.1) == near_pairs([]) == []


BEFORE = "Does quantum noise increase the accuracy of a classifier?"


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        "does Quantum  noise increase the accuracy of a classifier ?",
        "Does quantum noise increase the accuracy of classifiers?",
        "By how much does quantum noise increase a classifier's accuracy?".replace("By how", "How"),
        "Does quantum noise increase the accuracy of an image classifier?",
    ],
    ids=["the same", "case and blanks", "plural", "another form", "one word more"],
)
def test_an_edit_that_sharpens(after: str) -> None:
    assert asks_the_same(BEFORE, after)


@pytest.mark.parametrize(
    "after",
    [
        BEFORE.replace("increase", "decrease"),
        BEFORE.replace("Does", "Does not"),
        BEFORE.replace("accuracy", "speed"),
        BEFORE.replace(" of a classifier", ""),
        "Does accuracy of a classifier without noise increase?",
        "How fast are decoders?",
    ],
    ids=["opposite", "negation", "another thing", "wider", "turned round", "nothing in common"],
)
def test_an_edit_that_changes_what_is_asked(after: str) -> None:
    assert not asks_the_same(BEFORE, after)


def test_a_slip_of_the_pen_is_mended_and_a_figure_is_not() -> None:
    assert asks_the_same("Does brian imaging help?", "Does brain imaging help?")
    assert not asks_the_same("Do models of 1.5 billion parameters help?", "Do models of 7 billion parameters help?")
