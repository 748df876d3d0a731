"""How many replies are written at a time."""

import pytest

from pipeline.answer.engines.capacity import Capacity, capacity

GB = 1_000_000_000
SMALL, LARGE = 23_040, 147_456
"""Bytes of a cell of a model of 135 million parameters, and of one of 4 billion."""


@pytest.mark.parametrize(
    ("parallel", "context", "cell_bytes", "memory", "expected"),
    [
        pytest.param(0, 4096, SMALL, 24 * GB, Capacity(16, 1280), id="a small model: as many as gain"),
        pytest.param(0, 4096, LARGE, 24 * GB, Capacity(15, 1280), id="a large one: what fits"),
        pytest.param(0, 4096, LARGE, 8 * GB, Capacity(5, 1280), id="on a small machine"),
        pytest.param(0, 4096, LARGE, 1 * GB, Capacity(3, 1280), id="no less than what one context would hold"),
        pytest.param(0, 1024, SMALL, 0, Capacity(1, 1024), id="memory not known, and a short context"),
        pytest.param(2, 4096, SMALL, 24 * GB, Capacity(2, 1280), id="as asked"),
        pytest.param(40, 4096, LARGE, 1 * GB, Capacity(40, 1280), id="as asked, whatever the memory"),
    ],
)
def test_slots_and_their_room(parallel: int, context: int, cell_bytes: int, memory: int, expected: Capacity) -> None:
    assert capacity(parallel, context, 400, cell_bytes, memory) == expected
    assert expected.tokens == expected.slots * expected.room
