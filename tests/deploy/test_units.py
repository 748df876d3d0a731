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


needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed (apt-get install systemd)"
)


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


@needs_systemd
def test_systemd_accepts_both_units(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    shutil.copy("/bin/true", tmp_path / ".venv" / "bin" / "antigravity")
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    units = []
    for name in ("antigravity.service", "antigravity.timer"):
        units.append(tmp_path / name)
        units[-1].write_text((DEPLOY / name).read_text().replace("/srv/antigravity", str(tmp_path)))
    done = analyze("verify", "--man=no", *units)
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_the_service_may_do_little_more_than_it_needs() -> None:
    """systemd's score goes from 0 (nothing) to 100 (everything); below 20 it calls a unit OK."""
    done = analyze("security", "--offline=true", "--threshold=20", DEPLOY / "antigravity.service")
    assert done.returncode == 0, done.stdout


CRON = re.compile(r"(?P<when>(?:[\d*/,-]+\s+){5})(?P<user>[a-z_][a-z0-9_-]*)\s+(?P<command>.+)")


def test_the_file_of_cron_holds_lines_that_cron_reads(tmp_path: Path) -> None:
    """A line of /etc/cron.d/: five times, a user, a command in which % is a line end; a name without a dot."""
    lines = [
        line for line in (DEPLOY / "antigravity.cron").read_text().splitlines() if line and not line.startswith("#")
    ]
    entries = [line for line in lines if not re.fullmatch(r"[A-Z]+=\S+", line)]
    assert len(entries) == 1
    found = CRON.fullmatch(entries[0])
    assert found and found["user"] == "antigravity" and "%" not in found["command"]
    assert subprocess.run(["sh", "-n", "-c", found["command"]], check=False, timeout=60).returncode == 0
