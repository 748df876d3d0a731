"""The lists of words that turn a claim round, and how a text is read with them."""

import tomllib

import pytest

from pipeline.verify.opposites import LISTS, Word, read_lists, read_words
from pipeline.words import stem


def marks(text: str) -> str:
    """`+` and `-` for directions, `!` for negations, `w` for weighty words, `.` for the others."""
    return "".join(_mark(word) for word in read_words(text))


def _mark(word: Word) -> str:
    if word.negates:
        return "!"
    return {1: "+", -1: "-"}.get(word.direction, "w" if word.weighty else ".")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Pruning increases accuracy", "w+w", id="more"),
        pytest.param("Noise reduces the accuracy", "w-.w", id="less"),
        pytest.param("Noise does not reduce accuracy", "w.!-w", id="negated"),
        pytest.param("It isn't slower, and can't be", "..!-..!.", id="contractions"),
        pytest.param("The gene was up-regulated and then down-regulated", ".w.+..-", id="hyphens within one word"),
        pytest.param("Loss-of-function mutants", "-w", id="loss of function is a loss"),
        pytest.param("Knocked down genes, a knock-out mouse", "-w.-w", id="knocked down, knocked out"),
        pytest.param("Promoters promoted the promotion", "w+.+", id="all forms of a verb, but no part of DNA"),
        pytest.param(
            "The activity, the effect and the accuracy of position", ".w.w..w.w", id="neutral words of such stems"
        ),
        pytest.param("Models fail without data", "w!!w", id="negations that are no `not`"),
        pytest.param("An independently measured and independent sample", ".ww.!w", id="independently turns nothing"),
    ],
)
def test_words_are_told_apart(text: str, expected: str) -> None:
    assert marks(text) == expected


def test_a_clause_ends_at_a_mark_or_a_linking_word() -> None:
    clauses = [word.clause for word in read_words("Noise helps, whereas depth hurts because gradients (small) vanish.")]
    assert clauses == [0, 0, 1, 1, 1, 2, 2, 3, 4]


def test_no_word_is_both_up_and_down() -> None:
    lists = tomllib.loads(LISTS.read_text(encoding="utf-8"))
    up, down = ({stem(word) for word in lists[name].split()} for name in ("up", "down"))
    assert up & down == set()


def test_every_opposite_has_its_opposite() -> None:
    opposites = read_lists().opposites
    assert opposites[stem("early")] == {stem("late")}
    assert all(one in opposites[other] and one != other for one, others in opposites.items() for other in others)
