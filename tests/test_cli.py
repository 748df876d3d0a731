"""The command line: help, exit codes, one JSON document, and messages that say what to do."""

import http.client
import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from pipeline.cli import main
from pipeline.cli_parts import HARVEST
from pipeline.settings import read_settings
from pipeline.store.database import open_database
from tests.command_line import box_archive, json_of, run
from tests.fire.children import CONTEXT
from tests.nights import QUESTIONS, ROOT, box_records, make_archive, read_site, run_night
from tests.render.test_data import assert_fits

REPORT: dict[str, Any] = {
    "steps": [{"name": str, "done": int, "skipped": int, "failed": int, "seconds": float}],
    "model_calls": int,
    "embedded": int,
    "pages_written": int,
    "files_written": int,
    "lost_sources": int,
    "warnings": [str],
}
PROBLEM: dict[str, Any] = {
    "file": str,
    "line": int,
    "code": str,
    "severity": ("error", "warning"),
    "message": str,
    "mend": str,
}
WITH_JSON = {
    "nightly",
    "ingest",
    "embed",
    "answer",
    "render",
    "search",
    "ask",
    "questions check",
    "check",
    "doctor",
    "model list",
    "model verify",
    "eval retrieval",
    "eval support",
    "eval answers",
    "eval regression",
}


def commands(group: click.Command = main, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    if isinstance(group, click.Group):
        for word, command in group.commands.items():
            yield from commands(command, f"{name} {word}".strip())
    else:
        yield name, group


COMMANDS = dict(commands())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose answers are there; no test may change it."""
    config = make_archive(tmp_path_factory.mktemp("cli") / "archive")
    run_night(config)
    return config


@pytest.fixture
def config(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole.parent, tmp_path / "archive", copy_function=shutil.copy2)
    return tmp_path / "archive" / whole.name


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """An archive before its first night."""
    return make_archive(tmp_path / "archive")


# --- help and usage ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    result = run(*name.split(), "--help")
    assert result.exit_code == 0
    assert re.search(rf"Examples?:\n +antigravity {name}\b", result.stdout)
    assert "--config" in result.stdout
    assert run(*name.split(), "-h").stdout == result.stdout


@pytest.mark.parametrize("name", [name for name, one in main.commands.items() if isinstance(one, click.Group)])
def test_every_group_of_commands_has_help_with_an_example(name: str) -> None:
    assert re.search(rf"Examples?:\n +antigravity {name} \w+", run(name, "--help").stdout)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_told(name: str) -> None:
    for parameter in COMMANDS[name].params:
        assert not isinstance(parameter, click.Option) or parameter.help, parameter.name


def test_the_commands_of_the_contract_take_json() -> None:
    takers = {name for name, one in COMMANDS.items() if "as_json" in {parameter.name for parameter in one.params}}
    assert takers == WITH_JSON


def test_help_alone_lists_the_commands_and_shows_examples() -> None:
    result = run("--help")
    assert result.exit_code == 0 and "antigravity nightly" in result.stdout
    assert all(name.split()[0] in result.stdout for name in COMMANDS)


def test_the_version_is_told() -> None:
    from pipeline import __version__

    assert run("--version").stdout == f"antigravity, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("nonsense",), id="unknown command"),
        pytest.param(("render", "--nonsense"), id="unknown option"),
        pytest.param(("render", "extra"), id="an argument too many"),
        pytest.param(("search",), id="no TEXT to search"),
        pytest.param(("ask",), id="no TEXT to ask"),
        pytest.param(("search", ""), id="empty TEXT to search"),
        pytest.param(("ask", " \t "), id="blank TEXT to ask"),
        pytest.param(("search", "x", "--k", "0"), id="k too small"),
        pytest.param(("search", "x", "--k", "many"), id="k no number"),
        pytest.param(("serve", "--port", "65536"), id="port too large"),
        pytest.param(("questions", "check", "--format", "xml"), id="unknown format"),
        pytest.param(("questions", "nonsense"), id="unknown command of a group"),
    ],
)
def test_wrong_usage_exits_2_and_says_so_on_stderr(fresh: Path, arguments: tuple[str, ...]) -> None:
    known = arguments[0] in ("search", "ask")
    result = run(*arguments, config=fresh if known else None)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage:" in result.stderr and "Error:" in result.stderr


# --- what the operator must mend ---------------------------------------------------------------------------------

ANY_COMMAND = [
    ("nightly",), ("ingest",), ("embed",), ("answer",), ("render",), ("search", "x"), ("ask", "x"),
    ("questions", "check"), ("serve",),
]  # fmt: skip


@pytest.mark.parametrize("arguments", ANY_COMMAND, ids=" ".join)
def test_a_missing_settings_file_exits_1_with_what_where_and_what_to_do(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    absent = tmp_path / "absent.toml"
    result = run(*arguments, config=absent)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"antigravity: {absent}: can't read the settings: No such file or directory\n"
        "  → name the file with --config, or run in the folder that has antigravity.toml\n"
    )


def test_a_wrong_setting_exits_1_with_its_line(fresh: Path) -> None:
    fresh.write_text(fresh.read_text(encoding="utf-8").replace("search = false", "search = 7"), encoding="utf-8")
    result = run("render", config=fresh)
    assert result.exit_code == 1
    assert f"{fresh}:5: render.search = 7" in result.stderr


def test_an_unknown_slug_exits_1(config: Path) -> None:
    result = run("answer", "coral-reefs", "nonsense", config=config)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no active question named nonsense" in result.stderr and "→" in result.stderr


def test_templates_that_are_missing_exit_1_and_the_site_stays(config: Path) -> None:
    text = config.read_text(encoding="utf-8").replace("site_templates", "no_templates")
    config.write_text(text, encoding="utf-8")
    result = run("render", config=config)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no_templates is no folder of templates\n  → mend render.templates" in result.stderr
    assert (config.parent / "output" / "index.html").is_file()


def test_topics_that_cannot_be_read_exit_1_and_the_site_stays(config: Path) -> None:
    (config.parent / "questions" / "topics.toml").write_text("[", encoding="utf-8")
    result = run("render", config=config)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "topics.toml:1: the topics can't be read" in result.stderr
    assert (config.parent / "output" / "index.html").is_file()


def test_a_night_that_cannot_begin_tells_who_should_look(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fixed bug: on a full disk Prefect's server ended with hundreds of lines, and nobody was called."""
    called, log = fresh.parent / "called", fresh.parent / "night.log"
    keep = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"
    command = json.dumps([sys.executable, "-c", keep, str(called)])
    with fresh.open("a", encoding="utf-8") as settings:
        settings.write(f'[run]\non_failure = {command}\nlog = "night.log"\n')
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 0))
    result = run("nightly", config=fresh)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "too few for a night\n  → make room" in result.stderr and "Traceback" not in result.output
    assert json.loads(called.read_text())["problem"].startswith("the night did not begin: ")
    assert [json.loads(line)["event"] for line in log.read_text().splitlines()] == ["night-ended"]


