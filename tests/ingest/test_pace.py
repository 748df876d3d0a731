"""The pause between requests: over kills, over odd clocks, over half-written files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.ingest.pace import Pace

START = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)


class Clock:
    """Time that passes only while someone sleeps."""

    def __init__(self) -> None:
        self.time = START
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.time += timedelta(seconds=seconds)


def pace(folder: Path, clock: Clock) -> Pace:
    return Pace(folder / "state" / "arxiv.last-request", 3.0, clock.now, clock.sleep)


def test_the_first_request_waits_for_nothing(tmp_path: Path) -> None:
    clock = Clock()
    pace(tmp_path, clock).wait()
    assert clock.slept == []


@pytest.mark.parametrize(
    ("passed", "slept"),
    [
        pytest.param(0.0, [3.0], id="at once"),
        pytest.param(1.25, [1.75], id="in between"),
        pytest.param(3.0, [], id="just over"),
        pytest.param(86_400.0, [], id="a day later"),
        pytest.param(-7200.0, [3.0], id="the clock was set back"),
    ],
)
def test_a_later_process_waits_for_what_is_left(tmp_path: Path, passed: float, slept: list[float]) -> None:
    clock = Clock()
    pace(tmp_path, clock).note()
    clock.time += timedelta(seconds=passed)
    pace(tmp_path, clock).wait()
    assert clock.slept == slept


@pytest.mark.parametrize("left", ["", "17804", "no number"], ids=["empty", "cut off", "garbled"])
def test_a_half_written_note_counts_as_just_now_or_as_long_ago_but_never_stops_the_harvest(
    tmp_path: Path, left: str
) -> None:
    clock = Clock()
    kept = pace(tmp_path, clock)
    kept.note()
    kept.file.write_text(left, encoding="ascii")
    kept.wait()
    assert clock.slept in ([], [3.0])
