"""`antigravity model`: list, pull, verify."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.models.catalogue import read_catalogue, require_entry
from tests.models.file_server import FileServer, serve_files

PULLED = require_entry("qwen2.5-coder-1.5b-instruct")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "antigravity.toml"
    file.write_text('[[sources]]\nname = "arxiv"\nkind = "jsonl"\npath = "x.jsonl"\n', encoding="utf-8")
    return file


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serve_files({f"/{PULLED.files[0].path}": b"not the model"}) as served:
        yield served


def run(*arguments: str, config: Path) -> Result:
    return CliRunner().invoke(main, ["model", *arguments, "--config", str(config)])


def json_of(*arguments: str, config: Path, exit_code: int = 0) -> Any:
    result = run(*arguments, "--json", config=config)
    assert (result.exit_code, result.stderr) == (exit_code, "")
    return json.loads(result.stdout)


def test_the_list_shows_what_is_here_and_what_fits(config: Path) -> None:
    rows = {row["name"]: row for row in json_of("list", config=config)}
    assert list(rows) == [entry.name for entry in read_catalogue()]
    box = rows["box:SmolLM2-135M-Instruct"]
    assert (box["state"], box["kind"], box["licence"], box["fits"]) == ("here", "language", "Apache-2.0", True)
    assert rows[PULLED.name]["state"] == "absent"
    assert set(box) == {
        "name",
        "kind",
        "state",
        "size",
        "memory",
        "fits",
        "licence",
        "context_tokens",
        "chat_template",
        "judge_threshold",
        "source",
        "note",
    }
    part = config.parent / "models" / PULLED.name / f"{PULLED.files[0].path}.part"
    part.parent.mkdir(parents=True)
    part.touch()
    assert {row["name"]: row["state"] for row in json_of("list", config=config)}[PULLED.name] == "begun"


def test_the_list_is_readable(config: Path) -> None:
    text = run("list", config=config).stdout
    assert all(entry.name in text and entry.licence in text for entry in read_catalogue())
    assert f"Pulled models lie in {config.parent / 'models'}." in text


def test_a_pull_from_a_mirror_of_something_else_is_refused(config: Path, server: FileServer) -> None:
    result = run("pull", PULLED.name, "--from", server.url, config=config)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is not the file of the catalogue" in result.stderr
    assert server.asked == [(f"/{PULLED.files[0].path}", "")]


def test_the_mirror_of_the_settings_is_asked_where_none_is_named(
    config: Path, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTIGRAVITY_ANSWER__MODELS_FROM", f"{server.url}/elsewhere")
    assert "HTTP 404" in run("pull", PULLED.name, config=config).stderr
    assert server.asked == [(f"/elsewhere/{PULLED.files[0].path}", "")]


def test_a_pull_of_what_comes_with_the_installation_has_nothing_to_do(config: Path) -> None:
    result = run("pull", "box:SmolLM2-135M-Instruct", config=config)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "is here already" in result.stdout


@pytest.mark.parametrize("command", ["pull", "verify"])
def test_an_unknown_name_is_refused(config: Path, command: str) -> None:
    result = run(command, "qwen", config=config)
    assert result.exit_code == 1
    assert "no model named 'qwen'" in result.stderr and PULLED.name in result.stderr


def test_verify_reads_all_that_is_here(config: Path) -> None:
    checks = json_of("verify", config=config)
    assert [(check["model"], check["ok"]) for check in checks] == [
        ("box:SmolLM2-135M-Instruct", True),
        ("box:all-MiniLM-L6-v2", True),
    ]


def test_verify_fails_for_a_file_that_changed_or_is_missing(config: Path) -> None:
    [check] = json_of("verify", PULLED.name, config=config, exit_code=1)
    assert (check["ok"], check["mend"]) == (False, f"run antigravity model pull {PULLED.name}")
    file = config.parent / "models" / PULLED.name / PULLED.files[0].path
    file.parent.mkdir(parents=True)
    file.write_bytes(b"changed")
    result = run("verify", config=config)
    assert result.exit_code == 1
    assert "BAD" in result.stderr and "has another content" in result.stderr and "ok " in result.stdout
