"""The contributor's commands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import json_of, run
from tests.nights import QUESTIONS, ROOT, make_archive
from tests.questions.test_base import git

LIGHT = "click pydantic pydantic_core pydantic_settings yaml _yaml annotated_types typing_extensions typing_inspection dotenv"
"""What `make setup-light` installs, and what comes with it."""
ALONE = f"""
import sys
class Light:
    def find_spec(self, name, path=None, target=None):
        known = {{"pipeline", *{LIGHT!r}.split()}} | sys.stdlib_module_names
        if name.partition(".")[0] not in known and not name.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Light())
from pipeline.cli import main
main(sys.argv[1:])
"""


def alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command with nothing but the libraries of `make setup-light`."""
    command = [sys.executable, "-c", ALONE, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_the_check_needs_no_more_than_the_light_setup() -> None:
    """A fixed bug: the settings of the sources asked for a library that only the whole setup has."""
    done = alone("questions", "check")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout == "0 errors, 0 warnings\n"


@pytest.mark.parametrize("arguments", [("search", "x"), ("ingest",), ("questions", "preview", "x.md")], ids=" ".join)
def test_a_command_that_needs_the_whole_setup_says_so(arguments: tuple[str, ...]) -> None:
    done = alone(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"antigravity: the library \w+ is not installed here\n  → run make setup\n", done.stderr)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The settings of an archive whose folder is a clone of git, on a branch of its own."""
    config = make_archive(tmp_path / "archive")
    git(config.parent, "init", "--quiet", "--initial-branch=main")
    git(config.parent, "add", ".")
    git(config.parent, "commit", "-m", "all")
    git(config.parent, "checkout", "-b", "mine")
    return config


def test_a_change_is_judged_against_its_base(clone: Path) -> None:
    folder = clone.parent / "questions"
    (folder / "quantum-diffusion.md").unlink()
    coral = folder / "coral-reefs.md"
    coral.write_text(f"{QUESTIONS['coral-reefs'].replace('How fast do', 'How slowly do')}Why.\n", encoding="utf-8")
    assert run("questions", "check", config=clone).exit_code == 0
    found = json_of("questions", "check", "--base", "main", config=clone, exit_code=1)
    assert [(Path(one["file"]).name, one["code"]) for one in found] == [
        ("coral-reefs.md", "question-changed"),
        ("quantum-diffusion.md", "file-removed"),
    ]
    found = json_of("questions", "check", "--base", "main", "--confirm", "coral-reefs", config=clone, exit_code=1)
    assert [one["code"] for one in found] == ["file-removed"]


def test_a_base_that_is_not_there_exits_1(clone: Path) -> None:
    result = run("questions", "check", "--base", "absent", config=clone)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is no commit 'absent'" in result.stderr and "→ name a branch" in result.stderr


def test_a_new_question_is_written_once(clone: Path) -> None:
    arguments = ("questions", "new", "How deep do coral reefs grow?", "--topic", "art")
    first, second = run(*arguments, config=clone), run(*arguments, config=clone)
    file = clone.parent / "questions" / "deep-coral-reefs-grow.md"
    assert (first.exit_code, second.exit_code) == (0, 1)
    assert first.stdout.splitlines()[0] == f"{file}: written"
    assert first.stdout.splitlines()[-1].endswith(f"then: antigravity questions check {file}")
    assert file.read_text(encoding="utf-8").startswith(
        '---\nquestion: "How deep do coral reefs grow?"\ntopics: [art]\n'
    )
    assert "question-duplicate" in second.stderr
    assert run("questions", "check", "--base", "main", config=clone).exit_code == 0


@pytest.mark.parametrize("arguments", [("new", " "), ("preview",)], ids=" ".join)
def test_wrong_usage_exits_2(clone: Path, arguments: tuple[str, ...]) -> None:
    result = run("questions", *arguments, config=clone)
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_preview_of_a_file_that_is_not_there_exits_1(clone: Path) -> None:
    result = run("questions", "preview", str(clone.parent / "questions" / "absent.md"), config=clone)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "file-missing" in result.stderr
