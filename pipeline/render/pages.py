"""Every file of the site, in groups that are made of the same things, from what the archive holds. Pure but for reading the templates."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from pipeline.meaning.keep import Findable
from pipeline.records import Page, Question
from pipeline.render.feeds import Feeds
from pipeline.render.groups import PageGroup, single
from pipeline.render.list_pages import list_pages
from pipeline.render.map_view import view_map
from pipeline.render.markdown import render_markdown
from pipeline.render.meaning_files import meaning_files
from pipeline.render.news import Event
from pipeline.render.overview import Overview, count_archive, read_overview
from pipeline.render.pictures import Picture, draw
from pipeline.render.preprint_pages import preprint_pages
from pipeline.render.press import Press
from pipeline.render.question_pages import question_pages
from pipeline.render.sitemaps import render_sitemaps
from pipeline.render.status_pages import status_pages
from pipeline.render.templates import OWN_STYLE, Templates
from pipeline.render.views import Archive, Counts, SiteView, TextView
from pipeline.settings import SiteSettings

HEADING = re.compile(r"^## (.+?) \{#([\w-]+)\}$", re.MULTILINE)
NOTHING = Findable()
"""Of an archive without vectors."""


def render_site(
    archive: Archive, site: SiteView, templates: Templates, findable: Findable = NOTHING
) -> Iterator[PageGroup]:
    """Yield all files but the search index and what lies at `/data/`. The same archive and templates give the same bytes.

    Raises SiteError where a template is missing or wrong.
    """
    press = Press(site, templates)
    overview = read_overview(archive, site.title)
    counts = count_archive(archive, overview)
    feeds = Feeds(overview, press)
    yield from list_pages(archive, overview, counts, press)
    yield from question_pages(archive, overview, press)
    yield from preprint_pages(archive, overview, press, feeds)
    yield from status_pages(archive, overview.tallies, press)
    yield from _single_pages(archive, counts, press, templates)
    yield from _finding_pages(archive, findable, press)
    yield from _feeds(archive, overview, feeds)
    yield from _pictures(overview, press)
    yield press.group("sitemap.xml", (), press.listed, lambda: render_sitemaps(press.listed, press))
    yield single(Page("robots.txt", press.text("robots.txt", sitemap=f"{press.address}sitemap.xml")))
    yield single(Page(".nojekyll", b""))
    yield single(Page(".gitkeep", b""))
    for name, asset in templates.assets().items():
        yield single(Page(f"assets/{name}", asset.read_bytes()))


def view_site(settings: SiteSettings, theme: str, templates: Templates, has_data: bool) -> SiteView:
    """What every page knows of the site. Raises SiteError where there are no templates."""
    templates.check()
    own_style = OWN_STYLE in templates.assets()
    return SiteView(
        settings.title, settings.base_url, settings.repository_url, settings.disclaimer, theme, has_data, own_style
    )


def view_text(markdown: str) -> TextView:
    """A long text with its contents: the headings of the second level that have an id."""
    opening, mark, rest = markdown.partition("\n## ")
    return TextView(
        render_markdown(opening, links=True),
        render_markdown(mark + rest, links=True),
        tuple(HEADING.findall(markdown)),
    )


def drop_drafts(questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions that the site shows."""
    return tuple(question for question in questions if question.status != "draft")


def _single_pages(archive: Archive, counts: Counts, press: Press, templates: Templates) -> Iterator[PageGroup]:
    yield press.single(
        "about/index.html",
        "about",
        title="About",
        description="How this archive works, and its limits.",
        section="about",
        text=view_text(templates.read_text("about.md")),
        counts=counts,
        models=archive.models,
    )
    if press.site.has_data:  # data_page.py makes it, once all else is there
        press.listed.append((f"{press.address}data/", None))
    yield press.single(
        "404.html",
        "404",
        title="Not found",
        description="This page is not in the archive.",
        root=urlsplit(press.address).path,
        indexed=False,
    )


def _finding_pages(archive: Archive, findable: Findable, press: Press) -> Iterator[PageGroup]:
    """The search page with the files that it searches by meaning, and the map."""
    files = meaning_files(findable.table, findable.targets, findable.vectors) if findable.table else None
    yield press.single(
        "search/index.html",
        "search",
        title="Search",
        description="Search by words and by meaning.",
        section="search",
        meaning=replace(files, pages=()) if files else None,
    )
    yield from map(single, files.pages if files else ())
    yield press.single(
        "map/index.html",
        "map",
        title="Map",
        description="Questions and the preprints that their answers cite, near where they mean the same.",
        section="topics",
        map=view_map(findable.targets, findable.points, archive.topics, archive.follow_ups),
    )


def _pictures(overview: Overview, press: Press) -> Iterator[PageGroup]:
    """What other sites show beside a link; each once, though two pages may have the same."""
    if not press.site.base_url:
        return
    pictures = [press.picture, *(note.picture for note in overview.questions.values() if note.picture)]
    for path, picture in {picture.path: picture for picture in pictures}.items():
        yield press.group(path, (), picture, partial(_draw, picture))


def _draw(picture: Picture) -> Iterator[Page]:
    yield Page(picture.path, draw(picture))


def _feeds(archive: Archive, overview: Overview, feeds: Feeds) -> Iterator[PageGroup]:
    events = overview.events
    title = feeds.site.title
    yield feeds.group("feed.xml", title, [one for one in events if one.kind in ("new", "gap_closed")])
    yield feeds.group("feeds/revised.xml", f"{title}: revised answers", [one for one in events if one.kind != "new"])
    by_topic: dict[str, list[Event]] = {slug: [] for slug in archive.topics}
    for event in events:
        for slug in overview.questions[event.answer.slug].question.topics:
            if slug in by_topic:
                by_topic[slug].append(event)
    for topic in archive.topics.values():
        yield feeds.group(f"feeds/topics/{topic.slug}.xml", f"{title}: {topic.title}", by_topic[topic.slug])