def hold_database(path: Path, mark: Path) -> None:
    """Keep a database open until killed."""
    import time

    with open_database(path):
        mark.touch()
        time.sleep(60)


@pytest.mark.parametrize("arguments", [("ingest", "--json"), ("render",), ("search", "x")], ids=" ".join)
def test_a_busy_database_exits_1_and_says_to_wait(fresh: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    database, mark = read_settings(fresh).archive.database, tmp_path / "held"
    holder = CONTEXT.Process(target=hold_database, args=(database, mark))
    holder.start()
    try:
        while not mark.exists():
            assert holder.exitcode is None
            holder.join(0.01)
        result = run(*arguments, config=fresh)
    finally:
        holder.kill()
        holder.join()
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"antigravity: {database}: another process is using this archive\n"
        "  → wait for it to end (one night may run at a time), then run again\n"
    )
    assert run(*arguments, config=fresh).exit_code == 0


# --- steps -------------------------------------------------------------------------------------------------------


def test_ingest_prints_one_report(fresh: Path) -> None:
    first, second = json_of("ingest", config=fresh), json_of("ingest", config=fresh)
    for document in (first, second):
        assert_fits(document, REPORT)
        assert set(document) == set(REPORT) and set(document["steps"][0]) == {*REPORT["steps"][0], "sources"}
    assert [one["name"] for one in first["steps"]] == ["ingest"]
    assert (first["steps"][0]["done"], second["steps"][0]["done"]) == (12, 0)


def test_without_json_the_report_is_a_table(fresh: Path) -> None:
    result = run("ingest", config=fresh)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["step", "done", "skipped", "failed", "seconds"]
    assert lines[1].split()[:4] == ["ingest", "12", "0", "0"]
    assert lines[3].split() == ["source", *HARVEST]
    assert lines[4].split() == ["arxiv", "1", "12", "12", "0", "0", "0", "0"]
    assert lines[6] == "0 model calls, 0 texts embedded, 0 pages and 0 files written"


def test_records_that_were_skipped_are_warnings_on_stderr(fresh: Path) -> None:
    source = fresh.parent / "preprints.jsonl"
    source.write_text(source.read_text(encoding="utf-8") + "{\n", encoding="utf-8")
    result = run("ingest", config=fresh)
    assert result.exit_code == 0
    assert f"warning: {source}:13: record skipped" in result.stderr and "warning" not in result.stdout


def test_a_source_that_failed_exits_1_after_the_report(fresh: Path) -> None:
    (fresh.parent / "preprints.jsonl").unlink()
    document = json_of("ingest", config=fresh, exit_code=1)
    assert document["steps"][0]["failed"] == 1
    assert document["warnings"][0].startswith("source arxiv failed: ")


