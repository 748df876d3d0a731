"""Broken archives: each damage is found, named and told how to mend."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.checks.archive import check_archive
from pipeline.progress import silent
from pipeline.settings import Settings, read_settings
from pipeline.store.database import connect
from tests.nights import make_archive, run_night
from tests.store.test_database import holding

SLUG = "q/quantum-diffusion"
DAMAGE: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "no database": (lambda home: (home / "archive/archive.duckdb").unlink(), "database", "is not there"),
    "a database that is none": (
        lambda home: (home / "archive/archive.duckdb").write_bytes(b"x" * 9999),
        "database",
        "can't open the database",
    ),
    "no ledger": (lambda home: (home / "archive/ids.csv").unlink(), "ledger", "is gone"),
    "a ledger that lost lines": (
        lambda home: edit(home / "archive/ids.csv", lambda text: text[:200]),
        "ledger",
        "lost lines",
    ),
    "a ledger with a line that is none": (
        lambda home: edit(home / "archive/ids.csv", lambda text: text + "hello\n"),
        "ledger",
        "not a line of a ledger",
    ),
    "an id given twice": (
        lambda home: edit(home / "archive/ids.csv", lambda text: text + text.splitlines()[1] + "\n"),
        "ledger",
        "gives AG-",
    ),
    "a preprint taken out": (
        lambda home: run_sql(home, "DELETE FROM preprints WHERE archive_id = (SELECT min(archive_id) FROM passages)"),
        "citations-resolve",
        "which is not in the archive",
    ),
    "no site": (lambda home: shutil.rmtree(home / "output"), "site", "holds no site"),
    "a page that is gone": (
        lambda home: (home / "output" / SLUG / "index.html").unlink(),
        "links",
        f"→ {SLUG}/index.html",
    ),
    "an anchor that is gone": (
        lambda home: edit(home / "output" / SLUG / "index.html", lambda text: text.replace('id="main"', "")),
        "links",
        f"→ {SLUG}/index.html#main",
    ),
    "a page that is no text": (
        lambda home: (home / "output/about/index.html").write_bytes(b"\xff\xfe\x00"),
        "links",
        "about/index.html is damaged",
    ),
    "a page of an old revision": (
        lambda home: edit(home / "output" / SLUG / "index.json", lambda text: text.replace('"revision": 1', '"revision": 7')),
        "site-tells-the-archive",
        "shows revision 7, and the archive holds 1",
    ),
    "a document that is cut off": (
        lambda home: edit(home / "output" / SLUG / "index.json", lambda text: text[:50]),
        "site-tells-the-archive",
        "shows revision none",
    ),
    "a preprint without its page": (
        lambda home: shutil.rmtree(home / "output/p/AG-2024.01-0001"),
        "site-tells-the-archive",
        "p/AG-2024.01-0001/ is missing",
    ),
    "a feed that is cut off": (
        lambda home: edit(home / "output/feed.xml", lambda text: text[:-20]),
        "feeds",
        "feed.xml can't be read",
    ),
    "a feed that is none": (
        lambda home: (home / "output/feed.xml").write_text("<html/>"),
        "feeds",
        "feed.xml is no Atom feed",
    ),
    "a feed without dates": (
        lambda home: edit(home / "output/feed.xml", lambda text: text.replace("updated>", "date>")),
        "feeds",
        "lacks an id, a title or a date",
    ),
    "a dump that is damaged": (
        lambda home: (home / "output/data/preprints.parquet").write_bytes(b"PAR1"),
        "dumps",
        "preprints.parquet is damaged",
    ),
    "a dump that is gone": (
        lambda home: (home / "output/data/ids.csv").unlink(),
        "dumps",
        "ids.csv is missing",
    ),
    "no checksums": (lambda home: (home / "output/data/SHA256SUMS").unlink(), "dumps", "SHA256SUMS can't be read"),
}  # fmt: skip


def edit(file: Path, change: Callable[[str], str]) -> None:
    """Write another file in its place: the pages of a copy may be links to those of the original."""
    text = change(file.read_text(encoding="utf-8"))
    file.unlink()
    file.write_text(text, encoding="utf-8")


def run_sql(home: Path, statement: str) -> None:
    with connect(home / "archive/archive.duckdb") as connection:
        connection.execute(statement)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive after a night; no test changes it."""
    config = make_archive(tmp_path_factory.mktemp("check") / "archive")
    run_night(config)
    return config


def findings(settings: Settings) -> dict[str, tuple[bool, str, str]]:
    found = check_archive(settings, silent)
    assert len({one.name for one in found}) == len(found)
    return {one.name: (one.ok, one.detail, one.mend) for one in found}


def test_an_archive_that_is_well_passes_every_check(whole: Path) -> None:
    found = findings(read_settings(whole))
    assert [name for name, (ok, _, _) in found.items() if not ok] == []
    assert {"database", "ledger", "site-tells-the-archive", "site", "links", "feeds", "dumps"} < set(found)


@pytest.mark.parametrize("name", DAMAGE)
def test_each_damage_is_found_and_named(whole: Path, tmp_path: Path, name: str) -> None:
    damage, check, told = DAMAGE[name]
    home = Path(shutil.copytree(whole.parent, tmp_path / "archive"))
    damage(home)
    ok, detail, mend = findings(read_settings(home / whole.name))[check]
    assert (ok, bool(mend)) == (False, True)
    assert told in detail


def test_an_archive_that_a_night_works_with_is_told_to_be_busy(whole: Path) -> None:
    settings = read_settings(whole)
    with holding(settings.archive.database):
        ok, detail, mend = findings(settings)["database"]
    assert not ok and "another process" in detail and "wait" in mend


def test_a_site_without_dumps_is_whole(whole: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(whole.parent, tmp_path / "archive"))
    shutil.rmtree(home / "output/data")
    assert findings(read_settings(home / whole.name))["dumps"][0]
