"""Golden files: what a page looked like when somebody last read it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def golden() -> Callable[[str, bytes], None]:
    """Compare bytes with a file of tests/golden; `make golden` writes the files anew."""

    def compare(name: str, made: bytes) -> None:
        path = GOLDEN / name
        if os.environ.get("GOLDEN") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made)
        assert path.is_file(), f"no golden file {name}: make golden writes it"
        assert made.decode() == path.read_bytes().decode(), f"{name} changed: if it is meant, make golden"

    return compare
