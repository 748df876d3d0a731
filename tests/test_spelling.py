"""Which known word is meant, and one thing or many."""

import pytest

from pipeline.spelling import counted, nearest


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


@pytest.mark.parametrize(("number", "told"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (3_000, "3,000 files")])
def test_one_thing_is_told_as_one(number: int, told: str) -> None:
    assert counted(number, "file") == told
