"""Threads that wait give way soon, unless the operator says otherwise."""

import os

import pytest

from pipeline.models.threads import SPINS, wait_briefly


@pytest.mark.parametrize(("set_before", "found"), [(None, SPINS), ("7", "7")], ids=["nothing is set", "the operator's"])
def test_how_long_threads_spin(monkeypatch: pytest.MonkeyPatch, set_before: str | None, found: str) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    if set_before:
        monkeypatch.setenv("GOMP_SPINCOUNT", set_before)
    wait_briefly()
    assert os.environ["GOMP_SPINCOUNT"] == found
