"""Every file of the site, one after the other, from what the archive holds. Pure but for reading the templates."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from pipeline.records import Page, Preprint, Question, Topic
from pipeline.render.categories import category_name
from pipeline.render.feeds import render_feed
from pipeline.render.markdown import render_markdown
from pipeline.render.news import Event, read_events
from pipeline.render.pictures import Picture, draw, is_whole, picture_of_site
from pipeline.render.preprint_pages import preprint_pages
from pipeline.render.question_pages import question_pages, view_gaps
from pipeline.render.status_pages import status_pages
from pipeline.render.templates import OWN_STYLE, Templates
from pipeline.render.views import Archive, Listed, PageView, SiteView, count_archive, list_question
from pipeline.settings import SiteSettings

PREVIEW_ADDRESS = "http://127.0.0.1:8000/"
"""Stands in feed and sitemap while `site.base_url` is not set: where `antigravity serve` shows the site."""
NEWEST = 12

Html = Callable[..., bytes]
Published = Callable[[str], bytes | None]


def nothing_published(path: str) -> bytes | None:
    """There is no site yet."""
    return None


def render_site(
    archive: Archive, site: SiteView, templates: Templates, published: Published = nothing_published
) -> Iterator[Page]:
    """Yield all files but the search index and what lies at `/data/`. The same archive and templates give the same bytes.

    `published` gives the bytes that the site of today has at the address of a picture, so that it is not drawn again.
    Raises SiteError where a template is missing or wrong.
    """
    html = page_renderer(site, templates)
    address = site.base_url or PREVIEW_ADDRESS
    listed: list[tuple[str, date | None]] = []

    pictures: dict[str, Picture] = {}
    common = picture_of_site(site.title)

    def page(path: str, template: str, picture: Picture = common, **context: Any) -> Page:
        if context.get("indexed", True):
            listed.append((address + path.removesuffix("index.html"), context.get("modified")))
        if site.base_url:
            pictures[picture.path] = picture
        return Page(path, html(path, template, picture=picture if site.base_url else None, **context))

    states = {
        (slug, answer.revision): archive.states[slug].name
        for slug, answer in archive.answers.items()
        if slug in archive.states
    }

    def feed(path: str, title: str, events: Sequence[Event]) -> Page:
        return Page(path, render_feed(site, address, path, title, events, states))

    events = read_events(archive)
    yield from _list_pages(archive, page, templates)
    yield from question_pages(archive, page, site)
    yield from preprint_pages(archive, page, feed, events, site)
    yield from status_pages(archive, page)
    if site.has_data:
        listed.append((f"{address}data/", None))
    yield feed("feed.xml", site.title, [one for one in events if one.kind in ("new", "gap_closed")])
    yield feed("feeds/revised.xml", f"{site.title}: revised answers", [one for one in events if one.kind != "new"])
    topics_of = {question.slug: question.topics for question in archive.questions}
    for topic in archive.topics.values():
        on_topic = [one for one in events if topic.slug in topics_of[one.answer.slug]]
        yield feed(f"feeds/topics/{topic.slug}.xml", f"{site.title}: {topic.title}", on_topic)
    yield Page(
        "404.html",
        html(
            "404.html",
            "404",
            title="Not found",
            description="This page is not in the archive.",
            root=urlsplit(address).path,
        ),
    )
    for name, context in (("sitemap.xml", {"urls": listed}), ("robots.txt", {"sitemap": f"{address}sitemap.xml"})):
        yield Page(name, templates.render(f"{name}.jinja", name, context).encode())
    for path, picture in pictures.items():
        known = published(path)
        yield Page(path, known if known and is_whole(known) else draw(picture))
    yield Page(".nojekyll", b"")
    yield Page(".gitkeep", b"")
    for name, asset in templates.assets().items():
        yield Page(f"assets/{name}", asset.read_bytes())


def view_site(settings: SiteSettings, theme: str, templates: Templates, has_data: bool) -> SiteView:
    """What every page knows of the site. Raises SiteError where there are no templates."""
    templates.check()
    own_style = OWN_STYLE in templates.assets()
    return SiteView(
        settings.title, settings.base_url, settings.repository_url, settings.disclaimer, theme, has_data, own_style
    )


def _list_pages(archive: Archive, page: Callable[..., Page], templates: Templates) -> Iterator[Page]:
    active = [question for question in archive.questions if question.status == "active"]
    lists = [list_question(archive, question) for question in active]
    answered = sorted(
        (one for one in lists if one.answered_on), key=lambda one: one.answered_on or date.min, reverse=True
    )
    by_topic = [(topic, [one for one in lists if topic in one.topics]) for topic in archive.topics.values()]
    counts = count_archive(archive)
    newest = max((one.answered_on for one in answered if one.answered_on), default=None)
    yield page(
        "index.html",
        "home",
        title="",
        description="Research questions answered from preprints, every sentence checked against the preprint that it cites.",
        section="home",
        modified=newest,
        counts=counts,
        latest=answered[:NEWEST],
        revised=[one for one in answered if one.revision > 1][:NEWEST],
        topics=_used(by_topic),
    )
    yield page(
        "questions/index.html",
        "questions",
        title="Questions",
        description="All questions of this archive, by topic.",
        section="questions",
        modified=newest,
        questions=lists,
        groups=[(topic, found) for topic, found in by_topic if found],
    )
    yield from _topic_pages(by_topic, page)
    yield from _category_pages(archive, page)
    yield page(
        "gaps/index.html",
        "gaps",
        title="Gaps",
        description="What this archive cannot answer yet.",
        section="questions",
        modified=newest,
        gaps=view_gaps(archive),
        untried=[one for one in lists if one.status == "pending"],
    )
    yield page(
        "about/index.html",
        "about",
        title="About",
        description="How this archive works, and its limits.",
        section="about",
        body=render_markdown(templates.read_text("about.md"), links=True),
        counts=counts,
        models=archive.models,
    )
    yield page("search/index.html", "search", title="Search", description="Full-text search.", section="search")


def _topic_pages(by_topic: Sequence[tuple[Topic, list[Listed]]], page: Callable[..., Page]) -> Iterator[Page]:
    yield page(
        "topics/index.html",
        "topics",
        title="Topics",
        description="Topics of the questions.",
        section="topics",
        topics=_used(by_topic),
    )
    for topic, found in by_topic:
        yield page(
            f"topics/{topic.slug}/index.html",
            "topic",
            title=topic.title,
            description=topic.description,
            section="topics",
            topic=topic,
            questions=found,
            modified=max((one.answered_on for one in found if one.answered_on), default=None),
        )


def _used(by_topic: Sequence[tuple[Topic, list[Listed]]]) -> list[tuple[Topic, int]]:
    """The topics that have a question, with how many."""
    return [(topic, len(found)) for topic, found in by_topic if found]


def _category_pages(archive: Archive, page: Callable[..., Page]) -> Iterator[Page]:
    categories: dict[str, list[Preprint]] = {}
    for preprint in archive.preprints.values():
        for code in preprint.categories:
            categories.setdefault(code, []).append(preprint)
    codes = sorted(categories)
    yield page(
        "categories/index.html",
        "categories",
        title="Categories",
        description="Preprints that answers rest on, by category.",
        section="categories",
        categories=[(code, category_name(code), len(categories[code])) for code in codes],
    )
    for code in codes:
        yield page(
            f"categories/{code}/index.html",
            "category",
            title=f"{code} preprints",
            description=f"Preprints in {code} that answers rest on.",
            section="categories",
            category=code,
            name=category_name(code),
            preprints=categories[code],
        )


def page_renderer(site: SiteView, templates: Templates) -> Html:
    """Makes a page of a template, given its path, its title and what the template needs."""

    def html(
        path: str,
        template: str,
        *,
        title: str,
        description: str,
        section: str = "",
        root: str | None = None,
        modified: date | None = None,
        indexed: bool = True,
        canonical: str | None = None,
        picture: Picture | None = None,
        **context: Any,
    ) -> bytes:
        own = path.removesuffix("index.html")
        view = PageView(
            path=path,
            root="../" * path.count("/") if root is None else root,
            title=title,
            description=description,
            section=section,
            canonical=site.base_url + (canonical or own) if site.base_url else "",
            address=site.base_url + own if site.base_url else "",
            modified=modified,
            indexed=indexed,
            picture=picture,
        )
        return templates.render(f"{template}.html.jinja", path, {**context, "site": site, "page": view}).encode()

    return html


def drop_drafts(questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions that the site shows."""
    return tuple(question for question in questions if question.status != "draft")
