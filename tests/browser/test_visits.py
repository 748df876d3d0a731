"""What is new since the last visit is told from the browser's own memory."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pipeline.render.site import publish
from tests.render.samples import ACCURACY, REEFS, archive, render

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The list of questions, whose answers are of 1 and 2 June 2024."""
    output: Path = tmp_path_factory.mktemp("visits") / "site"
    publish(render(archive()), output, with_search=False)
    return (output / "questions" / "index.html").as_uri()


@pytest.fixture
def visit(open_context: Callable[..., BrowserContext], questions: str) -> Callable[[str], Page]:
    context = open_context()

    def on_day(day: str) -> Page:
        page = context.new_page()
        page.clock.set_fixed_time(f"{day}T12:00:00Z")
        page.goto(questions)
        return page

    return on_day


def news(page: Page) -> set[str]:
    """The questions that are called new."""
    links = page.locator(".listed:has(.news) a[href*='/q/']")
    return {(link.get_attribute("href") or "").split("/")[-2] for link in links.all()}


def test_an_answer_is_new_where_it_is_younger_than_the_last_visit(visit: Callable[[str], Page]) -> None:
    assert news(visit("2024-06-01")) == set()  # a first visit has nothing to compare with
    page = visit("2024-06-03")
    assert news(page) == {ACCURACY.slug}
    expect(page.locator(".news").first).to_have_text("new since your last visit")
    assert news(visit("2024-06-03")) == {ACCURACY.slug}  # as long as the visit's day lasts
    assert news(visit("2024-06-04")) == set()


def test_every_answer_since_a_visit_long_ago_is_new(visit: Callable[[str], Page]) -> None:
    visit("2024-05-01")
    assert news(visit("2024-07-01")) == {ACCURACY.slug, REEFS.slug}
