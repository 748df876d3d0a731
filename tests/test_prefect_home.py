"""What Prefect is told before it is imported."""

import os
import shutil
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.prefect_home import prepare_prefect, start_problem

NAMES = (
    "PREFECT_HOME",
    "PREFECT_SERVER_ANALYTICS_ENABLED",
    "DO_NOT_TRACK",
    "PREFECT_LOGGING_LEVEL",
    "PREFECT_SERVER_LOGGING_LEVEL",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS",
)


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start without any of the variables, and leave them as they were."""
    for name in NAMES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_each_archive_has_a_home_for_prefect_beside_it(tmp_path: Path) -> None:
    prepare_prefect(tmp_path / "archive")
    assert os.environ["PREFECT_HOME"] == str(tmp_path / "archive" / "prefect")
    assert (tmp_path / "archive" / "prefect").is_dir()


def test_a_full_disk_is_told_before_prefect_meets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 0))
    with pytest.raises(PipelineError, match=r"0\.0 MB are free.*\n.*make room"):
        prepare_prefect(tmp_path)


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ("Failed to reach API at http://127.0.0.1:1/api/", "PREFECT_API_URL: no Prefect server answers there"),
        ("Timed out while attempting to connect to ephemeral Prefect API server.", "did not come up in time"),
    ],
    ids=["address", "slow"],
)
def test_a_server_that_is_not_there_is_told_in_our_words(told: str, what: str) -> None:
    problem = start_problem(RuntimeError(told))
    assert problem and what in problem.what and problem.mend


def test_another_error_stays_what_it_is() -> None:
    assert start_problem(RuntimeError("dictionary changed size during iteration")) is None


def test_it_tells_nobody_and_says_little(tmp_path: Path) -> None:
    prepare_prefect(tmp_path)
    assert {name: os.environ[name] for name in NAMES[1:5]} == {
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    }


def test_what_the_operator_has_set_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    prepare_prefect(tmp_path)
    assert os.environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"
