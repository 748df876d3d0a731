"""The pages of the preprints, with their references and their feeds. Pure."""

from collections.abc import Iterator, Sequence
from functools import partial

from pipeline.records import Page, Preprint
from pipeline.render.cards import sentences_of
from pipeline.render.cite import render_bibtex, render_csl, render_ris
from pipeline.render.feeds import Feeds
from pipeline.render.groups import PageGroup
from pipeline.render.news import Event, concerns
from pipeline.render.overview import STRETCH, Overview, Use
from pipeline.render.press import Press
from pipeline.render.shelf import bring
from pipeline.render.structured import cite_preprint, describe_preprint
from pipeline.render.tex import to_text
from pipeline.render.views import Archive, original_url


def preprint_pages(archive: Archive, overview: Overview, press: Press, feeds: Feeds) -> Iterator[PageGroup]:
    """For every preprint a group with all that lies below its address."""
    news: dict[str, list[Event]] = {}
    for event in overview.events:
        for archive_id in {
            *(one.archive_id for one in event.answer.sources),
            *(one.archive_id for one in event.changes),
        }:
            if concerns(event, archive_id):
                news.setdefault(archive_id, []).append(event)
    ids = list(overview.preprints)
    for number, archive_id in enumerate(ids):
        uses, events = overview.uses.get(archive_id, ()), news.get(archive_id, [])
        stretch = ids[number - number % STRETCH :][:STRETCH]
        same_work = [(one.archive_id, one.archive_id in archive.preprints) for one in _same_work(archive, archive_id)]
        days = [overview.preprints[archive_id].updated, *(use.listed.answered_on for use in uses)]
        listed = [(f"p/{archive_id}/index.html", max(filter(None, days), default=None))]
        parts = (overview.preprint_keys[archive_id], uses, feeds.parts("", events), same_work)
        make = partial(_make, archive, press, feeds, archive_id, uses, events, stretch)
        yield press.group(f"p/{archive_id}/index.html", ("preprint",), parts, make, listed)


def _make(
    archive: Archive,
    press: Press,
    feeds: Feeds,
    archive_id: str,
    uses: Sequence[Use],
    events: Sequence[Event],
    stretch: Sequence[str],
) -> Iterator[Page]:
    """The files of one preprint; its neighbours are read along with it, since they are made next."""
    bring(archive.preprints, stretch)
    preprint = archive.preprints[archive_id]
    yield from _pages_of(archive, press, preprint, uses)
    title = f"Answers that rest on {archive_id}, {to_text(preprint.title)}"
    yield feeds.page(f"p/{archive_id}/feed.xml", title, events)


def _pages_of(archive: Archive, press: Press, preprint: Preprint, uses: Sequence[Use]) -> Iterator[Page]:
    archive_id = preprint.archive_id
    references = {
        "cite.bib": render_bibtex(preprint),
        "cite.ris": render_ris(preprint),
        "cite.json": render_csl(preprint),
    }
    yield press.page(
        f"p/{archive_id}/index.html",
        "preprint",
        title=to_text(preprint.title),
        description=f"{to_text(preprint.short_authors)}, {preprint.month[:4]}: {to_text(preprint.title)}",
        section="",
        modified=max(filter(None, [preprint.updated, *(use.listed.answered_on for use in uses)]), default=None),
        preprint=preprint,
        original_url=original_url(preprint),
        same_work=[(one, one.archive_id in archive.preprints) for one in _same_work(archive, archive_id)],
        resting=[use.listed for use in uses if use.cited],
        retrieving=[use.listed for use in uses if not use.cited],
        quoted=sentences_of(preprint, [one for use in uses for one in use.evidence]),
        references=references,
        metadata=cite_preprint(preprint),
        structured=describe_preprint(preprint, press.site),
    )
    for name, text in references.items():
        yield Page(f"p/{archive_id}/{name}", text.encode())


def _same_work(archive: Archive, archive_id: str) -> tuple[Preprint, ...]:
    return archive.same_work.get(archive_id, ())
