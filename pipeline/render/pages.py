"""Every file of the site, one after the other, from what the archive holds. Pure but for reading the templates.

It is past 300 lines, since every address of the site stands in it, in the order of the sitemap.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2

from pipeline.errors import SiteError
from pipeline.export.dictionary import QUERY, DumpFile
from pipeline.records import Answer, Page, Preprint, Question, Topic
from pipeline.render.categories import category_name
from pipeline.render.cite import render_bibtex, render_ris
from pipeline.render.data import answer_document, render_answer_markdown, render_json
from pipeline.render.feeds import render_feed
from pipeline.render.markdown import render_markdown
from pipeline.render.tex import to_html, to_text
from pipeline.render.views import (
    Archive,
    Listed,
    PageView,
    SiteView,
    count_archive,
    evidence_of,
    list_question,
    original_url,
    view_cards,
    view_findings,
)
from pipeline.settings import SiteSettings

PREVIEW_ADDRESS = "http://127.0.0.1:8000/"
"""Stands in feed and sitemap while `site.base_url` is not set: where `antigravity serve` shows the site."""
NEWEST = 12

Html = Callable[..., bytes]


def render_site(
    archive: Archive, settings: SiteSettings, theme: str, templates: Path, dumps: Sequence[DumpFile] = ()
) -> Iterator[Page]:
    """Yield all files but the search index and the dumps. The same archive and templates give the same bytes.

    Raises SiteError where a template is missing or wrong.
    """
    if not (templates / "about.md").is_file() or not (templates / "assets").is_dir():
        raise SiteError(
            f"{templates} is no folder of templates", "mend render.templates; site_templates is the one here"
        )
    site = SiteView(settings.title, settings.base_url, settings.repository_url, settings.disclaimer, theme, bool(dumps))
    html = _renderer(site, templates)
    address = settings.base_url or PREVIEW_ADDRESS
    listed: list[tuple[str, date | None]] = []

    def page(path: str, template: str, modified: date | None = None, **context: Any) -> Page:
        listed.append((address + path.removesuffix("index.html"), modified))
        return Page(path, html(path, template, modified=modified, **context))

    yield from _list_pages(archive, page, templates)
    yield from _question_pages(archive, page, settings.disclaimer)
    yield from _preprint_pages(archive, page)
    if dumps:
        yield page(
            "data/index.html",
            "data",
            title="Data",
            description="The whole archive as files.",
            section="data",
            dumps=dumps,
            query=QUERY,
        )
    answered = [one for one in archive.questions if one.status == "active" and one.slug in archive.answers]
    plain = _environment(templates)
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
    yield Page(
        "feed.xml", render_feed(site, address, "feed.xml", site.title, [archive.answers[one.slug] for one in answered])
    )
    for topic in archive.topics.values():
        on_topic = [archive.answers[one.slug] for one in answered if topic.slug in one.topics]
        path = f"feeds/topics/{topic.slug}.xml"
        yield Page(path, render_feed(site, address, path, f"{site.title}: {topic.title}", on_topic))
    yield Page("sitemap.xml", plain.get_template("sitemap.xml.jinja").render(urls=listed).encode())
    yield Page("robots.txt", plain.get_template("robots.txt.jinja").render(sitemap=f"{address}sitemap.xml").encode())
    yield Page(".nojekyll", b"")
    yield Page(".gitkeep", b"")
    for asset in sorted((templates / "assets").iterdir()):
        yield Page(f"assets/{asset.name}", asset.read_bytes())


def _list_pages(archive: Archive, page: Callable[..., Page], templates: Path) -> Iterator[Page]:
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
        questions=[one for one in lists if one.status == "not_answered"],
    )
    yield page(
        "about/index.html",
        "about",
        title="About",
        description="How this archive works, and its limits.",
        section="about",
        body=render_markdown((templates / "about.md").read_text(encoding="utf-8"), links=True),
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


def _question_pages(archive: Archive, page: Callable[..., Page], disclaimer: str) -> Iterator[Page]:
    shown = {question.slug for question in archive.questions}
    for question in archive.questions:
        if question.merged_into not in shown:  # the other file is broken tonight: its page may not be there
            question = replace(question, merged_into=None)
        folder = f"q/{question.slug}"
        topics = [archive.topics[slug] for slug in question.topics if slug in archive.topics]
        answer = archive.answers.get(question.slug)
        body = render_markdown(question.body)
        common = {
            "title": question.question,
            "section": "questions",
            "question": question,
            "body": body,
            "topics": topics,
        }
        if answer is None or question.status == "retired":
            yield page(f"{folder}/index.html", "question_pending", description="A question of this archive.", **common)
            continue
        findings = view_findings(answer, archive.preprints)
        follow_ups = archive.follow_ups.get(question.slug, ())
        yield page(
            f"{folder}/index.html",
            "question",
            description=answer.opening,
            modified=answer.answered_on,
            answer=answer,
            findings=findings,
            cards=view_cards(answer, archive.preprints, findings),
            follow_ups=follow_ups,
            **common,
        )
        yield Page(f"{folder}/index.json", render_json(answer_document(answer, follow_ups)))
        yield Page(f"{folder}/index.md", render_answer_markdown(answer, follow_ups, disclaimer))


def _preprint_pages(archive: Archive, page: Callable[..., Page]) -> Iterator[Page]:
    users: dict[str, list[tuple[Question, Answer]]] = {}
    for question in archive.questions:
        if question.status == "active" and (answer := archive.answers.get(question.slug)):
            for source in answer.sources:
                users.setdefault(source.archive_id, []).append((question, answer))
    for archive_id, preprint in archive.preprints.items():
        bibtex, ris = render_bibtex(preprint), render_ris(preprint)
        using = users.get(archive_id, [])
        yield page(
            f"p/{archive_id}/index.html",
            "preprint",
            title=to_text(preprint.title),
            description=f"{to_text(preprint.short_authors)}, {preprint.month[:4]}: {to_text(preprint.title)}",
            section="",
            preprint=preprint,
            original_url=original_url(preprint),
            same_work=[(one, one.archive_id in archive.preprints) for one in archive.same_work.get(archive_id, ())],
            used_by=[list_question(archive, question) for question, _ in using],
            quoted=evidence_of(preprint, [answer for _, answer in using]),
            bibtex=bibtex,
            ris=ris,
        )
        yield Page(f"p/{archive_id}/cite.bib", bibtex.encode())
        yield Page(f"p/{archive_id}/cite.ris", ris.encode())


@cache
def _environment(templates: Path) -> jinja2.Environment:
    """One for each folder: its templates are compiled once, and again where a file changed."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.jinja", "xml.jinja")),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"tex": to_html, "plain": to_text}
    return environment


def _renderer(site: SiteView, templates: Path) -> Html:
    environment = _environment(templates)

    def html(
        path: str,
        template: str,
        *,
        title: str,
        description: str,
        section: str = "",
        root: str | None = None,
        modified: date | None = None,
        **context: Any,
    ) -> bytes:
        view = PageView(
            path=path,
            root="../" * path.count("/") if root is None else root,
            title=title,
            description=description,
            section=section,
            canonical=site.base_url + path.removesuffix("index.html") if site.base_url else "",
            modified=modified,
        )
        try:
            return environment.get_template(f"{template}.html.jinja").render(site=site, page=view, **context).encode()
        except jinja2.TemplateError as error:
            raise SiteError(
                f"{templates}/{template}.html.jinja can't make {path}: {error}",
                "mend the templates in render.templates",
            ) from error

    return html


def drop_drafts(questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions that the site shows."""
    return tuple(question for question in questions if question.status != "draft")
