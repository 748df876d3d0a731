"""A citation opens its evidence in the abstract: by hover, by keyboard, by touch; and without code it leads to the card."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pipeline.render.site import publish
from pipeline.serve import open_server
from tests.browser.conftest import Watch
from tests.browser.test_page_types import NARROW, WIDE, violations_of
from tests.render.samples import ACCURACY, NETWORKS, REACHES, SLOWER, archive, render

pytestmark = pytest.mark.browser

PEEK = "#peek:popover-open"
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
LONG = replace(NETWORKS, abstract=NETWORKS.abstract + " There is more to say." * 100)
"""Its abstract scrolls in its own box."""


@pytest.fixture(scope="module")
def address(browser: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    output: Path = tmp_path_factory.mktemp("evidence") / "site"
    preprints = {**archive().preprints, LONG.archive_id: LONG}
    publish(render(archive(preprints=preprints)), output, with_search=False)
    with open_server(output, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def opened(open_context: Callable[..., BrowserContext], address: str) -> Iterator[Callable[..., Page]]:
    watch = Watch(address)

    def open_page(**options: Any) -> Page:
        page = open_context(**({"viewport": WIDE} | options)).new_page()
        watch.follow(page)
        page.goto(f"{address}q/{ACCURACY.slug}/")
        return page

    yield open_page
    assert watch.errors == []


def test_a_hover_opens_the_evidence_marked_in_its_abstract_and_escape_closes_it(opened: Callable[..., Page]) -> None:
    page = opened()
    expect(page.locator(PEEK)).to_have_count(0)
    page.locator("#c-2").hover()
    peek = page.locator(PEEK)
    expect(peek.locator(".abstract")).to_have_text(LONG.abstract)
    expect(peek.locator("mark.own")).to_have_text([SLOWER.text])
    expect(peek.locator(".meta")).to_have_text("AG-2024.01-0001v3 read, 2 May 2024supported in part")
    page.locator("#c-1").hover()
    expect(peek.locator("mark.own")).to_have_text([REACHES.text])
    page.keyboard.press("Escape")
    expect(peek).to_have_count(0)
    page.locator("#c-2").hover()
    expect(peek).to_have_count(1)
    page.locator("h1").hover()
    expect(peek).to_have_count(0)


def test_the_keyboard_opens_it_and_goes_on_and_enter_leads_to_the_card(opened: Callable[..., Page]) -> None:
    page = opened()
    page.locator("#cut summary").focus()
    for _ in range(2):
        page.keyboard.press("Shift+Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_id("c-3")
    expect(page.locator(PEEK)).to_contain_text("Qubits are costly.")
    expect(focused).to_have_attribute("aria-describedby", "peek")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#c-2")).to_be_focused()
    expect(page.locator(f"{PEEK} mark.own")).to_have_text([SLOWER.text])
    page.keyboard.press("Enter")
    expect(page.locator(".card:target")).to_have_id(f"s-{NETWORKS.archive_id}")
    expect(page.locator(PEEK)).to_have_count(0)


def test_it_goes_with_its_citation_when_the_page_scrolls_and_closes_where_that_leaves_the_window(
    opened: Callable[..., Page],
) -> None:
    page = opened(viewport={"width": 380, "height": 300})
    page.locator("#cut summary").focus()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#c-3")).not_to_be_in_viewport()
    for _ in range(2):
        page.keyboard.press("Shift+Tab")
    citation, peek = page.locator("#c-3"), page.locator(PEEK)
    expect(citation).to_be_focused()
    expect(citation).to_be_in_viewport()
    page.evaluate(FRAMES)  # the event of that scroll comes with the next frame
    expect(peek).to_contain_text("Qubits are costly.")
    before = citation.bounding_box()
    page.evaluate("scrollBy(0, 20)")
    page.evaluate(FRAMES)
    after = citation.bounding_box()
    assert before and after and before["y"] - after["y"] == pytest.approx(20, abs=1)
    expect(peek).to_be_in_viewport(ratio=0.99)
    page.evaluate("scrollTo(0, 0)")
    expect(citation).not_to_be_in_viewport()
    expect(peek).to_have_count(0)


def test_a_tap_opens_it_and_its_link_leads_to_the_card(opened: Callable[..., Page]) -> None:
    page = opened(viewport=NARROW, has_touch=True)
    page.locator("#c-1").tap()
    peek = page.locator(PEEK)
    expect(peek.locator("mark.own")).to_have_text([REACHES.text])
    expect(page.locator(".card:target")).to_have_count(0)
    box = peek.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= NARROW["width"]
    peek.get_by_role("link", name="its card below").tap()
    expect(page.locator(".card:target")).to_have_id(f"s-{NETWORKS.archive_id}")
    expect(peek).to_have_count(0)


def test_without_code_the_same_link_leads_to_the_card_and_its_evidence(opened: Callable[..., Page]) -> None:
    page = opened(java_script_enabled=False)
    page.locator("#c-2").click()
    card = page.locator(".card:target")
    expect(card).to_have_id(f"s-{NETWORKS.archive_id}")
    expect(card.locator(".evidence li").nth(1)).to_have_text(SLOWER.text)
    expect(card.locator(".evidence li").nth(1)).to_be_visible()
    card.get_by_text("In its abstract").click()
    expect(card.locator(".abstract mark")).to_have_text([REACHES.text, SLOWER.text])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_checker_of_accessibility_finds_nothing_while_it_is_open(scheme: str, opened: Callable[..., Page]) -> None:
    page = opened(color_scheme=scheme)
    page.locator("#c-1").hover()
    expect(page.locator(PEEK)).to_have_count(1)
    assert violations_of(page) == []
