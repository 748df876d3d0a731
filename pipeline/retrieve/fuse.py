"""Put the two legs together. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

RRF_K = 60
"""Rank constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

Scores = np.ndarray[Any, np.dtype[np.float32]]


def top(scores: Scores, k: int) -> list[int]:
    """Indices of the k best scores above zero, best first, ties by index."""
    above = np.flatnonzero(scores > 0)
    if 0 < k < len(above):  # only what reaches the k-th best score needs sorting
        above = above[scores[above] >= np.partition(scores[above], -k)[-k]]
    best: list[int] = above[np.argsort(-scores[above], kind="stable")][:k].tolist()
    return best


def reciprocal_rank_fusion(legs: Sequence[tuple[float, Sequence[int]]]) -> Mapping[int, float]:
    """Fused score of every document that a leg names: the sum over the legs of weight / (60 + rank)."""
    fused: dict[int, float] = {}
    for weight, ranked in legs:
        for rank, document in enumerate(ranked, 1):
            fused[document] = fused.get(document, 0.0) + weight / (RRF_K + rank)
    return fused
