"""The search index in parts."""

from pathlib import Path

import pytest

from pipeline.errors import SiteError
from pipeline.render.search_parts import INDEX, SearchPart, build_part, split_parts

PAGE = '<html lang="en"><main data-pagefind-body><h1>{title}</h1><p>Some words</p>{rest}</main></html>'
PAGES = [(f"{kind}/{n}/index.html", f"hash-{n}") for n in range(40) for kind in ("q", "p")]


def test_a_small_site_has_one_part() -> None:
    [part] = split_parts(PAGES, most=80)
    assert (part.folder, part.others) == (INDEX, ())
    assert part.pages == tuple(sorted(PAGES))


def test_a_large_one_is_dealt_out_by_kind_and_address_alone() -> None:
    parts = split_parts(PAGES, most=20)
    assert [part.folder for part in parts] == ["pagefind/", "pagefind/q1/", "pagefind/p0/", "pagefind/p1/"]
    assert parts[0].others == ("q1/", "p0/", "p1/")
    assert sorted(page for part in parts for page in part.pages) == sorted(PAGES)
    changed = [(path, "other" if path == "q/7/index.html" else mark) for path, mark in PAGES]
    keys = [(one.key, other.key) for one, other in zip(parts, split_parts(changed[::-1], most=20), strict=True)]
    assert [one == other for one, other in keys].count(False) == 1


def build(folder: Path, rest: str) -> dict[str, bytes]:
    site = folder / "tree"
    for title in ("one", "two"):
        (site / "q" / title).mkdir(parents=True, exist_ok=True)
        (site / "q" / title / "index.html").write_text(PAGE.format(title=title, rest=rest), encoding="utf-8")
    part = SearchPart("pagefind/q1/", (("q/one/index.html", "1"), ("q/two/index.html", "2")))
    return {page.path: page.content for page in build_part(part, lambda path: site / path, folder / "scratch")}


def test_a_part_is_an_index_of_its_pages_below_its_folder(tmp_path: Path) -> None:
    files = build(tmp_path, "")
    assert {"pagefind/q1/pagefind.js", "pagefind/q1/pagefind-entry.json"} <= set(files)
    assert sum(path.endswith(".pf_fragment") for path in files) == 2
    assert not (tmp_path / "scratch").exists()


def test_what_search_leaves_out_makes_no_difference_to_the_index(tmp_path: Path) -> None:
    """Else a part that is kept, since what search reads of its pages stayed, would not be the one that is built anew."""
    rest = '<section data-pagefind-ignore id="{0}"><h2 id="h{0}">{0}</h2><a href="x" id="a{0}">word {0}</a></section>'
    assert build(tmp_path, rest.format("first")) == build(tmp_path, rest.format("second"))


def test_an_archive_without_pages_has_an_index_too(tmp_path: Path) -> None:
    [part] = split_parts([])
    files = {page.path for page in build_part(part, lambda path: tmp_path / path, tmp_path / "scratch")}
    assert {"pagefind/pagefind.js", "pagefind/parts.json"} <= files


def test_a_part_without_pages_is_left_out() -> None:
    parts = split_parts([("q/a/index.html", ""), ("q/b/index.html", ""), ("q/c/index.html", "")], most=1)
    assert all(part.pages for part in parts) and sum(len(part.pages) for part in parts) == 3
    assert len(parts[0].others) == len(parts) - 1


def test_a_failure_is_told(tmp_path: Path) -> None:
    (tmp_path / "scratch").write_text("in the way")
    part = SearchPart(INDEX, (("q/none/index.html", ""),))
    with pytest.raises((SiteError, OSError)):
        list(build_part(part, lambda path: tmp_path / path, tmp_path / "scratch"))
