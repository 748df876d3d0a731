"""Golden files: what a page looked like when somebody last read it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def golden() -> Callable[[str, bytes], str]:
    """The text of a file of tests/golden, to be compared with what was made; `make golden` writes what was made first."""

    def read(name: str, made: bytes) -> str:
        path = GOLDEN / name
        if os.environ.get("GOLDEN") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made)
        assert path.is_file(), f"no golden file {name}: make golden writes it"
        return path.read_bytes().decode()

    return read
