"""What Prefect is told before it is imported."""

import os
from pathlib import Path

import pytest

from pipeline.prefect_home import prepare_prefect

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
