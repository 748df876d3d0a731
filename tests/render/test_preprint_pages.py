"""The pages of the preprints; what stands on them is in test_pages."""

import json
from dataclasses import replace
from typing import Any

from pipeline.records import Page
from pipeline.render.feeds import Feeds
from pipeline.render.overview import read_overview
from pipeline.render.preprint_pages import preprint_pages
from pipeline.render.press import Press
from pipeline.render.templates import Templates
from pipeline.render.views import Archive, SiteView
from tests.render.samples import ACCURACY, ANSWERED, COSTS, IDLE, NETWORKS, TEMPLATES, UNANSWERED, archive, pages_of


class Told(Press):
    """Keeps what the template of each page is given."""

    def __init__(self) -> None:
        super().__init__(SiteView("Site", "https://example.org/", "", "", "auto"), Templates(TEMPLATES))
        self.given: dict[str, dict[str, Any]] = {}

    def page(self, path: str, template: str, **context: Any) -> Page:
        self.given[path] = context | {"template": template}
        return Page(path, b"")


def told(whole: Archive) -> dict[str, dict[str, Any]]:
    """What the template of each page is given, and the content of every other file, by path."""
    press, overview = Told(), read_overview(whole)
    for one in pages_of(preprint_pages(whole, overview, press, Feeds(overview, press))):
        press.given.setdefault(one.path, {"content": one.content})
    return press.given


def test_answers_that_cite_a_preprint_stand_apart_from_those_that_only_retrieved_it() -> None:
    files = told(archive())
    page = files[f"p/{IDLE.archive_id}/index.html"]
    assert [one.slug for one in page["resting"]] == []
    assert [one.slug for one in page["retrieving"]] == [ACCURACY.slug, UNANSWERED.slug]
    page = files[f"p/{COSTS.archive_id}/index.html"]
    assert [one.slug for one in page["resting"]] == [ACCURACY.slug]
    assert page["retrieving"] == []


def test_a_page_is_as_new_as_its_preprint_and_its_answers() -> None:
    files = told(archive())
    assert files[f"p/{NETWORKS.archive_id}/index.html"]["modified"] == ANSWERED.answered_on
    late = replace(NETWORKS, updated=ANSWERED.answered_on.replace(year=2030))
    files = told(archive(preprints={**archive().preprints, late.archive_id: late}))
    assert files[f"p/{NETWORKS.archive_id}/index.html"]["modified"] == late.updated


def test_a_preprint_has_its_references_and_a_feed_of_what_concerns_it() -> None:
    files = told(archive())
    folder = f"p/{NETWORKS.archive_id}"
    assert files[f"{folder}/cite.bib"]["content"].startswith(b"@misc{")
    assert json.loads(files[f"{folder}/cite.json"]["content"])[0]["id"] == NETWORKS.archive_id
    feed = files[f"{folder}/feed.xml"]["content"]
    assert feed.count(b"<entry>") == 1 and f"Now answered: {ANSWERED.question}".encode() in feed
    assert b"<entry>" not in files[f"p/{IDLE.archive_id}/feed.xml"]["content"]
