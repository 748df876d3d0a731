"""What people come to do, from the first click to the last."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Visit
from tests.browser.page_types import ANSWERED, PREPRINT
from tests.browser.test_page_types import NARROW, WIDE
from tests.real_site import SUB_PATH

pytestmark = pytest.mark.browser

each_screen = pytest.mark.parametrize("screen", [WIDE, NARROW], ids=["wide", "narrow"])
QUESTION = "How fast and how accurate are current decoders for quantum error correction?"


def arrived(page: Page, path: str) -> None:
    """Wait for the address, below the site's root; the page shortens it only once it is read."""
    expect(page).to_have_url(re.compile(f"/{SUB_PATH}/{re.escape(path)}$"))


def paint(page: Page, selector: str) -> str:
    return str(page.locator(selector).first.evaluate("(element) => getComputedStyle(element).backgroundColor"))


@each_screen
def test_a_reader_follows_a_citation_to_its_sentence_and_comes_back(screen: dict[str, int], visit: Visit) -> None:
    page = visit(viewport=screen)
    page.get_by_role("link", name=QUESTION).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    arrived(page, f"q/{ANSWERED}/")

    citation = page.locator(".sentence .cites a").last
    archive_id, place = citation.inner_text(), citation.get_attribute("id")
    citation.click()
    card = page.locator(".card:target")
    expect(card).to_have_id(f"s-{archive_id}")
    expect(card.locator("h3")).to_be_in_viewport()
    expect(card.locator(".evidence li").first).to_be_visible()
    assert paint(page, ".card:target .evidence span") != "rgba(0, 0, 0, 0)"

    card.locator(f'.back a[href="#{place}"]').click()
    back = page.locator(".cites a:target")
    expect(back).to_have_id(place or "")
    expect(back).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".card:target")).to_have_count(1)


def test_on_a_wide_screen_a_citation_opens_beside_the_answer_without_losing_the_place(visit: Visit) -> None:
    page = visit(f"q/{ANSWERED}/", viewport=WIDE)
    page.locator(".sentence .cites a").last.click()
    expect(page.locator(".card:target h3")).to_be_in_viewport()
    expect(page.locator(".sentence .cites a").last).to_be_in_viewport()


def test_a_card_leads_to_the_preprint_and_the_preprint_back_to_its_questions(visit: Visit) -> None:
    page = visit(f"q/{ANSWERED}/")
    title = page.locator(".card h3 a").first.inner_text()
    page.locator(".card h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.locator("#used").locator("..").get_by_role("link", name=QUESTION).click()
    arrived(page, f"q/{ANSWERED}/")


def test_what_was_cut_is_shown_unfolded_to_who_asks_for_it(visit: Visit) -> None:
    page = visit(f"q/{ANSWERED}/")
    expect(page.locator("#cut li").first).to_be_hidden()
    page.get_by_role("link", name="cut", exact=False).first.click()
    expect(page.locator("#cut li").first).to_be_visible()
    expect(page.locator("#cut .reason").first).to_contain_text("Cut because")


def test_paper_shows_what_is_folded(visit: Visit) -> None:
    page = visit(f"q/{ANSWERED}/")
    folded = page.locator("details:not([open])")
    before = folded.count()
    assert before > 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(folded).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(folded).to_have_count(before)


def test_citations_work_without_javascript(visit: Visit) -> None:
    page = visit(f"q/{ANSWERED}/", java_script_enabled=False)
    citation = page.locator(".sentence .cites a").first
    archive_id = citation.inner_text()
    citation.click()
    assert page.url.endswith(f"#s-{archive_id}")
    expect(page.locator(f'[id="s-{archive_id}"] h3')).to_be_in_viewport()


def test_an_address_that_is_none_gets_the_way_back_at_any_depth(
    open_context: Callable[..., BrowserContext], site_url: str
) -> None:
    page = open_context().new_page()
    replies: list[tuple[str, int]] = []
    page.on("response", lambda reply: replies.append((reply.url, reply.status)))
    page.goto(f"{site_url}q/nowhere/at/all/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not in the archive")
    assert [url for url, status in replies if status != 200] == [f"{site_url}q/nowhere/at/all/"]
    assert len(replies) > 1
    page.get_by_role("link", name="All questions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Questions")


def test_the_theme_follows_the_system_until_one_is_chosen_and_then_stays(visit: Visit) -> None:
    page = visit(color_scheme="light")
    light = paint(page, "html")
    page.emulate_media(color_scheme="dark")
    dark = paint(page, "html")
    assert light != dark

    switch = page.locator("button.theme")
    expect(switch).to_have_text("Theme: auto")
    switch.click()
    expect(switch).to_have_text("Theme: light")
    assert paint(page, "html") == light
    page.reload()
    expect(switch).to_have_text("Theme: light")
    assert paint(page, "html") == light
    switch.press("Enter")
    page.get_by_role("link", name="Questions", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Questions")
    page.emulate_media(color_scheme="light")
    expect(switch).to_have_text("Theme: dark")
    assert paint(page, "html") == dark


def test_the_skip_link_leads_past_the_head(visit: Visit) -> None:
    page = visit(f"q/{ANSWERED}/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_from_a_disk_links_lead_on_and_search_says_what_it_needs(visit_file: Visit) -> None:
    page = visit_file()
    page.get_by_role("link", name=QUESTION).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    page.locator(".sentence .cites a").first.click()
    expect(page.locator(".card:target")).to_have_count(1)
    page.locator(".card:target h3 a").click()
    expect(page.get_by_role("heading", name="Abstract")).to_be_visible()
    page.get_by_role("link", name="Search", exact=True).click()
    expect(page.locator("#local")).to_contain_text("Search needs a web server")
    expect(page.locator("#search")).to_be_hidden()
    page.get_by_role("link", name="All questions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Questions")


def test_a_preprint_can_be_cited(visit: Visit) -> None:
    page = visit(f"p/{PREPRINT}/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="cite.bib").click()
    text = waiting.value.path().read_text(encoding="utf-8")
    assert text.startswith("@")
    page.get_by_text("BibTeX", exact=True).click()
    assert page.locator("pre").first.inner_text().strip() == text.strip()
