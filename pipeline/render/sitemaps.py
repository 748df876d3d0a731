"""The map of the site for search engines: one file, or an index of several where one may not hold it all. Pure."""

from collections.abc import Iterator, Sequence

from pipeline.records import Page
from pipeline.render.press import Listing, Press

LIMIT = 50_000
"""Addresses that one file may hold (sitemaps.org)."""


def render_sitemaps(listed: Sequence[Listing], press: Press, limit: int = LIMIT) -> Iterator[Page]:
    """`sitemap.xml`, and the `sitemap-N.xml` that it leads to where there are more than `limit` addresses."""
    if len(listed) <= limit:
        yield Page("sitemap.xml", press.text("sitemap.xml", urls=listed))
        return
    parts = [listed[start : start + limit] for start in range(0, len(listed), limit)]
    maps = []
    for number, part in enumerate(parts, 1):
        yield Page(f"sitemap-{number}.xml", press.text(f"sitemap-{number}.xml", "sitemap.xml", urls=part))
        maps.append((f"{press.address}sitemap-{number}.xml", max((day for _, day in part if day), default=None)))
    yield Page("sitemap.xml", press.text("sitemap.xml", "sitemap_index.xml", maps=maps))
