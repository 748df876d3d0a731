"""A built site of any size, named by ANTIGRAVITY_SITE: pages of every kind held to what holds for the small one.

ANTIGRAVITY_SITE=/srv/site pytest tests/browser/test_any_site.py
"""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from pipeline.serve import open_server
from tests.browser.conftest import Watch
from tests.browser.test_page_types import NARROW, WIDE, faults_of, violations_of

pytestmark = pytest.mark.browser

SITE = os.environ.get("ANTIGRAVITY_SITE", "")
if not SITE:
    pytest.skip("ANTIGRAVITY_SITE names no built site", allow_module_level=True)
KINDS = {
    "home": "",
    "question": "q/*/",
    "history": "q/*/history/",
    "revision": "q/*/r/1/",
    "preprint": "p/*/",
    "questions": "questions/",
    "topics": "topics/",
    "topic": "topics/[a-z]*/",
    "topic, further pages": "topics/*/[0-9]*/",
    "map": "map/",
    "categories": "categories/",
    "category": "categories/[a-zA-Z]*/",
    "category, further pages": "categories/*/[0-9]*/",
    "gaps": "gaps/",
    "gaps, further pages": "gaps/[0-9]*/",
    "status": "status/",
    "quality": "quality/",
    "about": "about/",
    "data": "data/",
    "search": "search/",
    "search, with results": "search/?q=quantum",
}
"""Addresses of pages of each kind, as patterns; the heaviest, the lightest and the middle one of those that fit are looked at."""


def pages_of(kind: str) -> list[str]:
    """Their addresses below the site's root."""
    pattern, _, query = KINDS[kind].partition("?")
    root = Path(SITE)
    found = sorted(root.glob(f"{pattern}index.html"), key=lambda file: (file.stat().st_size, file))
    chosen = dict.fromkeys(found[place] for place in (0, len(found) // 2, -1)) if found else {}
    return [f"{file.parent.relative_to(root).as_posix()}/{query and f'?{query}'}".removeprefix("./") for file in chosen]


@pytest.fixture(scope="module")
def any_site(browser: Browser) -> Iterator[str]:
    with open_server(Path(SITE), 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_every_kind_are_sound(
    kind: str, viewport: dict[str, int], scheme: str, any_site: str, open_context: Callable[..., BrowserContext]
) -> None:
    watch, paths = Watch(any_site), pages_of(kind)
    if not paths:
        pytest.skip(f"this site has no page like {KINDS[kind]}")
    for path in paths:
        page = open_context(color_scheme=scheme, viewport=viewport).new_page()
        watch.follow(page)
        page.goto(any_site + path, wait_until="networkidle")
        assert faults_of(page) == {}, path
        assert violations_of(page) == [], path
        page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        page.close()
    assert watch.errors == []
