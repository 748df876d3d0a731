"""Templates and a theme in front of them."""

import re
import shutil
from dataclasses import fields
from pathlib import Path

import html5lib
import pytest

from pipeline.errors import SiteError
from pipeline.records import Page
from pipeline.render.pages import render_site, view_site
from pipeline.render.site import Written, publish
from pipeline.render.templates import Templates
from pipeline.render.views import PageView, SiteView
from tests.render.samples import ROOT, SETTINGS, TEMPLATES, archive, made, pages_of

EXAMPLE = ROOT / "docs" / "example_theme"
DOC = (ROOT / "docs" / "site.md").read_text(encoding="utf-8")


def pages(templates: Templates) -> list[Page]:
    return list(pages_of(render_site(archive(), view_site(SETTINGS, "auto", templates, False), templates)))


def themed(theme: Path) -> dict[str, str]:
    return {one.path: one.content.decode("utf-8", "replace") for one in pages(Templates(TEMPLATES, theme))}


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    folder = tmp_path / "theme"
    folder.mkdir()
    return folder


# --- a theme goes before the templates ---------------------------------------------------------------------------


def test_an_empty_theme_changes_nothing(theme: Path) -> None:
    assert pages(Templates(TEMPLATES, theme)) == pages(Templates(TEMPLATES))


def test_a_template_replaces_the_one_of_its_name_and_no_other_page_changes(theme: Path) -> None:
    (theme / "topics.html.jinja").write_text("<h1>Ours</h1>")
    before, after = {path: content.decode("utf-8", "replace") for path, content in made().items()}, themed(theme)
    assert {path for path in after if after[path] != before.get(path)} == {"topics/index.html"}
    assert after["topics/index.html"] == "<h1>Ours</h1>"


def test_a_template_can_extend_the_one_that_it_replaces(theme: Path) -> None:
    (theme / "base.html.jinja").write_text(
        '{% extends "original/base.html.jinja" %}{% block name %}<b>{{ super() }}!</b>{% endblock %}'
    )
    for path, html in themed(theme).items():
        if path.endswith(".html"):
            assert "<b>Antigravity Q&amp;A!</b></a>" in html, path


def test_a_piece_of_our_own_is_included_by_name_and_text_stays_escaped_in_it(theme: Path) -> None:
    (theme / "_line.html.jinja").write_text("<i>{{ '<script>' }}</i>")
    (theme / "404.html.jinja").write_text('{% include "_line.html.jinja" %}')
    assert themed(theme)["404.html"] == "<i>&lt;script&gt;</i>"


def test_assets_replace_and_add_and_may_lie_in_folders(theme: Path) -> None:
    (theme / "assets" / "fonts").mkdir(parents=True)
    (theme / "assets" / "fonts" / "reading.woff2").write_bytes(b"font")
    (theme / "assets" / "icon.svg").write_text("<svg/>")
    (theme / "assets" / ".hidden").write_text("no")
    files = themed(theme)
    ours = {f"assets/{name.name}" for name in (TEMPLATES / "assets").iterdir()}
    assert {path for path in files if path.startswith("assets/")} == ours | {"assets/fonts/reading.woff2"}
    assert files["assets/icon.svg"] == "<svg/>"


def test_own_css_is_loaded_by_every_page_after_the_style_sheet(theme: Path) -> None:
    assert not any("own.css" in html for html in themed(theme).values())
    (theme / "assets").mkdir()
    (theme / "assets" / "own.css").write_text(":root { --link: red }")
    for path, html in themed(theme).items():
        if path.endswith(".html"):
            sheets = re.findall(r'<link rel="stylesheet" href="([^"]*)">', html)
            assert [sheet.rpartition("/")[2] for sheet in sheets] == ["style.css", "own.css"], path


def test_the_text_of_about_can_be_replaced(theme: Path) -> None:
    (theme / "about.md").write_text("# Ours\n\n<script>alert(1)</script>")
    assert "<h1>Ours</h1>" in themed(theme)["about/index.html"]
    assert "<script>alert" not in themed(theme)["about/index.html"]


# --- what a change costs -----------------------------------------------------------------------------------------


def test_a_changed_override_writes_only_what_it_changes(theme: Path, tmp_path: Path) -> None:
    def put() -> Written:
        return publish(pages(Templates(TEMPLATES, theme)), tmp_path / "output", with_search=False)

    assets = theme / "assets"
    assets.mkdir()
    (assets / "own.css").write_text(":root { --link: red }")
    (theme / "topics.html.jinja").write_text("<h1>One</h1>")
    put()
    assert put().files == 0
    (assets / "own.css").write_text(":root { --link: blue }")
    assert (put().pages, (tmp_path / "output/assets/own.css").read_text()) == (0, ":root { --link: blue }")
    (theme / "topics.html.jinja").write_text("<h1>Another</h1>")
    assert (put().files, (tmp_path / "output/topics/index.html").read_text()) == (1, "<h1>Another</h1>")


