"""The folder as it was at a commit of a real repository."""

import subprocess
from pathlib import Path

import pytest

from pipeline.errors import QuestionError
from pipeline.questions.base import folder_at


def git(folder: Path, *arguments: str) -> None:
    names = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *names, *arguments], check=True, capture_output=True, timeout=60)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A branch `main` with a question, and a branch `mine` that changed it; `main` went on since."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "clone")
    clone = tmp_path / "clone"
    (clone / "README.md").write_text("x", encoding="utf-8")
    git(clone, "add", ".")
    git(clone, "commit", "-m", "before the folder")
    (clone / "questions").mkdir()
    (clone / "questions" / "one.md").write_text("first", encoding="utf-8")
    git(clone, "add", ".")
    git(clone, "commit", "-m", "one")
    git(clone, "checkout", "-b", "mine")
    (clone / "questions" / "one.md").write_text("second", encoding="utf-8")
    git(clone, "commit", "-am", "mine")
    git(clone, "checkout", "main")
    (clone / "questions" / "two.md").write_text("theirs", encoding="utf-8")
    git(clone, "add", ".")
    git(clone, "commit", "-m", "theirs")
    git(clone, "checkout", "mine")
    return clone


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_the_folder_is_as_it_was_where_the_branch_left(repository: Path) -> None:
    with folder_at(repository / "questions", "main") as base:
        assert held(base) == {"one.md": "first"}
    assert not base.exists()


def test_a_folder_that_was_not_there_yet_is_empty(repository: Path) -> None:
    with folder_at(repository / "questions", "mine~2") as base:
        assert held(base) == {}


@pytest.mark.parametrize("ref", ["absent", "--output=x", ""])
def test_an_unknown_commit_is_told(repository: Path, ref: str) -> None:
    with pytest.raises(QuestionError, match="there is no commit"), folder_at(repository / "questions", ref):
        pass


def test_a_folder_outside_of_git_is_told(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="lies in no git repository"), folder_at(tmp_path, "main"):
        pass
