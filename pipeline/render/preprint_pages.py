"""The pages of the preprints, with their references and their feeds. Pure."""

from collections.abc import Callable, Iterator

from pipeline.records import Answer, Page, Preprint, Question
from pipeline.render.cards import evidence_of
from pipeline.render.cite import render_bibtex, render_csl, render_ris
from pipeline.render.news import Event, concerns
from pipeline.render.structured import cite_preprint, describe_preprint
from pipeline.render.tex import to_text
from pipeline.render.views import Archive, SiteView, list_question, original_url

MakePage = Callable[..., Page]
MakeFeed = Callable[..., Page]


def preprint_pages(
    archive: Archive, page: MakePage, feed: MakeFeed, events: tuple[Event, ...], site: SiteView
) -> Iterator[Page]:
    users: dict[str, list[tuple[Question, Answer]]] = {}
    for question in archive.questions:
        if question.status == "active" and (answer := archive.answers.get(question.slug)):
            for source in answer.sources:
                users.setdefault(source.archive_id, []).append((question, answer))
    news: dict[str, list[Event]] = {}
    for event in events:
        for archive_id in {
            *(one.archive_id for one in event.answer.sources),
            *(one.archive_id for one in event.changes),
        }:
            if concerns(event, archive_id):
                news.setdefault(archive_id, []).append(event)
    for archive_id, preprint in archive.preprints.items():
        yield from _pages_of(archive, page, preprint, users.get(archive_id, []), site)
        title = f"Answers that rest on {archive_id}, {to_text(preprint.title)}"
        yield feed(f"p/{archive_id}/feed.xml", title, news.get(archive_id, []))


def _pages_of(
    archive: Archive, page: MakePage, preprint: Preprint, using: list[tuple[Question, Answer]], site: SiteView
) -> Iterator[Page]:
    archive_id = preprint.archive_id
    references = {
        "cite.bib": render_bibtex(preprint),
        "cite.ris": render_ris(preprint),
        "cite.json": render_csl(preprint),
    }
    resting = [pair for pair in using if any(one.archive_id == archive_id and one.cited for one in pair[1].sources)]
    yield page(
        f"p/{archive_id}/index.html",
        "preprint",
        title=to_text(preprint.title),
        description=f"{to_text(preprint.short_authors)}, {preprint.month[:4]}: {to_text(preprint.title)}",
        section="",
        modified=max(filter(None, [preprint.updated, *(answer.answered_on for _, answer in using)]), default=None),
        preprint=preprint,
        metadata=cite_preprint(preprint),
        structured=describe_preprint(preprint, site),
        original_url=original_url(preprint),
        same_work=[(one, one.archive_id in archive.preprints) for one in archive.same_work.get(archive_id, ())],
        resting=[list_question(archive, question) for question, _ in resting],
        retrieving=[list_question(archive, pair[0]) for pair in using if pair not in resting],
        quoted=evidence_of(preprint, [answer for _, answer in using]),
        references=references,
    )
    for name, text in references.items():
        yield Page(f"p/{archive_id}/{name}", text.encode())
