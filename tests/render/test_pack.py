"""The whole site as one file."""

import hashlib
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline.render.pack import FOLDER, PATHS, Packed
from pipeline.render.pack import pack_site as pack

PAGES = {
    "index.html": b"<p>home</p>" * 50,
    "q/one/index.html": "<p>ünï</p>".encode(),
    "q/ü.html": b"x",
    "pictures/a.png": b"\x89PNG" + bytes(range(256)),
    "data/index.html": b"told of the zip",
}
INSTEAD = {"data/index.html": b"not told of the zip"}


def make_site(folder: Path, pages: dict[str, bytes] = PAGES) -> Path:
    for name, content in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / ".antigravity").touch()
    (folder / ".nojekyll").touch()
    return folder


def linked(site: Path, folder: Path) -> Path:
    """As publishing leaves a site that did not change: every file is the old one, but the zip is not there yet."""
    shutil.copytree(site, folder, copy_function=os.link)
    for path in PATHS:
        (folder / path).unlink(missing_ok=True)
    return folder


def pack_site(site: Path, published: Path, instead: dict[str, bytes]) -> Packed:
    """With the paths, and those of them that changed, as publishing knows them."""
    names = [file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()]
    paths = [name for name in names if name not in PATHS]
    changed = [name for name in paths if not ((old := published / name).is_file() and old.samefile(site / name))]
    return pack(site, published, paths, changed, instead)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    site = make_site(tmp_path / "published")
    pack_site(site, tmp_path / "none", INSTEAD)
    return site


def test_the_zip_holds_every_file_but_itself_and_what_is_hidden_below_one_folder(published: Path) -> None:
    with zipfile.ZipFile(published / PATHS[0]) as packed:
        assert packed.testzip() is None
        found = {name: packed.read(name) for name in packed.namelist()}
    assert found == {f"{FOLDER}/{name}": content for name, content in (PAGES | INSTEAD).items()}


def test_the_same_site_gives_the_same_bytes_whatever_its_files_dates(published: Path, tmp_path: Path) -> None:
    again = make_site(tmp_path / "again", dict(reversed(PAGES.items())))
    for file in again.rglob("*"):
        os.utime(file, (1, 1))
    made = pack_site(again, tmp_path / "none", INSTEAD)
    assert (again / PATHS[0]).read_bytes() == (published / PATHS[0]).read_bytes()
    assert made.fresh and made.size == (again / PATHS[0]).stat().st_size


def test_the_checksum_lies_beside_it(published: Path) -> None:
    sha256 = hashlib.sha256((published / PATHS[0]).read_bytes()).hexdigest()
    assert (published / PATHS[1]).read_text() == f"{sha256}  site.zip\n"


def test_pictures_are_stored_and_pages_are_packed(published: Path) -> None:
    with zipfile.ZipFile(published / PATHS[0]) as packed:
        kinds = {one.filename.rpartition("/")[2]: one.compress_type for one in packed.infolist()}
    assert (kinds["a.png"], kinds["index.html"]) == (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def test_a_site_that_did_not_change_keeps_its_zip(published: Path, tmp_path: Path) -> None:
    site = linked(published, tmp_path / "new")
    kept = pack_site(site, published, INSTEAD)
    assert not kept.fresh
    assert all((site / path).samefile(published / path) for path in PATHS)
    assert kept.sha256 == hashlib.sha256((site / PATHS[0]).read_bytes()).hexdigest()


def change_a_page(site: Path) -> None:
    (site / "index.html").unlink()
    (site / "index.html").write_bytes(b"another")


def add_a_page(site: Path) -> None:
    (site / "new.html").write_bytes(b"new")


def drop_a_page(site: Path) -> None:
    (site / "q/ü.html").unlink()


@pytest.mark.parametrize("change", [change_a_page, add_a_page, drop_a_page], ids=lambda one: one.__name__)
def test_a_site_that_changed_gets_another(published: Path, tmp_path: Path, change: object) -> None:
    site = linked(published, tmp_path / "new")
    assert callable(change)
    change(site)
    assert pack_site(site, published, INSTEAD).fresh
    anew = linked(site, tmp_path / "anew")
    pack_site(anew, tmp_path / "none", INSTEAD)
    assert (anew / PATHS[0]).read_bytes() == (site / PATHS[0]).read_bytes()
    with zipfile.ZipFile(site / PATHS[0]) as packed:
        assert packed.testzip() is None
        names = {name.removeprefix(f"{FOLDER}/") for name in packed.namelist()}
    assert names == {
        file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file() and file.name[0] != "."
    } - set(PATHS)


def test_another_page_instead_makes_another_zip(published: Path, tmp_path: Path) -> None:
    site = linked(published, tmp_path / "new")
    assert pack_site(site, published, {"data/index.html": b"another"}).fresh
    with zipfile.ZipFile(site / PATHS[0]) as packed:
        assert packed.read(f"{FOLDER}/data/index.html") == b"another"


@pytest.mark.parametrize("damage", [b"", b"PK", b"x" * 500], ids=["empty", "begun", "no zip"])
def test_a_damaged_zip_is_made_anew(published: Path, tmp_path: Path, damage: bytes) -> None:
    site, before = linked(published, tmp_path / "new"), (published / PATHS[0]).read_bytes()
    (published / PATHS[0]).write_bytes(damage)
    assert pack_site(site, published, INSTEAD).fresh
    assert (site / PATHS[0]).read_bytes() == before


def test_a_zip_that_lost_a_byte_is_made_anew(published: Path, tmp_path: Path) -> None:
    site, before = linked(published, tmp_path / "new"), (published / PATHS[0]).read_bytes()
    (published / PATHS[0]).write_bytes(before[:100] + bytes([before[100] ^ 1]) + before[101:])
    assert pack_site(site, published, INSTEAD).fresh
    assert (site / PATHS[0]).read_bytes() == before


def test_what_did_not_change_is_not_packed_again(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = linked(published, tmp_path / "new")
    change_a_page(site)
    added: list[str] = []
    add = zipfile.ZipFile.open

    def noting(self: zipfile.ZipFile, name: zipfile.ZipInfo, *given: str) -> object:
        added.append(name.filename)
        return add(self, name, *given)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(zipfile.ZipFile, "open", noting)
    pack_site(site, published, INSTEAD)
    assert added == [f"{FOLDER}/index.html"]


def test_a_zip_that_was_packed_in_another_way_is_made_anew(published: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(published / PATHS[0], "a") as packed:
        packed.comment = b"deflate 9"
    sha256 = hashlib.sha256((published / PATHS[0]).read_bytes()).hexdigest()
    (published / PATHS[1]).write_text(f"{sha256}  site.zip\n")
    assert pack_site(linked(published, tmp_path / "new"), published, INSTEAD).fresh
