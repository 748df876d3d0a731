"""The pages that lead to others: start page, questions, topics, categories, gaps. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.records import Preprint, Topic
from pipeline.render.categories import category_name
from pipeline.render.groups import PageGroup
from pipeline.render.overview import Overview
from pipeline.render.pager import in_pages
from pipeline.render.press import Press
from pipeline.render.question_pages import view_gaps
from pipeline.render.views import Archive, Counts, Listed

NEWEST = 12
"""Answers on the start page."""
LARGEST = 24
"""Topics on the start page, the largest ones where there are more."""
WHOLE = 200
"""Questions up to which /questions/ shows them all; of more it shows some of each topic."""
FEWEST = 3
"""Questions that each topic shows there at least."""
PAGE = 50
"""Questions, or gaps, on a page."""
PREPRINTS = 100
"""Preprints on a page."""

ByTopic = Sequence[tuple[Topic, list[Listed]]]


def list_pages(archive: Archive, overview: Overview, counts: Counts, press: Press) -> Iterator[PageGroup]:
    lists = [note.listed for note in overview.active]
    answered = sorted(
        (one for one in lists if one.answered_on), key=lambda one: one.answered_on or date.min, reverse=True
    )
    by_topic = [(topic, [one for one in lists if topic in one.topics]) for topic in archive.topics.values()]
    newest = answered[0].answered_on if answered else None
    used = [(topic, found) for topic, found in by_topic if found]
    yield press.single(
        "index.html",
        "home",
        title="",
        description="Research questions answered from preprints, every sentence checked against the preprint that it cites.",
        section="home",
        modified=newest,
        counts=counts,
        latest=[one for one in answered if one.status != "not_answered"][:NEWEST],
        revised=[one for one in answered if one.revision > 1][:NEWEST],
        topics=_largest(_used(by_topic)),
        all_topics=len(used),
    )
    each = len(lists) if len(lists) <= WHOLE else max(FEWEST, WHOLE // max(1, len(used)))
    yield press.single(
        "questions/index.html",
        "questions",
        title="Questions",
        description="All questions of this archive, by topic.",
        section="questions",
        modified=newest,
        number=len(lists),
        groups=[(topic, found[:each], len(found)) for topic, found in used],
    )
    yield from _topic_pages(by_topic, press)
    yield from _category_pages(overview, press)
    yield from _gap_pages(overview, lists, newest, press)


def _topic_pages(by_topic: ByTopic, press: Press) -> Iterator[PageGroup]:
    yield press.single(
        "topics/index.html",
        "topics",
        title="Topics",
        description="Topics of the questions.",
        section="topics",
        topics=_used(by_topic),
    )
    for topic, found in by_topic:
        for pager, shown in in_pages(found, PAGE):
            yield press.single(
                pager.path(f"topics/{topic.slug}/"),
                "topic",
                title=pager.title(topic.title),
                description=topic.description or f"Questions on {topic.title}.",
                section="topics",
                topic=topic,
                number=len(found),
                questions=shown,
                pager=pager,
                modified=max((one.answered_on for one in found if one.answered_on), default=None),
            )


def _largest(used: list[tuple[Topic, int]]) -> list[tuple[Topic, int]]:
    """So many topics as fit the start page, those with the most questions, in the order that they had."""
    largest = {topic.slug for topic, _ in sorted(used, key=lambda one: -one[1])[:LARGEST]}
    return [one for one in used if one[0].slug in largest]


def _used(by_topic: ByTopic) -> list[tuple[Topic, int]]:
    """The topics that have a question, with how many."""
    return [(topic, len(found)) for topic, found in by_topic if found]


def _category_pages(overview: Overview, press: Press) -> Iterator[PageGroup]:
    categories: dict[str, list[Preprint]] = {}
    for archive_id in sorted(overview.preprints, reverse=True):
        for code in overview.preprints[archive_id].categories:
            categories.setdefault(code, []).append(overview.preprints[archive_id])
    codes = sorted(categories)
    yield press.single(
        "categories/index.html",
        "categories",
        title="Categories",
        description="Preprints that answers rest on, by category.",
        section="categories",
        categories=[(code, category_name(code), len(categories[code])) for code in codes],
    )
    for code in codes:
        for pager, shown in in_pages(categories[code], PREPRINTS):
            yield press.single(
                pager.path(f"categories/{code}/"),
                "category",
                title=pager.title(f"{code} preprints"),
                description=f"Preprints in {code} that answers rest on.",
                section="categories",
                category=code,
                name=category_name(code),
                number=len(categories[code]),
                preprints=shown,
                pager=pager,
            )


def _gap_pages(overview: Overview, lists: Sequence[Listed], newest: date | None, press: Press) -> Iterator[PageGroup]:
    gaps = view_gaps(overview)
    untried = [one for one in lists if one.status == "pending"]
    for pager, shown in in_pages(gaps, PAGE):
        yield press.single(
            pager.path("gaps/"),
            "gaps",
            title=pager.title("Gaps"),
            description="What this archive cannot answer yet.",
            section="questions",
            modified=newest,
            number=len(gaps),
            gaps=shown,
            untried=untried[:PAGE] if pager.number == 1 else [],
            untried_number=len(untried) if pager.number == 1 else 0,
            pager=pager,
        )
