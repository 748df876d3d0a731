"""What the last site was made of, as it is written down."""

from pathlib import Path

import pytest

from pipeline.render.manifest import (
    MadeFile,
    MadeGroup,
    read_groups,
    read_manifest,
    write_group,
    write_stamp,
)

HOME = MadeGroup(
    "index.html", "key", (MadeFile("index.html", 4, 17),), ("q/ü/index.html",), ("about/index.html#check",)
)
QUESTION = MadeGroup(
    "q/ü/index.html", "other", (MadeFile("q/ü/index.html", 9, 18, "read"), MadeFile("q/ü/index.md", 1, 2))
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "manifest"
    with path.open("wb") as lines:
        write_group(lines, HOME)
        write_group(lines, QUESTION)
        write_stamp(lines, "stamp")
    return path


def test_groups_come_back_as_they_went_in(file: Path) -> None:
    found = read_manifest(file, "stamp")
    assert found
    assert (found.find(HOME.name), found.find(QUESTION.name), found.find("none")) == (HOME, QUESTION, None)
    assert list(read_groups(file)) == [HOME, QUESTION]
    assert found.owners == {
        "index.html": HOME.name, "q/ü/index.html": QUESTION.name, "q/ü/index.md": QUESTION.name,
    }  # fmt: skip


def test_a_manifest_of_another_site_counts_for_nothing(file: Path, tmp_path: Path) -> None:
    assert read_manifest(file, "another") is None
    assert read_manifest(tmp_path / "absent", "stamp") is None


@pytest.mark.parametrize("cut", [2, 12, 40, 200])
def test_one_that_is_cut_short_or_damaged_counts_for_nothing(file: Path, cut: int) -> None:
    file.write_bytes(file.read_bytes()[:-cut])
    assert read_manifest(file, "stamp") is None
    file.write_bytes(b"[1]\n")
    assert read_manifest(file, "stamp") is None


def test_a_file_stands_while_size_and_time_are_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "page"
    file.write_bytes(b"page")
    made = MadeFile("page", 4, file.stat().st_mtime_ns)
    assert made.stands(tmp_path)
    file.write_bytes(b"longer")
    assert not made.stands(tmp_path)
    file.unlink()
    assert not made.stands(tmp_path)
