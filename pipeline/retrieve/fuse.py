"""Put the legs together. Pure.

A convex combination of scores, each scaled between the least that its leg could give and the most that it gave: the scores say
how much better the first is than the tenth, which ranks forget (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for
Hybrid Retrieval", TOIS 2023). What was tried, and why these weights: benchmarks/tune_fusion.py and docs/quality.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Scores = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Leg:
    """One query's scores by one way of searching."""

    weight: float
    least: float
    """The least score that this way of searching could give: -1 for a cosine, 0 for BM25."""
    scores: Scores
    """(documents,) float32; not above 0 where a document is not found."""


def top(scores: Scores, k: int) -> list[int]:
    """Indices of the k best scores above zero, best first, ties by index."""
    above = np.flatnonzero(scores > 0)
    if 0 < k < len(above):  # only what reaches the k-th best score needs sorting
        above = above[scores[above] >= np.partition(scores[above], -k)[-k]]
    best: list[int] = above[np.argsort(-scores[above], kind="stable")][:k].tolist()
    return best


def fuse(legs: Sequence[Leg], candidates: int) -> Mapping[int, float]:
    """Fused score, 0 to 1, of every document among the first `candidates` of a leg: 1 where it is the best of every leg."""
    used = [leg for leg in legs if leg.weight > 0]
    numbers = sorted({number for leg in used for number in top(leg.scores, candidates)})
    total = np.zeros(len(numbers))
    for leg in used:
        best = leg.scores.max(initial=0)
        if best > 0:
            total += leg.weight * (leg.scores[numbers] - leg.least) / (best - leg.least)
    return dict(zip(numbers, (total / sum(leg.weight for leg in used)).tolist(), strict=True)) if numbers else {}
