"""The folder of questions as it was at a commit, for the check of what changed since. [edge]"""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.errors import QuestionError


@contextmanager
def folder_at(folder: Path, ref: str) -> Iterator[Path]:
    """Give a copy of the folder as it was where this branch left `ref`; empty where it was not there yet.

    Raises QuestionError where the folder lies in no git repository, or the repository knows no such commit.
    """
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
    if not commit:
        raise QuestionError(
            f"there is no commit {ref!r} in the git repository of {folder}",
            "name a branch or a commit that was fetched, such as origin/main",
        )
    commit = _git(folder, "merge-base", commit, "HEAD").decode().strip() or commit  # nothing in a shallow clone
    with TemporaryDirectory(prefix="antigravity-base-") as made:
        if packed := _git(folder, "archive", "--format=tar", commit):
            with tarfile.open(fileobj=io.BytesIO(packed)) as files:
                files.extractall(made, filter="data")
        yield Path(made)


def _git(folder: Path, *arguments: str) -> bytes:
    """What git prints; nothing where it has nothing to tell. Raises QuestionError where there is no git, or no repository."""
    try:
        inside = subprocess.run(["git", "-C", folder, "rev-parse"], capture_output=True, check=False, timeout=60)
        done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise QuestionError(f"git could not be asked: {error}", "install git, or leave --base out") from error
    if inside.returncode:
        raise QuestionError(f"{folder} lies in no git repository", "leave --base out, or work in a clone")
    return done.stdout if done.returncode == 0 else b""
