"""Formulas in a real browser: drawn, inside the page's width, silent, and found by what they say."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pipeline.render.site import publish
from pipeline.serve import open_server
from tests.browser.conftest import Watch
from tests.browser.test_page_types import NARROW, WIDE, violations_of
from tests.render.samples import ACCURACY, ANSWERED, COSTS, NETWORKS, archive, render

pytestmark = pytest.mark.browser

TITLE = r"Schr{\"o}dinger waves at $10^{-3}$ eV in Ru$^{5+}$, and $\ours_1$"
LONG = "+".join(f"a_{{{number}}}" for number in range(60))
ABSTRACT = rf"""
The sum ${LONG}$ is long, and so is \[ {LONG} = \frac{{1}}{{2}} \] here. A matrix $\begin{{pmatrix}}1&0\\0&1\end{{pmatrix}}$,
a root $\sqrt{{\frac{{x}}{{y}}}}$, cases $\begin{{cases}} 1 & x>0 \\ 0 & x<0 \end{{cases}}$, {"very" * 30}$n$long, and
$\hspace{{90em}}x\kern-90em \raisebox{{40em}}{{y}} \color{{red}} z$, and $\ourcommand{{{"y" * 300}}}$ as it was written.
"""


@pytest.fixture(scope="module")
def address(browser: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served site whose preprint and answer are full of formulas."""
    raw = " ".join(ABSTRACT.split())
    preprint = replace(COSTS, title=TITLE, abstract=raw, authors=(r"M. M\"uller",), withdrawn=None, retold=False)
    finding = ANSWERED.findings[1]
    answer = replace(
        ANSWERED,
        findings=(replace(finding, sentences=(replace(finding.sentences[0], text=raw, verdict="supported"),)),),
        bottom_line=TITLE,
        sources=tuple(replace(one, title=TITLE) for one in ANSWERED.sources),
    )
    listed = replace(NETWORKS, title=f"The sum ${LONG}$")
    preprints = {**archive().preprints, **{one.archive_id: one for one in (preprint, listed)}}
    whole = archive(answers={ACCURACY.slug: answer}, preprints=preprints)
    output: Path = tmp_path_factory.mktemp("formulas") / "site"
    publish(render(whole), output, with_search=True)
    with open_server(output, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def opened(open_context: Callable[..., BrowserContext], address: str) -> Iterator[Callable[..., Page]]:
    watch = Watch(address)

    def open_page(path: str, screen: dict[str, int]) -> Page:
        page = open_context(viewport=screen).new_page()
        watch.follow(page)
        page.goto(address + path)
        return page

    yield open_page
    assert watch.errors == []


PATHS = [f"p/{COSTS.archive_id}/", f"q/{ACCURACY.slug}/"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("screen", [NARROW, WIDE], ids=["narrow", "wide"])
def test_no_formula_widens_the_page_or_stands_over_other_text(
    path: str, screen: dict[str, int], opened: Callable[..., Page]
) -> None:
    page = opened(path, screen)
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
    assert page.locator("main math").count() > 4
    outside = page.evaluate(
        """() => [...document.querySelectorAll("main math *")].filter((one) => {
             const box = one.getBoundingClientRect();
             const holder = one.closest("p, h1, h2, h3, li").getBoundingClientRect();
             return box.height > 0 && (box.top < holder.top - 20 || box.bottom > holder.bottom + 20);
           }).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert outside == []


def test_a_long_formula_scrolls_by_itself(opened: Callable[..., Page]) -> None:
    page = opened(PATHS[0], NARROW)
    scrolling = page.evaluate(
        """() => [...document.querySelectorAll(".formula")].filter((one) => one.scrollWidth > one.clientWidth + 1).length"""
    )
    assert scrolling >= 2


REACHED = """() => [...document.querySelectorAll("main .formula")].filter((one) => one.clientWidth)
  .map((one) => [one.scrollWidth > one.clientWidth, one.tabIndex === 0])"""
"""Of each formula that is shown in a box of its own: whether it scrolls, and whether the keyboard stops at it."""


@pytest.mark.parametrize("path", PATHS)
def test_the_keyboard_stops_at_formulas_that_scroll_and_at_no_others(path: str, opened: Callable[..., Page]) -> None:
    page = opened(path, NARROW)
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    page.wait_for_function(f"({REACHED})().every(([scrolls, reached]) => scrolls === reached)")
    assert [True, True] in page.evaluate(REACHED)
    page.set_viewport_size({"width": 20_000, "height": 600})
    page.wait_for_function(f"({REACHED})().every(([scrolls, reached]) => scrolls === reached)")
    assert violations_of(page) == []


def test_a_formula_in_a_link_is_no_stop_of_its_own(opened: Callable[..., Page]) -> None:
    page = opened("categories/quant-ph/", {"width": 300, "height": 600})
    assert page.locator("a .formula").count() > 0
    assert page.locator("a [tabindex]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 300
    assert violations_of(page) == []


def test_what_belongs_to_a_formula_stays_on_its_line(opened: Callable[..., Page]) -> None:
    for width in range(300, 400, 7):
        page = opened(PATHS[0], {"width": width, "height": 600})
        lines = page.evaluate(
            """() => [...document.querySelectorAll("h1 .whole")].map((one) => one.getClientRects().length)"""
        )
        assert lines == [1], width


def test_a_search_finds_a_preprint_by_a_formula_and_names_it_in_text(opened: Callable[..., Page]) -> None:
    page = opened("search/", WIDE)
    page.locator("#q").fill("10⁻³ Schrödinger")
    link = page.locator("#results").get_by_role("link", name="Schrödinger waves at 10⁻³ eV in Ru⁵⁺, and ours_1")
    expect(link).to_be_visible()
