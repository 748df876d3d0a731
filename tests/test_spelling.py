"""Which known word is meant."""

import pytest

from pipeline.spelling import nearest


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("pasages", " (did you mean passages?)"),
        ("ransk", " (did you mean rank?)"),
        ("colour", ""),
        ("", ""),
        ("x" * 100_000, ""),
    ],
    ids=["typo", "two letters", "another word", "nothing", "very long"],
)
def test_the_nearest_word_is_asked_for_and_a_far_one_is_not(word: str, asked: str) -> None:
    assert nearest(word, ["passages", "rank"]) == asked