# --- what is wrong is told ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        pytest.param(
            "home.html.jinja", "\n{{ nothing }}", "home.html.jinja:2 can't make index.html: 'nothing' is undefined",
            id="undefined",
        ),
        pytest.param("home.html.jinja", "a\nb\n{% if %}", "home.html.jinja:3 can't make index.html: Expected", id="syntax"),
        pytest.param(
            "home.html.jinja", "\n\n{{ 1 + 'a' }}", "home.html.jinja:3 can't make index.html: unsupported operand",
            id="a wrong type",
        ),
        pytest.param(
            "home.html.jinja", "\n{% include '_lost.html.jinja' %}", "home.html.jinja:2 can't make index.html: there is no template _l",
            id="a piece that is missing",
        ),
        pytest.param(
            "_macros.html.jinja", "{% macro state(x) %}\n{{ none }}{{ gone }}{% endmacro %}", "can't make", id="a macro"
        ),
        pytest.param("sitemap.xml.jinja", "{{ gone }}", "sitemap.xml.jinja:1 can't make sitemap.xml: 'gone'", id="no page"),
    ],
)  # fmt: skip
def test_a_template_of_a_theme_that_is_wrong_is_named_with_its_line(
    theme: Path, name: str, text: str, told: str
) -> None:
    (theme / name).write_text(text)
    with pytest.raises(SiteError, match=re.escape(told)) as caught:
        pages(Templates(TEMPLATES, theme))
    assert caught.value.what.startswith(str(theme)) or name == "_macros.html.jinja"
    assert "render.overrides" in caught.value.mend


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        pytest.param("home.html.jinja", "{{ nothing }}", "home.html.jinja:1 can't make index.html", id="wrong"),
        pytest.param(
            "home.html.jinja", None, "home.html.jinja can't make index.html: there is no template home", id="lost"
        ),
        pytest.param("about.md", None, "is no folder of templates", id="another folder"),
    ],
)
def test_the_templates_themselves_are_told_of_alike(tmp_path: Path, name: str, text: str | None, told: str) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder)
    (folder / name).unlink()
    if text is not None:
        (folder / name).write_text(text)
    with pytest.raises(SiteError, match=re.escape(told)):
        pages(Templates(folder))


def test_a_theme_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="lost is no folder") as caught:
        pages(Templates(TEMPLATES, tmp_path / "lost"))
    assert "render.overrides" in caught.value.mend


def test_files_that_nothing_uses_are_warned_of_with_the_name_that_was_meant(theme: Path) -> None:
    (theme / "assets").mkdir()
    for name in ("hom.html.jinja", "notes.txt", "_piece.html.jinja", "README.md", "assets/any.png", "base.html.jinja"):
        (theme / name).write_text("x")
    (theme / ".git").mkdir()
    (theme / ".git" / "config").write_text("x")
    assert Templates(TEMPLATES, theme).strange_files() == (
        f"{theme}/hom.html.jinja replaces nothing and is not used (did you mean home.html.jinja?)",
        f"{theme}/notes.txt replaces nothing and is not used",
    )
    assert Templates(TEMPLATES).strange_files() == ()


# --- the example and the document --------------------------------------------------------------------------------


def test_the_example_theme_makes_a_sound_site_and_names_no_strange_file(tmp_path: Path) -> None:
    templates = Templates(TEMPLATES, EXAMPLE)
    assert templates.strange_files() == ()
    publish(pages(templates), tmp_path / "output", with_search=False)  # refuses links that lead nowhere
    home = (tmp_path / "output/index.html").read_text(encoding="utf-8")
    assert "Run by the reading group" in home and "Newest answers" in home
    for file in sorted((tmp_path / "output").rglob("*.html")):
        html = file.read_text(encoding="utf-8")
        html5lib.HTMLParser(strict=True).parse(html)
        assert ('assets/imprint.html">Who runs this archive</a>' in html) == (file.name != "imprint.html"), file


def test_the_document_names_every_custom_property_block_and_variable() -> None:
    style = (TEMPLATES / "assets" / "style.css").read_text(encoding="utf-8")
    rows = "\n".join(re.findall(r"^\| `.*$", DOC, re.MULTILINE))
    told = set(re.findall(r"`([^`]+)`", rows))
    root = re.search(r":root \{(.*?)\}", style, re.DOTALL)
    assert root and set(re.findall(r"(--[a-z-]+):", root[1])) == {name for name in told if name.startswith("--")}
    blocks = re.findall(r"\{% block (\w+) %\}", (TEMPLATES / "base.html.jinja").read_text(encoding="utf-8"))
    assert set(blocks) <= told
    for name, view in (("site", SiteView), ("page", PageView)):
        assert {f"{name}.{one.name}" for one in fields(view)} == {one for one in told if one.startswith(f"{name}.")}


def test_the_document_lists_the_files_of_the_example() -> None:
    files = {file.relative_to(EXAMPLE).as_posix() for file in EXAMPLE.rglob("*") if file.is_file()}
    assert set(re.findall(r"^  (\S+\.\w+) ", DOC, re.MULTILINE)) == files
