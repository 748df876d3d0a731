"""Atom feeds of what happened to the answers."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from pipeline.records import Answer, Change
from pipeline.render.feeds import ENTRIES, Feeds, render_feed, tell_event
from pipeline.render.news import Event, list_events
from pipeline.render.overview import read_overview
from pipeline.render.press import Press
from pipeline.render.templates import Templates
from pipeline.render.views import Archive, SiteView
from tests.render.samples import ANSWERED, FIRST, NETWORKS, TEMPLATES, UNANSWERED, archive

SITE = SiteView("Antigravity Q&A", "", "", "A <research> aid & more.", "auto")
ADDRESS = "https://example.org/qa/"
ATOM = "{http://www.w3.org/2005/Atom}"


def new(answers: Sequence[Answer]) -> list[Event]:
    return [Event("new", answer, ()) for answer in answers]


def feed(answers: Sequence[Answer], path: str = "feed.xml", title: str = "Title", events: Any = None) -> Any:
    return etree.fromstring(render_feed(SITE, ADDRESS, path, title, events or new(answers), {}, {}))


def texts(element: Any, name: str) -> list[str]:
    return [one.text for one in element.iter(f"{ATOM}{name}")]


def many(count: int) -> list[Answer]:
    """Answers of one day after the other, in no order."""
    day = date(2024, 1, 1)
    made = [replace(ANSWERED, slug=f"slug-{n}", answered_on=day + timedelta(n * 7 % count)) for n in range(count)]
    assert len({one.answered_on for one in made}) == count
    return made


def test_the_feed_has_what_atom_asks_for() -> None:
    root = feed([UNANSWERED, ANSWERED], "feeds/topics/x.xml")
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.iter(f"{ATOM}entry")):  # RFC 4287, 4.1.1 and 4.1.2: exactly one of each
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
    assert root.find(f"{ATOM}author/{ATOM}name").text == "Antigravity Q&A"
    links = {one.get("rel"): one.get("href") for one in root.findall(f"{ATOM}link")}
    assert links == {"alternate": ADDRESS, "self": f"{ADDRESS}feeds/topics/x.xml"}
    assert root.find(f"{ATOM}id").text == f"{ADDRESS}feeds/topics/x.xml"


def test_dates_are_whole_and_the_feed_is_as_new_as_its_newest_entry() -> None:
    root = feed([UNANSWERED, ANSWERED])
    dates = [datetime.fromisoformat(text) for text in texts(root, "updated")]
    assert [one.isoformat() for one in dates] == [
        "2024-06-02T00:00:00+00:00", "2024-06-02T00:00:00+00:00", "2024-06-01T00:00:00+00:00",
    ]  # fmt: skip


def test_entries_are_newest_first_each_with_an_id_of_its_own_and_no_more_than_fit() -> None:
    root = feed(many(ENTRIES + 3))
    entries = root.findall(f"{ATOM}entry")
    dates = [one.find(f"{ATOM}updated").text for one in entries]
    ids = [one.find(f"{ATOM}id").text for one in entries]
    assert dates == sorted(dates, reverse=True)
    assert len(entries) == len(set(ids)) == ENTRIES
    assert ids[0].startswith(f"{ADDRESS}q/slug-")


def test_answers_of_one_day_have_a_fixed_order() -> None:
    answers = [replace(ANSWERED, slug=slug) for slug in ("b", "c", "a")]
    assert texts(feed(answers), "id")[1:] == texts(feed(answers[::-1]), "id")[1:]


def test_an_empty_feed_is_a_feed() -> None:
    root = feed([])
    assert root.findall(f"{ATOM}entry") == []
    assert texts(root, "updated") == ["1970-01-01T00:00:00+00:00"]


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "a & b &amp; ]]> c", "\U0001d53c “ü”"])
def test_texts_stay_texts(hostile: str) -> None:
    root = feed([replace(ANSWERED, question=hostile, opening=hostile, bottom_line="End.")], title=hostile)
    assert texts(root, "title") == [hostile, hostile]
    assert texts(root, "summary") == [f"{hostile} End."]
    assert texts(root, "subtitle") == [SITE.disclaimer]


def test_a_title_in_tex_is_text() -> None:
    root = feed([replace(ANSWERED, bottom_line=r"The nearest is “Erd\H{o}s at $10^{-3}$”.")])
    assert texts(root, "summary")[0].endswith(" The nearest is “Erdős at 10⁻³”.")


def test_a_revision_is_an_entry_of_its_own_with_its_reasons_and_a_closed_gap_is_news() -> None:
    events = list(list_events((FIRST, ANSWERED)))
    root = feed([], events=events)
    assert texts(root, "id")[1:] == [f"{ADDRESS}q/{ANSWERED.slug}/r/2/", f"{ADDRESS}q/{ANSWERED.slug}/"]
    assert texts(root, "title")[1:] == [f"Now answered: {ANSWERED.question}", ANSWERED.question]
    assert texts(root, "published") == ["2024-06-02T00:00:00+00:00", "2024-03-01T00:00:00+00:00"]
    summary = texts(root, "summary")[0]
    assert summary.startswith(
        "Revision 2, because: AG-2024.01-0001 was revised, v1 → v3; AG-2004.05-0001 came in (cited);"
    )
    assert summary.endswith(f"draft.v0@0 → draft.v1@0. {ANSWERED.opening} {ANSWERED.bottom_line}")


@pytest.mark.parametrize(
    ("kind", "title"), [("revised", "Revised: Why?"), ("gap_opened", "No longer answered: Why?"), ("new", "Why?")]
)
def test_an_entry_says_what_happened(kind: Any, title: str) -> None:
    assert texts(feed([], events=[Event(kind, replace(ANSWERED, question="Why?"), ())]), "title")[1:] == [title]


def test_the_state_of_a_newest_answer_is_its_category() -> None:
    states: Any = {(ANSWERED.slug, 2): "source_withdrawn", (UNANSWERED.slug, 1): "fresh"}
    raw = render_feed(SITE, ADDRESS, "feed.xml", "Title", new([UNANSWERED, ANSWERED]), states, {})
    [found] = etree.fromstring(raw).iter(f"{ATOM}category")
    assert dict(found.attrib) == {
        "term": "source_withdrawn",
        "label": "a source was withdrawn",
        "scheme": f"{ADDRESS}about/#states",
    }


def test_an_event_about_a_withdrawal_names_the_preprint() -> None:
    event = Event(
        "revised", replace(ANSWERED, opening="O.", bottom_line="B."), (Change("source_withdrawn", NETWORKS.archive_id),)
    )
    known = {NETWORKS.archive_id: replace(NETWORKS, title="Nets of $O(n)$ <i>nodes</i>")}
    assert tell_event(event, known) == (
        "Revision 2, because: AG-2024.01-0001 (“Nets of O(n) <i>nodes</i>”) was withdrawn. O. B."
    )
    assert tell_event(event, {}) == "Revision 2, because: AG-2024.01-0001 was withdrawn. O. B."


def test_a_feed_is_made_again_where_a_title_in_its_reasons_changes() -> None:
    known = {**archive().preprints, NETWORKS.archive_id: replace(NETWORKS, title="Renamed")}
    before, after = feeds_of(archive()), feeds_of(archive(preprints=known))
    [event] = [one for one in read_overview(archive()).events if one.kind == "gap_closed"]
    assert before.parts("Title", [event]) != after.parts("Title", [event])
    assert "(“Renamed”) was revised" in after.page("feeds/revised.xml", "Title", [event]).content.decode()


def feeds_of(whole: Archive) -> Feeds:
    return Feeds(read_overview(whole), Press(SITE, Templates(TEMPLATES)))


def test_what_was_only_retrieved_is_counted_and_not_named() -> None:
    changes = (
        Change("source_came", NETWORKS.archive_id, after="cited"),
        Change("source_came", "AG-1", after="only retrieved"),
        Change("source_left", "AG-2", before="only retrieved"),
    )
    told = tell_event(Event("revised", replace(ANSWERED, opening="O.", bottom_line="B."), changes), {})
    assert told == (
        "Revision 2, because: AG-2024.01-0001 came in (cited); 2 preprints that no sentence cites came or went. O. B."
    )
    assert "1 preprint that no" in tell_event(Event("revised", ANSWERED, changes[:2]), {})


def test_a_quiet_revision_is_no_news() -> None:
    assert texts(feed([], events=[Event("quiet", ANSWERED, ()), Event("new", FIRST, ())]), "id")[1:] == [
        f"{ADDRESS}q/{FIRST.slug}/"
    ]


def test_a_feed(golden: Callable[[str, bytes], str]) -> None:
    events = [*list_events((FIRST, ANSWERED)), *list_events((UNANSWERED,))]
    made = render_feed(SITE, ADDRESS, "feed.xml", "Antigravity Q&A", events, {}, archive().preprints)
    assert made.decode() == golden("feed.xml", made)
