"""Logistic models and log odds."""

import math
from types import SimpleNamespace

import pytest

from pipeline.logistic import Logistic, to_log_odds


def test_the_log_odds_are_the_weighed_sum_of_the_signals_named() -> None:
    model = Logistic.of_table({"bias": -2.0, "abstract": 1.0, "words": 4.0, "other": 9.0}, ("abstract", "words"))
    assert model == Logistic(-2.0, {"abstract": 1.0, "words": 4.0})
    assert model.log_odds(SimpleNamespace(abstract=0.5, words=True)) == 2.5


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.5, 0.0), (0.8, math.log(4)), (0.0, -math.log(999)), (1.0, math.log(999)), (-3.0, -math.log(999))],
)
def test_nothing_is_surer_than_certain(probability: float, expected: float) -> None:
    assert to_log_odds(probability, certain=0.001) == pytest.approx(expected)
