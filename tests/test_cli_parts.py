"""What the commands share."""

import errno
import json
import os

import click
import pytest
from click.testing import CliRunner

from pipeline.cli_parts import CONFIG, JSON, mendable, print_json
from pipeline.errors import ModelError


def run(body: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command that raises or prints what it is given."""

    @click.command()
    @CONFIG
    @JSON
    def command(config: object, as_json: bool) -> None:
        with mendable():
            if isinstance(body, BaseException):
                raise body
            print_json([body, str(config), as_json])

    result = CliRunner().invoke(command, ["--json"], catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


def test_what_can_be_mended_is_printed_without_a_traceback() -> None:
    assert run(ModelError("no model", "pull it")) == (1, "", "antigravity: no model\n  → pull it\n")


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EACCES, "give the file and its folder"),
        (errno.EROFS, "name a folder that can be written to"),
    ],
    ids=["full", "not allowed", "read only"],
)
def test_what_the_system_refuses_is_no_bug(code: int, mend: str) -> None:
    """A fixed bug: a full disk gave a traceback."""
    exit_code, out, err = run(OSError(code, os.strerror(code), "/srv/archive/report.json"))
    assert (exit_code, out) == (1, "")
    assert err.startswith(f"antigravity: /srv/archive/report.json: {os.strerror(code)}\n  → {mend}")


def test_a_file_that_is_not_there_is_a_bug() -> None:
    with pytest.raises(FileNotFoundError):
        run(FileNotFoundError(errno.ENOENT, "No such file or directory", "x"))


def test_a_stop_says_that_nothing_is_lost() -> None:
    code, out, err = run(KeyboardInterrupt())
    assert (code, out) == (130, "") and "what was finished is kept" in err


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run(ZeroDivisionError())


def test_json_keeps_letters_as_they_are_and_the_options_have_their_defaults() -> None:
    code, out, err = run("ü")
    assert (code, err) == (0, "") and "ü" in out
    assert json.loads(out) == ["ü", "antigravity.toml", True]


@pytest.mark.parametrize(
    ("keeps", "told"),
    [(True, "stopped; what was finished is kept, and the next run goes on from there"), (False, "stopped")],
)
def test_ctrl_c_claims_no_more_than_is_kept(keeps: bool, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left, mendable(keeps=keeps):
        raise KeyboardInterrupt
    assert left.value.code == 130
    assert capsys.readouterr().err == f"antigravity: {told}\n"
