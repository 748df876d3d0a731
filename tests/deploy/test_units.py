"""The units call commands and scripts that are there."""

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from pipeline.cli import main

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def unit(name: str) -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # names of keys have capitals
    parser.read(DEPLOY / name)
    return parser


def test_the_service_runs_a_command_that_is_there_and_publishes_with_a_script_that_is_there() -> None:
    service = unit("antigravity.service")["Service"]
    assert service["ExecStart"].split()[1] in main.commands
    assert (ROOT / service["ExecStartPost"].split()[0].removeprefix(f"{service['WorkingDirectory']}/")).is_file()


def test_the_timer_starts_every_night_and_makes_up_for_one_that_was_missed() -> None:
    timer = unit("antigravity.timer")
    assert timer["Timer"]["OnCalendar"] == "*-*-* 03:17:00 UTC"
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_the_line_of_cron_names_a_command_and_a_script_that_are_there() -> None:
    [line] = [one for one in (DEPLOY / "antigravity.cron").read_text().splitlines() if re.match(r"\d", one)]
    assert re.search(r"bin/antigravity (\w+)", line)[1] in main.commands  # type: ignore[index]  # it must match
    assert (ROOT / re.search(r"deploy/[\w.-]+", line)[0]).is_file()  # type: ignore[index]  # it must match


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_reads_the_timer() -> None:
    done = subprocess.run(
        ["systemd-analyze", "calendar", "*-*-* 03:17:00 UTC"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
