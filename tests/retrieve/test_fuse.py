"""The best of one leg, and both legs together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.retrieve.fuse import Leg, fuse, top


@pytest.mark.parametrize(
    ("scores", "k", "best"),
    [
        pytest.param([0.1, 0.9, 0.5], 2, [1, 2], id="best first"),
        pytest.param([0.1, 0.9, 0.5], 9, [1, 2, 0], id="fewer than asked for"),
        pytest.param([0.0, -0.5, 0.2], 3, [2], id="nothing at or below zero"),
        pytest.param([1.0] * 50, 3, [0, 1, 2], id="ties by index, also where the cut falls among them"),
        pytest.param([1.0, 2.0, 1.0, 1.0], 2, [1, 0], id="a better one among ties"),
        pytest.param([0.5, 0.6], 0, [], id="none asked for"),
        pytest.param([], 5, [], id="nothing there"),
    ],
)
def test_top_gives_the_best_scores_above_zero(scores: list[float], k: int, best: list[int]) -> None:
    assert top(np.array(scores, np.float32), k) == best


@given(st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 1.0]), max_size=40), st.integers(0, 45))
def test_top_is_what_sorting_everything_would_give(scores: list[float], k: int) -> None:
    sorted_whole = sorted((index for index in range(len(scores)) if scores[index] > 0), key=lambda i: (-scores[i], i))
    assert top(np.array(scores, np.float32), k) == sorted_whole[:k]


def leg(weight: float, scores: list[float], least: float = 0.0) -> Leg:
    return Leg(weight, least, np.array(scores, np.float32))


@pytest.mark.parametrize(
    ("legs", "fused"),
    [
        pytest.param([leg(1, [4, 2, 0])], {0: 1.0, 1: 0.5}, id="one leg: shares of its best score"),
        pytest.param([leg(1, [0.5, 0.2], -1)], {0: 1.0, 1: 0.8}, id="counted from the least that it could give"),
        pytest.param([leg(3, [4, 2]), leg(1, [0.5, 1])], {0: 0.875, 1: 0.625}, id="weights"),
        pytest.param([leg(1, [4, 0]), leg(1, [0, 8])], {0: 0.5, 1: 0.5}, id="each found by one leg alone"),
        pytest.param([leg(0, [1, 9]), leg(2, [4, 0])], {0: 1.0}, id="a leg that is switched off finds nothing"),
        pytest.param([leg(1, [4, 2]), leg(1, [0, 0])], {0: 0.5, 1: 0.25}, id="a leg that found nothing"),
        pytest.param([leg(1, [0, 0]), leg(1, [0, -1], -1)], {}, id="nothing found"),
        pytest.param([leg(0, [1, 2])], {}, id="every leg switched off"),
        pytest.param([leg(1, [])], {}, id="nothing there"),
        pytest.param([], {}, id="no leg"),
    ],
)
def test_fusion_adds_scaled_scores_by_weight(legs: list[Leg], fused: dict[int, float]) -> None:
    assert fuse(legs, 100) == pytest.approx(fused)


def test_what_one_leg_names_gets_its_score_from_every_leg() -> None:
    legs = [leg(1, [4, 3, 2]), leg(1, [1, 2, 4])]
    assert fuse(legs, 1) == pytest.approx({0: 0.625, 2: 0.75})


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=30), st.floats(0.01, 1), st.floats(0.01, 1))
def test_a_fused_score_lies_between_0_and_1(scores: list[float], dense: float, lexical: float) -> None:
    legs = [leg(dense, scores, -1), leg(lexical, [max(score, 0) * 20 for score in reversed(scores)])]
    assert all(0 <= score <= 1 + 1e-6 for score in fuse(legs, 10).values())
