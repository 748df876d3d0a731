"""The Atom feed, by feedgen. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from feedgen.feed import FeedGenerator

from pipeline.records import Answer
from pipeline.render.tex import to_text
from pipeline.render.views import SiteView

ENTRIES = 50


def render_feed(site: SiteView, address: str, path: str, title: str, answers: Sequence[Answer]) -> bytes:
    """Newest answers first. `address` is the site's, absolute, ending in a slash; `path` is the feed's below it."""
    newest = sorted(answers, key=lambda answer: (answer.answered_on, answer.slug), reverse=True)[:ENTRIES]
    feed = FeedGenerator()
    feed.id(address + path)
    feed.title(title)
    feed.subtitle(site.disclaimer)
    feed.author(name=site.title)
    feed.link(href=address, rel="alternate")
    feed.link(href=address + path, rel="self")
    feed.updated(_moment(newest[0]) if newest else datetime(1970, 1, 1, tzinfo=UTC))
    for answer in newest:
        entry = feed.add_entry(order="append")
        entry.id(f"{address}q/{answer.slug}/")
        entry.title(answer.question)
        entry.link(href=f"{address}q/{answer.slug}/", rel="alternate")
        entry.updated(_moment(answer))
        entry.summary(to_text(f"{answer.opening} {answer.bottom_line}"))
    return bytes(feed.atom_str(pretty=True))


def _moment(answer: Answer) -> datetime:
    return datetime.combine(answer.answered_on, time(), UTC)
