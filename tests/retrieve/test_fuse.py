"""The best of one leg, and both legs together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.retrieve.fuse import reciprocal_rank_fusion, top


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


@pytest.mark.parametrize(
    ("legs", "fused"),
    [
        pytest.param([(1.0, [7])], {7: 1 / 61}, id="one leg"),
        pytest.param([(1.0, [7, 8]), (1.0, [8])], {7: 1 / 61, 8: 1 / 62 + 1 / 61}, id="named twice"),
        pytest.param([(1.0, [7]), (2.0, [8])], {7: 1 / 61, 8: 2 / 61}, id="weights"),
        pytest.param([(0.0, [7]), (1.0, [8])], {7: 0.0, 8: 1 / 61}, id="a leg that is switched off"),
        pytest.param([(1.0, []), (1.0, [])], {}, id="nothing found"),
        pytest.param([], {}, id="no leg"),
    ],
)
def test_fusion_adds_weight_by_rank(legs: list[tuple[float, list[int]]], fused: dict[int, float]) -> None:
    assert reciprocal_rank_fusion(legs) == pytest.approx(fused)
