"""The tree that is shown and the spare one."""

from pathlib import Path

import pytest

from pipeline.errors import SiteError
from pipeline.render.trees import MARK, Trees


def files_of(tree: Path) -> dict[str, bytes]:
    found = {path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    found.pop(MARK, None)
    return found


def show(output: Path, *, gone: tuple[str, ...] = (), **contents: bytes) -> Trees:
    """A build that puts these files and takes those away."""
    trees = Trees(output)
    for name, content in contents.items():
        trees.put(f"{name}/page", content)
    for name in gone:
        trees.remove(f"{name}/page")
    trees.finish()
    trees.show()
    return trees


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


def test_builds_one_after_the_other_each_show_what_was_put_and_what_stayed(output: Path) -> None:
    show(output, a=b"1", b=b"1", c=b"1")
    show(output, a=b"2")
    show(output, b=b"3", d=b"3")
    show(output, a=b"4", gone=("c",))
    assert files_of(output) == {"a/page": b"4", "b/page": b"3", "d/page": b"3"}
    assert not (output / "c").exists()
    show(output, a=b"5")
    assert files_of(output) == {"a/page": b"5", "b/page": b"3", "d/page": b"3"}


def test_the_spare_tree_is_used_again_and_only_what_changed_is_touched(output: Path) -> None:
    show(output, a=b"1", b=b"1")
    show(output, a=b"2")
    spare = output.parent / ".output.build/spare"
    folder, inode = spare.stat().st_ino, (output / "b/page").stat().st_ino
    show(output, a=b"3")
    assert output.stat().st_ino == folder
    assert (output / "b/page").stat().st_ino == (spare / "b/page").stat().st_ino == inode
    assert files_of(spare)["a/page"] == b"2"


def test_bytes_that_are_there_already_are_not_put(output: Path) -> None:
    show(output, a=b"1")
    trees = Trees(output)
    assert (trees.put("a/page", b"1"), trees.put("a/page", b"2")) == (False, True)
    assert trees.path_of("a/page").read_bytes() == b"2"
    assert (output / "a/page").read_bytes() == b"1"


def test_a_build_that_fails_leaves_both_trees_alike(output: Path) -> None:
    show(output, a=b"1", b=b"1")
    show(output, a=b"2")
    trees = Trees(output)
    trees.put("a/page", b"bad")
    trees.put("x/page", b"bad")
    trees.remove("b/page")
    trees.undo()
    spare = output.parent / ".output.build/spare"
    assert files_of(spare) == files_of(output) == {"a/page": b"2", "b/page": b"1"}
    folder = spare.stat().st_ino
    show(output, b=b"3")
    assert output.stat().st_ino == folder
    assert files_of(output) == {"a/page": b"2", "b/page": b"3"}


@pytest.mark.parametrize("what", ["no mark", "no word of it", "a word of another", "no word that can be read"])
def test_a_spare_tree_that_is_not_known_is_made_anew(output: Path, what: str) -> None:
    show(output, a=b"1", b=b"1")
    show(output, a=b"2")
    spare, behind = (output.parent / ".output.build" / name for name in ("spare", "behind"))
    (spare / "b/page").unlink()
    (spare / "stray").write_bytes(b"?")
    if what == "no mark":
        (spare / MARK).unlink()
    elif what == "no word of it":
        behind.unlink()
    else:
        behind.write_text('{"shown": "1", "spare": "2", "paths": []}' if what.startswith("a word") else "[")
    show(output, a=b"3")
    assert files_of(output) == {"a/page": b"3", "b/page": b"1"}


def test_a_file_is_moved_in(output: Path, tmp_path: Path) -> None:
    show(output, a=b"1")
    (tmp_path / "dump").write_bytes(b"rows")
    trees = Trees(output)
    trees.move("data/dump", tmp_path / "dump")
    trees.finish()
    trees.show()
    assert files_of(output) == {"a/page": b"1", "data/dump": b"rows"}
    assert not (tmp_path / "dump").exists()


def test_a_path_that_leads_out_is_refused(output: Path) -> None:
    with pytest.raises(SiteError, match="leads out of the site"):
        Trees(output).put("../x", b"")


def test_the_stamp_names_one_tree_of_one_build(output: Path) -> None:
    assert Trees(output).stamp == ""
    first = show(output, a=b"1").stamp
    second = show(output, a=b"2").stamp
    assert first and second and first != second
