"""One look over the whole archive: what lists, feeds and keys need of each question and each preprint, and no more. Pure.

The answers and abstracts themselves are read a stretch at a time, and let go: what stays is a few kilobytes a question.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from pipeline.records import Answer, Evidence, Preprint, Question
from pipeline.render.figures import Tally, tally
from pipeline.render.groups import key_of_parts
from pipeline.render.news import STATES, STATUSES, Event, list_events, order_of_news, shorten
from pipeline.render.pictures import Picture, picture_of
from pipeline.render.shelf import bring
from pipeline.render.views import Archive, Counts, Listed, list_question

STRETCH = 256
"""Questions, or preprints, that are read at a time."""


@dataclass(frozen=True, slots=True)
class QuestionNote:
    """What is kept of a question."""

    question: Question
    listed: Listed
    key: str
    """Of all its answers, and how the newest stands."""
    read: tuple[str, ...]
    """Ids of the preprints that any of its answers shows."""
    picture: Picture | None = None
    """Of its newest answer."""


@dataclass(frozen=True, slots=True)
class Use:
    """A newest answer of an active question that shows a preprint."""

    listed: Listed
    cited: bool
    evidence: tuple[Evidence, ...]
    """The sentences of the preprint that it rests on."""


@dataclass(frozen=True, slots=True)
class Overview:
    questions: Mapping[str, QuestionNote]
    """By slug, in the order of the questions."""
    preprints: Mapping[str, Preprint]
    """By id, without abstract and what else no list shows."""
    preprint_keys: Mapping[str, str]
    """Of everything about each, by id."""
    uses: Mapping[str, tuple[Use, ...]]
    """By the id of the preprint."""
    events: tuple[Event, ...]
    """Of the active questions, newest first, their answers shortened."""
    tallies: tuple[Tally, ...]
    """Of every revision of every active question; the newest of each comes last."""
    gaps: Mapping[str, tuple[Answer, ...]]
    """The revisions of the active questions that the newest does not answer, without their cuts."""

    @property
    def active(self) -> list[QuestionNote]:
        return [note for note in self.questions.values() if note.question.status == "active"]


def read_overview(archive: Archive, title: str = "") -> Overview:
    """Look at every question and every preprint once; `title` is the site's, which pictures show."""
    preprints, preprint_keys = _read_preprints(archive)
    notes: dict[str, QuestionNote] = {}
    uses: dict[str, list[Use]] = {}
    events: list[Event] = []
    tallies: list[Tally] = []
    gaps: dict[str, tuple[Answer, ...]] = {}
    for question, revisions in _read_questions(archive):
        listed = list_question(archive, question)
        notes[question.slug] = QuestionNote(
            question,
            listed,
            key_of_parts(revisions, archive.states.get(question.slug)),
            tuple(sorted({source.archive_id for answer in revisions for source in answer.sources})),
            _picture(revisions[-1], listed, title) if revisions and question.status != "retired" else None,
        )
        if question.status != "active" or not revisions:
            continue
        events += [replace(event, answer=shorten(event.answer)) for event in list_events(revisions)]
        tallies += map(tally, revisions)
        if revisions[-1].status == "not_answered":
            gaps[question.slug] = tuple(replace(answer, cut=(), findings=()) for answer in revisions)
        for archive_id, use in _uses(revisions[-1], listed):
            uses.setdefault(archive_id, []).append(use)
    return Overview(
        notes,
        preprints,
        preprint_keys,
        {archive_id: tuple(found) for archive_id, found in uses.items()},
        tuple(sorted(events, key=order_of_news, reverse=True)),
        tuple(tallies),
        gaps,
    )


def count_archive(archive: Archive, overview: Overview) -> Counts:
    """Numbers of the start page, over the questions that are active."""
    newest = {one.slug: one for one in overview.tallies}.values()
    statuses = Counter(one.status for one in newest)
    return Counts(
        preprints=archive.preprint_count,
        questions=len(overview.active),
        answered=statuses["answered"],
        partly=statuses["partly"],
        not_answered=statuses["not_answered"],
        sentences=sum(one.sentences for one in newest),
        cut=sum(one.cut for one in newest),
        quoted=sum(one.quoted for one in newest),
        latest=archive.latest,
    )


def _read_questions(archive: Archive) -> Iterator[tuple[Question, tuple[Answer, ...]]]:
    questions = iter(archive.questions)
    while stretch := list(islice(questions, STRETCH)):
        bring(archive.revisions, [question.slug for question in stretch])
        for question in stretch:
            yield question, archive.revisions_of(question.slug)


def _read_preprints(archive: Archive) -> tuple[dict[str, Preprint], dict[str, str]]:
    earlier: dict[str, list[object]] = {}
    for (archive_id, number), text in archive.earlier.items():
        earlier.setdefault(archive_id, []).append((number, text))
    ids = iter(archive.preprints)
    short, keys = {}, {}
    while stretch := list(islice(ids, STRETCH)):
        bring(archive.preprints, stretch)
        for archive_id in stretch:
            preprint = archive.preprints[archive_id]
            short[archive_id] = _shorten(preprint)
            keys[archive_id] = key_of_parts(preprint, earlier.get(archive_id), archive.same_work.get(archive_id))
    return short, keys


def _picture(answer: Answer, listed: Listed, title: str) -> Picture:
    overtaken = "" if listed.state == "fresh" else STATES[listed.state]
    return picture_of(answer, STATUSES[answer.status], overtaken, title)


def _uses(answer: Answer, listed: Listed) -> Iterator[tuple[str, Use]]:
    evidence: dict[str, list[Evidence]] = {}
    for sentence in answer.sentences:
        for one in sentence.evidence:
            evidence.setdefault(one.archive_id, []).append(one)
    for source in answer.sources:
        yield source.archive_id, Use(listed, source.cited, tuple(evidence.get(source.archive_id, ())))


def _shorten(preprint: Preprint) -> Preprint:
    """What a list of preprints shows."""
    return replace(
        preprint,
        abstract="",
        authors=preprint.authors[:3],
        versions=preprint.versions[-1:],
        comments=None,
        journal_ref=None,
        doi=None,
        licence=None,
    )
