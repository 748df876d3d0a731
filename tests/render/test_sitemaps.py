"""The map of the site, in one file or in several."""

from datetime import date

from lxml import etree

from pipeline.render.press import Press
from pipeline.render.sitemaps import render_sitemaps
from pipeline.render.templates import Templates
from pipeline.render.views import SiteView
from tests.render.samples import TEMPLATES

PRESS = Press(SiteView("Site", "https://example.org/", "", "", "auto"), Templates(TEMPLATES))
LISTED = [(f"https://example.org/{n}&/", date(2024, 1, n + 1) if n % 2 else None) for n in range(5)]
NAME = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def urls(content: bytes) -> list[tuple[str | None, str | None]]:
    return [(one.findtext(f"{NAME}loc"), one.findtext(f"{NAME}lastmod")) for one in etree.fromstring(content)]


def test_what_fits_into_one_file_is_one() -> None:
    [page] = render_sitemaps(LISTED, PRESS, limit=5)
    assert page.path == "sitemap.xml"
    assert urls(page.content)[:2] == [("https://example.org/0&/", None), ("https://example.org/1&/", "2024-01-02")]


def test_more_goes_into_several_with_an_index_that_tells_the_newest_day_of_each() -> None:
    *parts, index = render_sitemaps(LISTED, PRESS, limit=2)
    assert [part.path for part in parts] == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml"]
    assert [loc for part in parts for loc, _ in urls(part.content)] == [loc for loc, _ in LISTED]
    assert index.path == "sitemap.xml"
    assert etree.fromstring(index.content).tag == f"{NAME}sitemapindex"
    assert urls(index.content) == [
        ("https://example.org/sitemap-1.xml", "2024-01-02"),
        ("https://example.org/sitemap-2.xml", "2024-01-04"),
        ("https://example.org/sitemap-3.xml", None),
    ]
