"""The page at /data/, and the site as one file that it tells of."""

import zipfile
from pathlib import Path

import html5lib

from pipeline.export.checksums import check_checksums
from pipeline.export.dictionary import read_dictionary
from pipeline.records import Page
from pipeline.render.data_page import PATH, data_closing, render_data_page
from pipeline.render.links import LinkCheck
from pipeline.render.pack import FOLDER, PATHS, SUM, Packed
from pipeline.render.pages import view_site
from pipeline.render.site import Written, publish
from pipeline.render.templates import Templates
from tests.render.samples import ACCURACY, SETTINGS, TEMPLATES, archive, render

DUMPS = read_dictionary()
THEMED = Templates(TEMPLATES)
VIEW = view_site(SETTINGS, "auto", THEMED, True)


def put(output: Path, *, packed: bool = True, **changes: object) -> Written:
    """Publish the site with what is made last; its dumps are stood in for by empty files."""
    aside = output.parent / "dumps"
    for file in DUMPS:
        (aside / file.name).parent.mkdir(parents=True, exist_ok=True)
        (aside / file.name).touch()
    closing = data_closing(VIEW, THEMED, DUMPS, output, packed=packed)
    pages = render(archive(**changes), has_data=True)
    return publish(pages, output, with_search=False, data=aside, closing=closing)


def test_each_dump_is_named_with_its_columns() -> None:
    html = render_data_page(VIEW, THEMED, DUMPS, None).content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    for file in DUMPS:
        assert f'<a href="{file.name}">' in html
        assert all(f"<code>{column.name}</code>" in html for column in file.columns)
    assert "site.zip" not in html


def test_the_zip_is_told_of_with_its_size_and_its_checksum() -> None:
    html = render_data_page(VIEW, THEMED, (), Packed(12_345_678, "ab" * 32, fresh=True)).content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    assert '<a href="site.zip" download>site.zip</a>' in html and "12.3 MB" in html and "ab" * 32 in html
    assert "duckdb" not in html


def test_nothing_is_made_where_nothing_is_published() -> None:
    assert data_closing(view_site(SETTINGS, "auto", THEMED, False), THEMED, (), Path("none"), packed=False) is None


def test_the_zip_is_a_site_whose_links_hold_and_that_does_not_tell_of_itself(tmp_path: Path) -> None:
    put(tmp_path / "output")
    with zipfile.ZipFile(tmp_path / "output" / PATHS[0]) as packed:
        packed.extractall(tmp_path)
    unpacked = {file.relative_to(tmp_path / FOLDER).as_posix(): file for file in (tmp_path / FOLDER).rglob("*")}
    assert "site.zip" not in unpacked[PATH].read_text() and "site.zip" in (tmp_path / "output" / PATH).read_text()
    for name, file in unpacked.items():
        if file.is_file() and name != PATH:
            assert file.read_bytes() == (tmp_path / "output" / name).read_bytes(), name
    assert f"q/{ACCURACY.slug}/r/1/index.html" in unpacked and "feed.xml" in unpacked
    assert check_checksums(tmp_path / "output/data", SUM) == []
    links = LinkCheck()
    for name, file in unpacked.items():
        if name.endswith(".html"):
            links.read(Page(name, file.read_bytes()))
    links.finish(unpacked)  # raises where one leads nowhere


def test_the_same_site_again_makes_no_zip_and_a_changed_one_does(tmp_path: Path) -> None:
    output = tmp_path / "output"
    put(output)
    before = (output / PATHS[0]).stat().st_ino
    assert put(output).files == 0
    assert (output / PATHS[0]).stat().st_ino == before
    changed = put(output, preprint_count=99)
    assert changed.files >= 4  # the start page, what the zip is, its checksum, and the page that tells both
    assert (output / PATHS[0]).stat().st_ino != before


def test_a_site_without_the_zip_has_the_page_alone(tmp_path: Path) -> None:
    put(tmp_path / "output")
    put(tmp_path / "output", packed=False)
    assert not any((tmp_path / "output" / path).exists() for path in PATHS)
    assert "site.zip" not in (tmp_path / "output" / PATH).read_text()
    assert put(tmp_path / "output", packed=False).files == 0
