"""The site as one file, unpacked and read from a disk; and a theme over the site, as a browser shows it."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipeline.export.dictionary import read_dictionary
from pipeline.render.data_page import data_closing
from pipeline.render.pack import FOLDER, PATHS
from pipeline.render.pages import view_site
from pipeline.render.site import publish
from pipeline.render.templates import Templates
from tests.browser.conftest import Visit, Watch
from tests.render.samples import ACCURACY, NETWORKS, ROOT, SETTINGS, TEMPLATES, render

pytestmark = pytest.mark.browser
THEME = ROOT / "docs" / "example_theme"


@pytest.fixture(scope="module")
def unpacked(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a reader has who took the zip along."""
    home = tmp_path_factory.mktemp("whole")
    data = home / "data"
    (data / "restore").mkdir(parents=True)
    for file in read_dictionary():
        (data / file.name).write_text("x")
    templates = Templates(TEMPLATES)
    view = view_site(SETTINGS, "auto", templates, True)
    closing = data_closing(view, templates, read_dictionary(), home / "output", packed=True)
    publish(render(has_data=True), home / "output", with_search=False, data=data, closing=closing)
    with zipfile.ZipFile(home / "output" / PATHS[0]) as packed:
        packed.extractall(home / "stick")
    return home / "stick" / FOLDER


@pytest.fixture(scope="module")
def themed(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("themed") / "output"
    publish(render(theme=THEME), output, with_search=False)
    return output


@pytest.fixture
def read(open_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Open a page of a folder from the disk; in the end no page may have said an error or asked for what is not in it."""
    watches: list[Watch] = []

    def open_page(folder: Path, file: str = "index.html", **options: object) -> Page:
        watch = Watch(folder.as_uri() + "/")
        watches.append(watch)
        page = open_context(**options).new_page()
        watch.follow(page)
        page.goto((folder / file).as_uri())
        return page

    yield open_page
    assert [watch.errors for watch in watches] == [[]] * len(watches)


def test_a_reader_walks_through_the_unpacked_site(unpacked: Path, read: Visit) -> None:
    page = read(unpacked)
    page.get_by_role("link", name=ACCURACY.question).first.click()
    expect(page.locator("h1")).to_have_text(ACCURACY.question)
    page.locator(".sentence .cites a").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#peek mark.own")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="what changed and why").click()
    expect(page.locator("h1")).to_contain_text("History of")
    page.get_by_role("link", name="Revision 1").click()
    expect(page.locator(".banner").first).to_contain_text("This is revision 1 of 2")
    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.locator("main")).not_to_contain_text("site.zip")
    page.get_by_role("link", name="Search", exact=True).first.click()
    expect(page.locator("#local")).to_be_visible()


def test_data_in_the_head_runs_into_no_policy(unpacked: Path, read: Visit) -> None:
    for file in (f"q/{ACCURACY.slug}/index.html", f"p/{NETWORKS.archive_id}/index.html"):
        page = read(unpacked, file)
        assert page.evaluate("JSON.parse(document.querySelector('script[type$=json]').textContent)['@type']")


@pytest.mark.parametrize(
    ("scheme", "link", "paper"),
    [("light", "rgb(122, 31, 75)", "rgb(255, 253, 246)"), ("dark", "rgb(240, 166, 200)", "rgb(23, 19, 15)")],
)
def test_the_example_theme_shows(themed: Path, read: Visit, scheme: str, link: str, paper: str) -> None:
    page = read(themed, color_scheme=scheme)
    expect(page.locator("html")).to_have_css("background-color", paper)
    expect(page.locator("main .tally a").first).to_have_css("color", link)
    expect(page.locator(".top .name .mark")).to_be_visible()
    expect(page.locator(".welcome")).to_be_visible()
    page.get_by_role("link", name="Who runs this archive").click()
    expect(page.locator("h1")).to_have_text("Who runs this archive")
    expect(page.locator("html")).to_have_css("background-color", paper)
