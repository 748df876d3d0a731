"""The search page over the real index."""

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from pipeline.render.site import publish
from pipeline.serve import open_server
from tests.browser.conftest import Visit, Watch
from tests.browser.page_types import ANSWERED, PREPRINT
from tests.browser.test_journeys import QUESTION, arrived
from tests.browser.test_page_types import NARROW, WIDE
from tests.render.samples import ACCURACY, NETWORKS, REEFS, render

pytestmark = pytest.mark.browser


def found(page: Page, text: str) -> None:
    """Wait until the search has said what it found."""
    expect(page.locator("#found")).to_contain_text(text)


def kinds(page: Page) -> set[str]:
    """Of the pages listed; what was found is said a moment before it is listed."""
    expect(page.locator("#results li").first).to_be_visible()
    return set(page.locator("#results .meta span:first-child").all_inner_texts())


def test_a_question_is_found_by_its_words(visit: Visit) -> None:
    page = visit("search/")
    page.locator("#q").fill("fast accurate decoders error correction")
    found(page, "found for “fast accurate decoders error correction”")
    page.locator("#results").get_by_role("link", name=QUESTION).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    arrived(page, f"q/{ANSWERED}/")


def test_a_preprint_is_found_by_its_id_and_by_its_title(visit: Visit) -> None:
    page = visit(f"p/{PREPRINT}/")
    title = page.locator("h1").inner_text()
    for words in (PREPRINT, title):
        page = visit("search/")
        page.locator("#q").fill(words)
        page.locator("#q").press("Enter")
        found(page, "found for")
        page.locator("#results").get_by_role("link", name=title).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        arrived(page, f"p/{PREPRINT}/")


def test_filters_narrow_what_is_found_and_can_be_cleared(visit: Visit) -> None:
    page = visit("search/?q=quantum")
    found(page, "pages found for “quantum”")
    assert kinds(page) == {"question", "preprint"}
    page.get_by_label("Kind").select_option("question")
    expect(page.locator("#results .meta span:first-child", has_text="preprint")).to_have_count(0)
    page.get_by_label("Topic").select_option("Fault-tolerant quantum computing")
    expect(page).to_have_url(re.compile(r"\?q=quantum&kind=question&topic=Fault-tolerant\+quantum\+computing$"))
    expect(page.locator("#results li")).to_have_count(2)
    expect(page.locator("#results").get_by_role("link", name=QUESTION)).to_be_visible()
    assert kinds(page) == {"question"}
    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_label("Kind")).to_have_value("")
    expect(page.locator("#results .meta span:first-child", has_text="preprint").first).to_be_visible()


def test_a_search_page_reads_no_word_of_its_index_before_something_is_asked(visit: Visit) -> None:
    page = visit()
    read: list[str] = []
    page.on("request", lambda request: read.append(request.url))
    page.get_by_role("link", name="Search", exact=True).first.click()
    expect(page.locator("#filters")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert any(".pf_filter" in url for url in read)
    assert not [url for url in read if ".pf_index" in url]
    page.locator("#q").fill("decoders")
    found(page, "found for “decoders”")
    assert any(".pf_index" in url for url in read)


def test_a_search_with_its_filters_is_an_address(visit: Visit) -> None:
    page = visit("search/?q=quantum&kind=preprint&category=quant-ph")
    found(page, "found for “quantum”")
    expect(page.get_by_label("Kind")).to_have_value("preprint")
    expect(page.get_by_label("Category")).to_have_value("quant-ph")
    assert kinds(page) == {"preprint"}
    expect(page.locator("#results mark").first).to_be_visible()


def test_filters_alone_list_their_pages(visit: Visit) -> None:
    page = visit("search/?kind=question&status=not+answered")
    found(page, "pages found")
    assert kinds(page) == {"question"}


def test_more_is_shown_for_who_asks(visit: Visit) -> None:
    page = visit("search/?q=quantum&kind=preprint")
    expect(page.locator("#results li")).to_have_count(10)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("#results li h2 a").nth(10)).to_be_focused()


def test_what_is_typed_while_the_index_loads_is_kept(visit: Visit) -> None:
    """It was wiped: the box was filled from the address only once the index had come."""
    page = visit()
    waiting: list[Route] = []
    page.route("**/pagefind/pagefind.js", lambda route: waiting.append(route))
    with page.expect_request("**/pagefind/pagefind.js"):
        page.goto(f"{page.url}search/", wait_until="domcontentloaded")
    page.locator("#q").fill("coral")
    expect(page.locator("#filters")).to_be_hidden()
    waiting[0].continue_()
    found(page, "found for “coral”")
    expect(page.locator("#q")).to_have_value("coral")


def test_nothing_found_is_said(visit: Visit) -> None:
    page = visit("search/?q=coral&topic=Ecology&status=answered")
    found(page, "No pages found for “coral”")
    expect(page.locator("#results li")).to_have_count(0)


def test_words_are_text_and_never_markup(visit: Visit) -> None:
    words = "<img src=x onerror=document.title='broken'> quantum"
    page = visit("search/")
    page.locator("#q").fill(words)
    found(page, words)
    expect(page.locator("main img")).to_have_count(0)


def test_the_keyboard_is_enough(visit: Visit) -> None:
    page = visit("search/")
    box = page.locator("#q")
    expect(box).to_be_focused()
    page.keyboard.type("decoders")
    found(page, "found for “decoders”")
    links = page.locator("#results h2 a")
    expect(links.nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")
    title = links.nth(0).inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_slash_leads_to_the_search_box(visit: Visit) -> None:
    page = visit(viewport=WIDE)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("")
    page.keyboard.type("either/or")
    expect(page.locator("#q")).to_have_value("either/or")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    found(page, "found for “either/or”")


def test_slash_does_nothing_where_there_is_no_box(visit: Visit) -> None:
    page = visit(f"q/{ANSWERED}/", viewport=NARROW)
    page.keyboard.press("/")
    expect(page.locator("body")).to_be_focused()


def test_an_index_in_parts_is_searched_whole(open_context: Callable[..., BrowserContext], tmp_path: Path) -> None:
    publish(render(), tmp_path / "site", with_search=True, part_pages=1)
    assert len(json.loads((tmp_path / "site/pagefind/parts.json").read_text(encoding="utf-8"))) == 3
    with open_server(tmp_path / "site", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        home = f"http://127.0.0.1:{server.server_port}/"
        watch, page = Watch(home), open_context().new_page()
        watch.follow(page)
        page.goto(f"{home}search/?q=quantum")
        expect(page.locator("#results h2 a")).to_have_count(3)
        links = {one.get_attribute("href") for one in page.locator("#results h2 a").all()}
        assert links == {
            f"/q/{ACCURACY.slug}/",
            f"/q/{REEFS.slug}/",
            f"/p/{NETWORKS.archive_id}/",
        }  # a topic is called so
        page.select_option("select[name=kind]", "preprint")
        expect(page.locator("#found")).to_have_text("1 page found for “quantum”")
        assert watch.errors == []
        server.shutdown()
