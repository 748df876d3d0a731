"""Texts compared, for a person to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.difference import Line, Piece, compare_lines, compare_words


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        pytest.param("one two", "one two", (Piece("same", "one two"),), id="nothing"),
        pytest.param(
            "they reach 70 % now",
            "they reach 74 % now",
            (Piece("same", "they reach"), Piece("removed", "70"), Piece("added", "74"), Piece("same", "% now")),
            id="a number",
        ),
        pytest.param("one", "one two", (Piece("same", "one"), Piece("added", "two")), id="a word more"),
        pytest.param("one two", "two", (Piece("removed", "one"), Piece("same", "two")), id="a word less"),
        pytest.param("", "", (), id="no words"),
    ],
)
def test_words_are_compared(before: str, after: str, pieces: tuple[Piece, ...]) -> None:
    assert compare_words(before, after) == pieces


def test_lines_that_stayed_are_counted_and_a_reworded_one_shows_both_wordings() -> None:
    before = ["The first stays.", "They reach 70 % of it.", "An old thing.", "The last stays."]
    after = ["The first stays.", "They reach 74 % of it.", "Quite another matter!", "The last stays."]
    assert compare_lines(before, after) == (
        Line(unchanged=1),
        Line((Piece("same", "They reach"), Piece("removed", "70"), Piece("added", "74"), Piece("same", "% of it."))),
        Line((Piece("added", "Quite another matter!"),)),
        Line((Piece("removed", "An old thing."),)),
        Line(unchanged=1),
    )


LINES = st.lists(st.sampled_from(["a b c", "a b d", "e f", "g", "a x c"]), max_size=6)


@given(LINES, LINES)
def test_nothing_is_lost_and_nothing_made_up(before: list[str], after: list[str]) -> None:
    found = compare_lines(before, after)

    def told(*fates: str) -> int:
        kept = sum(line.unchanged for line in found)
        return kept + sum(any(piece.fate in fates for piece in line.pieces) for line in found if line.pieces)

    assert told("same", "removed") == len(before)
    assert told("same", "added") == len(after)
