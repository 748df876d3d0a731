"""SHA256SUMS: what is written is found whole, and each kind of damage is named."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.export.checksums import SUMS, check_checksums, write_checksums


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a file.txt").write_text("one")
    (tmp_path / "deep" / "b.txt").write_text("two")
    write_checksums(tmp_path)
    return tmp_path


def test_a_whole_folder_has_no_problem_and_the_usual_tool_agrees(folder: Path) -> None:
    assert check_checksums(folder) == []
    if tool := shutil.which("sha256sum"):
        done = subprocess.run([tool, "--check", SUMS], cwd=folder, capture_output=True, text=True, check=True)
        assert done.stdout == "a file.txt: OK\ndeep/b.txt: OK\n"


def test_the_same_files_give_the_same_sums(folder: Path) -> None:
    before = (folder / SUMS).read_bytes()
    write_checksums(folder)
    assert (folder / SUMS).read_bytes() == before


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a changed file": (lambda folder: (folder / "deep" / "b.txt").write_text("twp"), "b.txt is damaged"),
    "a missing file": (lambda folder: (folder / "a file.txt").unlink(), "a file.txt is missing"),
    "no sums": (lambda folder: (folder / SUMS).unlink(), "SHA256SUMS can't be read"),
    "empty sums": (lambda folder: (folder / SUMS).write_text(""), "SHA256SUMS is empty"),
    "sums that are none": (lambda folder: (folder / SUMS).write_text("<html>"), "no checksum: '<html>'"),
    "no text": (lambda folder: (folder / SUMS).write_bytes(b"\xff\xfe"), r"no checksum: '\udcff"),
    "a name that leads out": (
        lambda folder: (folder / SUMS).write_text(f"{'0' * 64}  ../outside\n"),
        "no checksum: '0000",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_each_damage_is_named(folder: Path, name: str) -> None:
    damage, told = DAMAGE[name]
    damage(folder)
    [problem] = check_checksums(folder)
    assert told in problem