def test_render_builds_the_site_and_a_second_time_writes_nothing(config: Path) -> None:
    shutil.rmtree(config.parent / "output")
    first = json_of("render", config=config)
    assert_fits(first, REPORT)
    assert first["files_written"] == len(read_site(read_settings(config))) > first["pages_written"] > 0
    second = json_of("render", config=config)
    assert (second["files_written"], second["pages_written"]) == (0, 0)


def test_a_command_of_one_step_runs_where_nothing_is_pending(config: Path) -> None:
    """A second `ingest` has nothing to read; the models that these settings name could not be loaded."""
    assert json_of("ingest", config=config)["steps"][0]["done"] == 0


# --- questions ---------------------------------------------------------------------------------------------------


def test_good_questions_pass(fresh: Path) -> None:
    result = run("questions", "check", config=fresh)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "0 errors, 0 warnings\n", "")
    assert json_of("questions", "check", config=fresh) == []
    good = fresh.parent / "questions" / "coral-reefs.md"
    assert run("questions", "check", str(good), config=fresh).exit_code == 0


@pytest.fixture
def bad(fresh: Path) -> Path:
    """A question file with an error in its second line."""
    file = fresh.parent / "questions" / "coral-reefs.md"
    file.write_text(QUESTIONS["coral-reefs"].replace("bleaching?", "bleaching"), encoding="utf-8")
    return file


def test_a_bad_question_exits_1_with_its_line_and_how_to_mend_it(fresh: Path, bad: Path) -> None:
    result = run("questions", "check", config=fresh)
    assert result.exit_code == 1
    assert f"{bad}:2: error question-mark: " in result.stdout and "\n  → end it with ?" in result.stdout
    assert result.stderr == "1 error, 0 warnings\n"
    document = json_of("questions", "check", config=fresh, exit_code=1)
    assert_fits(document, [PROBLEM])
    assert [(one["file"], one["line"], one["code"]) for one in document] == [(str(bad), 2, "question-mark")]


def test_only_the_named_file_is_judged(fresh: Path, bad: Path) -> None:
    assert run("questions", "check", str(bad.with_name("quantum-diffusion.md")), config=fresh).exit_code == 0
    assert run("questions", "check", str(bad), config=fresh).exit_code == 1
    absent = json_of("questions", "check", str(bad.with_name("absent.md")), config=fresh, exit_code=1)
    assert [one["code"] for one in absent] == ["file-missing"]


def test_the_format_of_github_is_an_annotation(fresh: Path, bad: Path) -> None:
    result = run("questions", "check", "--format", "github", str(bad), config=fresh)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"::error file={bad},line=2,title=question-mark::")
    assert len(result.stdout.splitlines()) == 1


def test_the_questions_of_this_repository_pass() -> None:
    result = run("questions", "check", config=ROOT / "antigravity.toml")
    assert result.exit_code == 0, result.output


# --- serve -------------------------------------------------------------------------------------------------------


def test_serve_without_a_site_exits_1(fresh: Path) -> None:
    result = run("serve", "--port", "0", config=fresh)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "holds no site yet\n  → run make site" in result.stderr


def test_serve_shows_the_site_until_ctrl_c(whole: Path) -> None:
    command = [sys.executable, "-m", "pipeline.cli", "serve", "--port", "0", "--config", str(whole)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore Ctrl-C
    ) as server:
        try:
            assert server.stdout and server.stderr
            address = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/ \(Ctrl-C ends it\)\n", server.stdout.readline())
            assert address
            connection = http.client.HTTPConnection("127.0.0.1", int(address[1]), timeout=10)
            connection.request("GET", "/q/coral-reefs/")
            assert connection.getresponse().status == 200
            connection.close()
            server.send_signal(signal.SIGINT)
            assert server.wait(10) == 0
        finally:
            server.kill()
        assert server.stderr.read() == ""


# --- with the models in the box ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that the encoder in the box has read."""
    config = box_archive(tmp_path_factory.mktemp("real") / "archive", box_records())
    assert json_of("ingest", config=config)["steps"][0]["done"] == 12
    assert json_of("embed", config=config)["embedded"] == 12 + len(QUESTIONS)
    assert json_of("embed", config=config)["embedded"] == 0
    return config


@pytest.mark.models
def test_answer_works_through_the_named_question_and_then_has_nothing_to_do(real: Path) -> None:
    first = json_of("answer", "quantum-diffusion", config=real)
    assert [one["name"] for one in first["steps"]] == ["retrieve", "answer", "verify"]
    assert [one["done"] for one in first["steps"]] == [1, 1, 1] and first["model_calls"] == 1
    second = json_of("answer", "quantum-diffusion", config=real)
    assert [one["done"] for one in second["steps"]] == [0, 0, 0] and second["model_calls"] == 0
