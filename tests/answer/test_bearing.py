"""How surely a preprint answers a question."""

from math import log

import pytest

from pipeline.answer.bearing import SIGNALS, Nearness, bearing, least_odds, read_nearness, read_weights
from pipeline.logistic import Logistic
from tests.fakes import FakeEncoder

QUESTION = "Do quantum networks classify reefs?"
ON_IT = ("Reefs", "Quantum networks classify reefs. It rained.", 0.7)
BESIDE = ("Networks", "Quantum networks classify digits.", 0.5)
FAR = ("Bread", "Bread rises overnight.", 0.1)


def test_the_nearest_sentence_and_the_words_held_are_seen_beside_the_similarity() -> None:
    on_it, far = read_nearness(QUESTION, [ON_IT, FAR], FakeEncoder().encode)
    assert (on_it.abstract, on_it.words) == (0.7, 1.0)
    assert on_it.sentence > 0.8 > far.sentence
    assert (far.abstract, far.words) == (0.1, 0.0)


def test_a_title_is_a_sentence_too() -> None:
    [seen] = read_nearness(QUESTION, [(QUESTION, "", 0.9)], FakeEncoder().encode)
    assert seen.sentence == pytest.approx(1.0)
    assert seen.words == 1.0


def test_words_that_few_hold_count_more() -> None:
    seen = read_nearness(
        "Quantum reefs?", [("A", "Quantum reefs.", 0.5), ("B", "Quantum bread.", 0.5)], FakeEncoder().encode
    )
    assert [one.words for one in seen] == pytest.approx([1.0, log(2) / (log(2) + log(3))])


def test_a_word_that_none_holds_counts_most() -> None:
    seen = read_nearness("Quantum unicorns?", [("A", "Quantum bread.", 0.5)], FakeEncoder().encode)
    assert [one.words for one in seen] == pytest.approx([log(2) / (log(2) + log(3))])


@pytest.mark.parametrize("question", ["Does it work?", ""], ids=["without a subject", "empty"])
def test_a_question_without_a_subject_is_held_by_none(question: str) -> None:
    assert [one.words for one in read_nearness(question, [ON_IT], FakeEncoder().encode)] == [0.0]


def test_a_preprint_on_the_question_bears_on_it_more_surely_than_one_beside_it() -> None:
    odds = bearing(QUESTION, [FAR, ON_IT, BESIDE], FakeEncoder().encode)
    assert odds[1] > odds[2] > odds[0]
    assert odds[1] > 0 > odds[0]


def test_nothing_retrieved_bears_on_nothing() -> None:
    assert bearing(QUESTION, [], FakeEncoder().encode) == []


def test_the_log_odds_are_the_weighed_sum() -> None:
    weights = Logistic(-2.0, {"abstract": 1.0, "sentence": 2.0, "words": 4.0})
    assert weights.log_odds(Nearness(0.5, 0.25, 0.5)) == 1.0


def test_every_signal_of_the_file_speaks_for_an_answer() -> None:
    weights = read_weights()
    assert tuple(weights.weights) == SIGNALS
    assert weights.bias < 0 < min(weights.weights.values())


@pytest.mark.parametrize(
    ("bearings", "used"),
    [
        pytest.param([1.0, 0.99], [1.0], id="one surely answers: the other stays out"),
        pytest.param([4.5, 1.0], [4.5, 1.0], id="both surely answer"),
        pytest.param([4.6, 1.0], [4.6], id="the other far less surely"),
        pytest.param([0.0, 0.99], [0.0, 0.99], id="both may answer"),
        pytest.param([-0.01, 0.5], [0.5], id="one is beside it"),
        pytest.param([-1.0, -2.0], [], id="both are"),
        pytest.param([], [], id="none retrieved"),
    ],
)
def test_preprints_beside_the_question_are_not_used(bearings: list[float], used: list[float]) -> None:
    assert [one for one in bearings if one >= least_odds(bearings)] == used
