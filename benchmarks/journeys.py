"""What people come to do, in a real browser over a built site of any size: how long each step takes and what it loads.

python benchmarks/journeys.py SITE [WORDS]

Prints one line a step: milliseconds by the clock until its last effect is seen, requests, and kB as they lie on the disk (the server
here sends them as they are). Each journey begins with an empty cache. The steps depend on one another only within a journey.
"""

import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from pipeline.serve import open_server
from tests.browser.conftest import ARGUMENTS, NAMES, PATIENCE

VIEWPORT = {"width": 1280, "height": 900}

Step = Callable[[Page, str, str], None]


def open_start(page: Page, root: str, words: str) -> None:
    page.goto(root, wait_until="networkidle")


def open_search(page: Page, root: str, words: str) -> None:
    page.goto(f"{root}search/", wait_until="networkidle")


def search(page: Page, root: str, words: str) -> None:
    page.locator("#q").fill(words)
    expect(page.locator("#found")).to_contain_text("found for")
    expect(page.locator("#results li").first).to_be_visible()


def keep_kind(page: Page, root: str, words: str) -> None:
    narrow(page, "kind", "question")


def keep_answered(page: Page, root: str, words: str) -> None:
    narrow(page, "status", "answered")


def narrow(page: Page, name: str, value: str) -> None:
    """Choose a filter and wait until the count of what was found is another one."""
    before = page.locator("#found").inner_text()
    page.select_option(f"select[name={name}]", value)
    expect(page.locator("#found")).not_to_have_text(before)
    expect(page.locator("#results li").first).to_be_visible()


def open_result(page: Page, root: str, words: str) -> None:
    page.locator("#results h2 a").first.click()
    expect(page.locator(".sentence .cites a").first).to_be_visible()


def open_evidence(page: Page, root: str, words: str) -> None:
    page.locator(".sentence .cites a").last.click()
    expect(page.locator(".card:target .evidence li").first).to_be_in_viewport()


def open_preprint(page: Page, root: str, words: str) -> None:
    page.locator(".card:target h3 a").first.click()
    expect(page).to_have_url(re.compile("/p/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def load_meaning(page: Page, root: str, words: str) -> None:
    page.get_by_role("button", name=re.compile("^By meaning")).click()
    page.locator("#q").fill(words)
    expect(page.locator("#meant li").first).to_be_visible(timeout=60_000)


def ask_again(page: Page, root: str, words: str) -> None:
    before = page.locator("#meant li").first.inner_text()
    page.locator("#q").fill("how fast do glaciers lose ice")
    expect(page.locator("#meant li").first).not_to_have_text(before)


def open_map(page: Page, root: str, words: str) -> None:
    page.goto(f"{root}map/", wait_until="networkidle")


def zoom_in(page: Page, root: str, words: str) -> None:
    for _ in range(3):
        page.locator("[data-zoom=in]").click()
    expect(page.locator("#map")).to_have_class(re.compile("zoomed"))


def point_at(page: Page, root: str, words: str) -> None:
    page.locator(".dot[data-to]").first.focus()
    expect(page.locator("#pointed b")).to_be_visible()


def arrow_on(page: Page, root: str, words: str) -> None:
    before = page.locator("#pointed").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#pointed")).not_to_have_text(before)


def follow_point(page: Page, root: str, words: str) -> None:
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/[pq]/"))


JOURNEYS: dict[str, tuple[Step, ...]] = {
    "words": (open_start, open_search, search, keep_kind, keep_answered, open_result, open_evidence, open_preprint),
    "filter alone": (open_search, keep_kind),
    "meaning": (open_search, load_meaning, ask_again),
    "map": (open_map, zoom_in, point_at, arrow_on, follow_point),
}


@contextmanager
def counted(page: Page) -> Iterator[list[int]]:
    """Sizes in bytes of the bodies that the page gets meanwhile."""
    sizes: list[int] = []

    def note(response: Response) -> None:
        sizes.append(int(response.headers.get("content-length", "0")))

    page.context.on("response", note)
    yield sizes
    page.context.remove_listener("response", note)


def walk(browser: Browser, root: str, words: str) -> Iterator[str]:
    for name, steps in JOURNEYS.items():
        context = browser.new_context(viewport=VIEWPORT)
        page = context.new_page()
        for step in steps:
            with counted(page) as sizes:
                start = time.perf_counter()
                step(page, root, words)
                took = time.perf_counter() - start
                page.wait_for_load_state("networkidle")
            label = step.__name__.replace("_", " ")
            yield f"| {name}: {label} | {took * 1000:.0f} | {len(sizes)} | {sum(sizes) / 1000:,.1f} |"
        context.close()


def main() -> None:
    site = Path(sys.argv[1])
    words = sys.argv[2] if len(sys.argv) > 2 else "quantum error correction"
    expect.set_options(timeout=PATIENCE)
    with open_server(site, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, NAMES))), args=list(ARGUMENTS)
        )
        for line in walk(browser, f"http://127.0.0.1:{server.server_port}/", words):
            print(line, flush=True)
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
