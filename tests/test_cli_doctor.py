"""`antigravity doctor` and `antigravity check`."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from tests.nights import make_archive, run_night


def run(*arguments: str, config: Path) -> Result:
    return CliRunner().invoke(main, [*arguments, "--config", str(config)])


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = make_archive(tmp_path_factory.mktemp("doctor") / "archive")
    run_night(config)
    return config


@pytest.mark.parametrize("command", ["doctor", "check"])
def test_all_is_well_and_json_says_the_same(config: Path, command: str) -> None:
    plain, document = run(command, config=config), run(command, "--json", config=config)
    assert (plain.exit_code, document.exit_code) == (0, 0), plain.output
    told = json.loads(document.stdout)
    assert all(set(one) == {"name", "ok", "detail", "mend"} and one["ok"] for one in told)
    assert [line.split()[:2] for line in plain.stdout.splitlines()] == [["ok", one["name"]] for one in told]


@pytest.mark.parametrize("command", ["doctor", "check"])
def test_a_fault_ends_with_1_and_is_told_with_its_mend(config: Path, tmp_path: Path, command: str) -> None:
    home = Path(shutil.copytree(config.parent, tmp_path / "archive"))
    (home / "archive" / "ids.csv").unlink()
    result = run(command, config=home / config.name)
    assert result.exit_code == 1
    assert "BAD  ledger" in result.stderr and "→ restore ids.csv" in result.stderr
    document = run(command, "--json", config=home / config.name)
    assert document.exit_code == 1
    assert [one["name"] for one in json.loads(document.stdout) if not one["ok"]] == ["ledger"]


def test_doctor_tells_of_settings_that_are_not_there(tmp_path: Path) -> None:
    result = run("doctor", "--json", config=tmp_path / "absent.toml")
    assert result.exit_code == 1
    assert [(one["name"], one["ok"]) for one in json.loads(result.stdout)] == [("settings", False)]
