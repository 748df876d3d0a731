"""Folders and files take the place of others; where there was none, the new one is just there."""

from pathlib import Path

from pipeline.swap import swap_folders, write_aside


def folder(path: Path, content: str) -> Path:
    path.mkdir()
    (path / "file").write_text(content)
    return path


def test_the_new_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    target = folder(tmp_path / "site", "old")
    swap_folders(folder(tmp_path / ".aside", "new"), target)
    assert (target / "file").read_text() == "new"


def test_a_first_folder_is_moved_into_place(tmp_path: Path) -> None:
    swap_folders(folder(tmp_path / ".aside", "new"), tmp_path / "site")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    file = tmp_path / "archive" / "report.json"
    write_aside(file, "old")
    number = file.stat().st_ino
    write_aside(file, "new")
    assert file.read_text() == "new"
    assert file.stat().st_ino != number
    assert list(file.parent.iterdir()) == [file]
