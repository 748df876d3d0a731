"""Atom feeds of what happened to the answers, by feedgen. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time

from feedgen.feed import FeedGenerator

from pipeline.history import only_retrieved
from pipeline.records import Answer, Page, Preprint, StateName
from pipeline.render.groups import PageGroup
from pipeline.render.news import STATES, Event, EventKind, order_of_news, tell_reasons
from pipeline.render.overview import Overview
from pipeline.render.press import Press
from pipeline.render.tex import to_text
from pipeline.render.views import SiteView

ENTRIES = 50
TITLES: dict[EventKind, str] = {
    "new": "{question}",
    "revised": "Revised: {question}",
    "gap_closed": "Now answered: {question}",
    "gap_opened": "No longer answered: {question}",
}


class Feeds:
    """Makes the feeds of one site."""

    def __init__(self, overview: Overview, press: Press) -> None:
        self.site = press.site
        self._press = press
        self._preprints = overview.preprints
        listed = [note.listed for note in overview.active]
        self._states = {(one.slug, one.revision): one.state for one in listed if one.state != "fresh"}

    def group(self, path: str, title: str, events: Sequence[Event]) -> PageGroup:
        """A feed by itself."""
        return self._press.group(path, (), self.parts(title, events), lambda: [self.page(path, title, events)])

    def parts(self, title: str, events: Sequence[Event]) -> object:
        """Everything that the feed of these events is made of."""
        shown = newest_of(events)
        states = [self._states.get((one.answer.slug, one.answer.revision)) for one in shown]
        return title, shown, states, [tell_reasons(one.changes, self._preprints) for one in shown]

    def page(self, path: str, title: str, events: Sequence[Event]) -> Page:
        raw = render_feed(self.site, self._press.address, path, title, events, self._states, self._preprints)
        return Page(path, raw)


def newest_of(events: Sequence[Event]) -> list[Event]:
    """Those that a feed holds, newest first."""
    told = [event for event in events if event.kind != "quiet"]
    return sorted(told, key=order_of_news, reverse=True)[:ENTRIES]


def render_feed(
    site: SiteView,
    address: str,
    path: str,
    title: str,
    events: Sequence[Event],
    states: Mapping[tuple[str, int], StateName],
    preprints: Mapping[str, Preprint],
) -> bytes:
    """The newest events first, each as its own entry that never changes but for the state of a newest answer.

    `address` is the site's, absolute, ending in a slash; `path` is the feed's below it. `states` has the answers that are
    not fresh, by slug and revision; the state is the entry's category. `preprints` are those that have a page.
    """
    newest = newest_of(events)
    feed = FeedGenerator()
    feed.id(address + path)
    feed.title(title)
    feed.subtitle(site.disclaimer)
    feed.author(name=site.title)
    feed.link(href=address, rel="alternate")
    feed.link(href=address + path, rel="self")
    feed.updated(_moment(newest[0].answer) if newest else datetime(1970, 1, 1, tzinfo=UTC))
    for event in newest:
        answer = event.answer
        entry = feed.add_entry(order="append")
        page = f"{address}q/{answer.slug}/"
        entry.id(page if event.kind == "new" else f"{page}r/{answer.revision}/")
        entry.title(TITLES[event.kind].format(question=answer.question))
        entry.link(href=page, rel="alternate")
        entry.published(_moment(answer))
        entry.updated(_moment(answer))
        entry.summary(tell_event(event, preprints))
        state = states.get((answer.slug, answer.revision), "fresh")
        if state != "fresh":
            entry.category(term=state, label=STATES[state], scheme=f"{address}about/#states")
    return bytes(feed.atom_str(pretty=True))


def tell_event(event: Event, preprints: Mapping[str, Preprint]) -> str:
    """The answer in short, after why it is another one."""
    answer = event.answer
    grave = [one for one in event.changes if not only_retrieved(one)]
    beside = len(event.changes) - len(grave)
    told = [reason.sentence for reason in tell_reasons(tuple(grave), preprints)]
    if beside:
        told.append(f"{beside} {'preprint' if beside == 1 else 'preprints'} that no sentence cites came or went")
    reasons = "; ".join(told)
    why = f"Revision {answer.revision}, because: {reasons}. " if reasons else ""
    return why + to_text(f"{answer.opening} {answer.bottom_line}")


def _moment(answer: Answer) -> datetime:
    return datetime.combine(answer.answered_on, time(), UTC)
