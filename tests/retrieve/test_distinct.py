"""Near-identical preprints take one place."""

import numpy as np
import pytest

from pipeline.embed.encoder import Vectors
from pipeline.retrieve.distinct import give_way


def at(*degrees: float) -> Vectors:
    """Unit vectors in a plane: the cosine of two is that of the angle between them."""
    angles = np.radians(np.array(degrees, np.float32))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


ONE_WORK = at(0, 5, 90, 10, 180, 95)
"""0, 1 and 3 are one work at 0.95, and so are 2 and 5."""


@pytest.mark.parametrize(
    ("order", "places", "limit", "expected"),
    [
        pytest.param([0, 1, 2, 3, 4, 5], 3, 0.95, [0, 2, 4, 1, 3, 5], id="copies go behind the places"),
        pytest.param([1, 0, 2, 3, 4, 5], 2, 0.95, [1, 2, 0, 3, 4, 5], id="the better copy stays, whichever it is"),
        pytest.param([0, 1, 3, 5, 2], 4, 0.95, [0, 5, 1, 3, 2], id="they come back where places are left"),
        pytest.param([0, 1, 2], 3, 1.0, [0, 1, 2], id="1 switches it off"),
        pytest.param([0, 0, 2], 3, 0.9999, [0, 2, 0], id="the same text twice"),
        pytest.param([2, 4, 0, 1], 3, 0.95, [2, 4, 0, 1], id="nothing among the places is a copy"),
        pytest.param([], 3, 0.95, [], id="nothing found"),
    ],
)
def test_a_copy_gives_way(order: list[int], places: int, limit: float, expected: list[int]) -> None:
    assert give_way(order, ONE_WORK, places, limit) == expected
