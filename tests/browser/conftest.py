"""A real Chromium over the real site, served on loopback below a sub-path, or opened from its files."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from pipeline.serve import open_server
from tests.real_site import SUB_PATH, RealSite

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""As in `make chromium`."""
PATIENCE = 20_000
"""Milliseconds: a machine that does other things too is slow, not wrong."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("NO CHROMIUM on this machine: run make chromium, or install it with your system's packages")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site_url(browser: Browser, real_site: RealSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site's address, ending in a slash: below a sub-path, with its own 404 page as the host's.

    The browser is asked for first: without one, no test waits for the night.
    """
    host = tmp_path_factory.mktemp("host")
    (host / SUB_PATH).parent.mkdir(parents=True)
    (host / SUB_PATH).symlink_to(real_site.folder)
    (host / "404.html").symlink_to(real_site.folder / "404.html")
    (host / "index.html").write_text("the host's own page", encoding="utf-8")
    with open_server(host, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{SUB_PATH}/"
        server.shutdown()


@pytest.fixture(scope="session")
def site_files(browser: Browser, real_site: RealSite) -> Path:
    """The folder of the site, to be opened from the disk; the browser is asked for first here too."""
    return real_site.folder


@dataclass(slots=True)
class Watch:
    """What no page may do: say an error, fail to load something, ask another host."""

    home: str
    """How every address that may be asked for begins."""
    errors: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", lambda said: self._said(said))
        page.on("pageerror", lambda error: self._note(True, f"error: {error}"))
        page.on("request", lambda asked: self._note(not asked.url.startswith((self.home, "data:")), f"{asked.url}"))
        page.on("requestfailed", lambda asked: self._failed(asked))

    def _said(self, said: ConsoleMessage) -> None:
        wrong = said.type in ("error", "warning") and not _is_icon_offline(said.location["url"], said.text)
        self._note(wrong, f"{said.type}: {said.text}")

    def _failed(self, asked: Request) -> None:
        # a load that a click elsewhere breaks off is no failure
        wrong = asked.failure != "net::ERR_ABORTED" and not _is_icon_offline(asked.url, asked.failure or "")
        self._note(wrong, f"{asked.url}: {asked.failure}")

    def _note(self, wrong: bool, text: str) -> None:
        if wrong:
            self.errors.append(text)


def _is_icon_offline(url: str, text: str) -> bool:
    """The browser asks for a page's icon when it pleases, so maybe only once a test has taken its network away."""
    return url.endswith("/assets/icon.svg") and "net::ERR_INTERNET_DISCONNECTED" in text


Visit = Callable[..., Page]


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Contexts of the browser, with Playwright's options, closed after the test."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        context = browser.new_context(reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def visit(open_context: Callable[..., BrowserContext], site_url: str) -> Iterator[Visit]:
    """Open a page of the served site, in a context with Playwright's options; in the end no page may have done wrong."""
    watch = Watch(site_url)

    def open_page(path: str = "", **options: Any) -> Page:
        page = open_context(**options).new_page()
        watch.follow(page)
        page.goto(site_url + path)
        return page

    yield open_page
    assert watch.errors == []


@pytest.fixture
def visit_file(open_context: Callable[..., BrowserContext], site_files: Path) -> Iterator[Visit]:
    """The same from the disk."""
    watch = Watch(site_files.as_uri() + "/")

    def open_page(file: str = "index.html", **options: Any) -> Page:
        page = open_context(**options).new_page()
        watch.follow(page)
        page.goto((site_files / file).as_uri())
        return page

    yield open_page
    assert watch.errors == []
