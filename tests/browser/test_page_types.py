"""What holds for a page of every kind: served, opened from a disk, narrow, without JavaScript, on paper."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.page_types import ANSWERED, PAGE_TYPES, PageType, each_page_type, each_page_type_from_disk
from tests.real_site import ROOT

pytestmark = pytest.mark.browser

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 380, "height": 760}

FAULTS = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const outer = (element) => element.outerHTML.slice(0, 120);
  const ids = all("[id]").map((element) => element.id);
  const named = (element) => element.textContent.trim() || element.getAttribute("aria-label");
  const levels = all("h1, h2, h3, h4, h5, h6").map((heading) => Number(heading.tagName[1]));
  return {
    "h1 other than one": all("h1").length === 1 ? [] : all("h1").map(outer).concat("count: " + all("h1").length),
    "no language": document.documentElement.lang ? [] : ["html"],
    "no title": document.title.trim() ? [] : ["title"],
    "no description": document.querySelector("meta[name=description]")?.content.trim() ? [] : ["meta"],
    "no policy": document.querySelector("meta[http-equiv=Content-Security-Policy]") ? [] : ["meta"],
    "not one main, header, nav and footer": ["main", "body > header", "header nav", "body > footer"]
      .filter((selector) => all(selector).length !== 1),
    "image without text": all("img:not([alt])").map(outer),
    "field without label": all("input:not([type=hidden]), select, textarea")
      .filter((element) => ![...element.labels].some(named) && !element.getAttribute("aria-label")).map(outer),
    "link or button without name": all("a, button, summary").filter((element) => !named(element)).map(outer),
    "id given twice": ids.filter((id, place) => ids.indexOf(id) !== place),
    "label that names nothing": all("[aria-labelledby], label[for]")
      .filter((element) => !document.getElementById(element.getAttribute("aria-labelledby") || element.htmlFor)).map(outer),
    "heading level left out": levels.filter((level, place) => level > (levels[place - 1] || 0) + 1),
    "list with other children": all("ul, ol").filter((list) => [...list.children].some((child) => child.tagName !== "LI")).map(outer),
    "style or script in the page":
      all("style, [style]:not([style^='--zoom:']), script:not([src]):not([type='application/ld+json'])").map(outer),
    "code in an attribute": all("*")
      .filter((element) => element.getAttributeNames().some((name) => name.startsWith("on"))).map(outer),
    "tab order forced": all("[tabindex]").filter((element) => element.tabIndex > 0).map(outer),
  };
}"""
"""What a checker of accessibility would say, as far as the page's own tree tells it."""


def faults_of(page: Page) -> dict[str, Any]:
    return {fault: found for fault, found in page.evaluate(FAULTS).items() if found}


def violations_of(page: Page) -> list[str]:
    """What axe-core finds, its best practices included: rule and place."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def test_the_list_holds_every_template_of_a_page() -> None:
    templates = {file.name.removesuffix(".html.jinja") for file in (ROOT / "site_templates").glob("*.html.jinja")}
    assert {kind.template for kind in PAGE_TYPES} == templates - {"_macros", "base"}


@each_page_type
def test_a_page_is_served_whole_and_sound(kind: PageType, visit: Visit) -> None:
    page = visit(kind.path)
    assert faults_of(page) == {}
    expect(page.locator("header.top .name")).to_be_visible()
    expect(page.locator("footer .disclaimer, main .disclaimer").first).to_contain_text("not a peer review")
    if kind.state:
        expect(page.locator("main .state").first).to_have_text(kind.state)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@each_page_type
def test_a_checker_of_accessibility_finds_nothing(kind: PageType, scheme: str, visit: Visit) -> None:
    page = visit(kind.path, color_scheme=scheme)
    assert violations_of(page) == []
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    assert violations_of(page) == []


@each_page_type
def test_a_page_fits_a_narrow_screen(kind: PageType, visit: Visit) -> None:
    page = visit(kind.path, viewport=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


JUMPS = """() => new Promise((tell) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) sum += one.hadRecentInput ? 0 : one.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => tell(sum), 1500);
})"""
"""What moved on its own since the page was opened, as Web Vitals count it."""


@pytest.mark.parametrize("path", ["", f"q/{ANSWERED}/", "search/", "search/?q=quantum", "map/"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_jumps_while_a_page_loads(path: str, viewport: dict[str, int], visit: Visit) -> None:
    page = visit(path, viewport=viewport)
    assert page.evaluate(JUMPS) < (0.05 if "search" in path else 0.01)


@each_page_type
def test_a_page_reads_without_javascript(kind: PageType, visit: Visit) -> None:
    with_code, without = visit(kind.path), visit(kind.path, java_script_enabled=False)
    assert without.locator("h1").inner_text() == with_code.locator("h1").inner_text()
    if kind.template == "search":
        expect(without.locator("noscript p")).to_contain_text("Search needs JavaScript")
        expect(without.locator("nav.lists a").first).to_be_visible()
    else:
        assert without.locator("main").inner_text() == with_code.locator("main").inner_text()
    expect(without.locator("button.theme")).to_be_hidden()


ADDRESSES = """[...document.querySelectorAll('[href], [src]')].map((one) =>
  one.href instanceof SVGAnimatedString ? new URL(one.href.baseVal, document.baseURI).href : one.href || one.src)"""


@each_page_type_from_disk
def test_a_page_opens_from_a_disk(kind: PageType, visit_file: Visit) -> None:
    page = visit_file(kind.file)
    expect(page.locator("body")).to_have_css("margin", "0px")  # 8px where the style sheet does not apply
    expect(page.locator("button.theme")).to_be_visible()
    missing = [
        href
        for href in page.evaluate(ADDRESSES)
        if href.startswith("file:") and not Path(href.removeprefix("file://").split("#")[0].split("?")[0]).is_file()
    ]
    assert missing == []


@each_page_type
def test_on_paper_only_what_is_read_is_left(kind: PageType, visit: Visit) -> None:
    page = visit(kind.path, viewport=WIDE)
    page.emulate_media(media="print")
    for hidden in (".skip", ".top nav", ".top form", "button.theme", ".back", ".search", "footer ul"):
        for found in page.locator(hidden).all():
            expect(found).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".address")).to_have_text(f"https://archive.example/some/path/{kind.path}")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    paper = page.pdf()
    assert paper.startswith(b"%PDF-")
    assert len(paper) > 5_000
