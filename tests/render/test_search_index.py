"""The search index in one fixed order."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import SiteError
from pipeline.render.search_index import settle_index

PAGE = """<!doctype html><html lang="en"><head><title>{n}</title></head><body><main data-pagefind-body><h1>Page {n}</h1>
<p>words number{n} <b data-pagefind-filter="kind">k{kind}</b> <b data-pagefind-filter="year">{year}</b>
<b data-pagefind-filter="topic">t{topic}</b></p></main></body></html>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of 40 pages with many filter values, so that a random order is all but never the sorted one."""
    folder = tmp_path / "site"
    folder.mkdir()
    for n in range(40):
        (folder / f"{n}.html").write_text(PAGE.format(n=n, kind=n % 13, year=1990 + n, topic=n % 17))
    return folder


def index(site: Path, name: str) -> Path:
    folder = site.parent / name
    command = [sys.executable, "-m", "pagefind_bin", "--site", str(site), "--output-path", str(folder), "--silent"]
    subprocess.run(command, check=True, timeout=120)
    settle_index(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_runs_over_the_same_pages_give_the_same_bytes(site: Path) -> None:
    assert contents(index(site, "one")) == contents(index(site, "two"))


def test_settling_twice_changes_nothing(site: Path) -> None:
    folder = index(site, "one")
    before = contents(folder)
    settle_index(folder)
    assert contents(folder) == before


def test_every_file_that_the_metadata_name_is_there(site: Path) -> None:
    folder = index(site, "one")
    language = json.loads((folder / "pagefind-entry.json").read_text())["languages"]["en"]
    assert (folder / f"pagefind.{language['hash']}.pf_meta").is_file()
    assert len(list((folder / "filter").iterdir())) == 3


def test_an_index_of_another_layout_is_refused(site: Path) -> None:
    folder = index(site, "one")
    shutil.rmtree(folder / "filter")
    with pytest.raises(SiteError, match="not laid out as expected"):
        settle_index(folder)
