"""A log that programs can read, and that never stands in a night's way."""

import json
from datetime import UTC, datetime
from pathlib import Path

from pipeline.journal import Journal

NIGHT = datetime(2026, 3, 1, 3, 17, tzinfo=UTC)


def journal(file: Path | None) -> Journal:
    return Journal(file, NIGHT, lambda: datetime(2026, 3, 1, 3, 20, 0, 5_000, tzinfo=UTC))


def test_each_event_is_one_line_with_its_time_and_its_night(tmp_path: Path) -> None:
    kept = journal(tmp_path / "deep" / "night.log")
    kept.tell("step", step="ingest", done=3)
    kept.tell("warning", message="one\ntwo ü\u2028")
    first, second = (tmp_path / "deep" / "night.log").read_text(encoding="utf-8").split("\n")[:-1]
    assert json.loads(first) == {
        "time": "2026-03-01T03:20:00.005+00:00",
        "night": "2026-03-01T03:17:00+00:00",
        "event": "step",
        "step": "ingest",
        "done": 3,
    }
    assert json.loads(second)["message"] == "one\ntwo ü\u2028"
    assert kept.problem == ""


def test_what_was_written_before_stays_and_a_file_that_was_moved_away_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "night.log"
    kept = journal(file)
    kept.tell("first")
    file.rename(tmp_path / "night.log.1")
    kept.tell("second")
    kept.tell("third")
    assert [json.loads(line)["event"] for line in file.read_text().splitlines()] == ["second", "third"]


def test_without_a_file_nothing_is_written(tmp_path: Path) -> None:
    journal(None).tell("step")
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_written_is_told_once_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = journal(tmp_path / "file" / "night.log")
    kept.tell("one")
    kept.tell("two")
    assert kept.problem.startswith("run.log could not be written: ") and "file" in kept.problem
