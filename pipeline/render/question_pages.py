"""The pages of the questions: the newest answer, its earlier revisions, its history, and the gaps. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from pipeline.records import Answer, Page, Question, Source, State
from pipeline.render.cards import view_cards, view_findings
from pipeline.render.data import answer_document, render_answer_markdown, render_json
from pipeline.render.difference import Line, compare_lines
from pipeline.render.groups import PageGroup
from pipeline.render.markdown import render_markdown
from pipeline.render.news import STATES, EventKind, Reason, list_events, tell_reasons
from pipeline.render.overview import STRETCH, Overview
from pipeline.render.press import Press
from pipeline.render.shelf import bring
from pipeline.render.structured import cite_answer, describe_answer
from pipeline.render.tex import to_text
from pipeline.render.views import Archive, Listed

NEAREST = 3
"""Near misses shown for a gap."""

MakePage = Callable[..., Page]


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A revision in the history of an answer."""

    answer: Answer
    kind: EventKind
    reasons: tuple[Reason, ...]
    lines: tuple[Line, ...]
    """What became of the text; empty for the first."""


@dataclass(frozen=True, slots=True)
class StateView:
    """The banner of an answer that something overtook."""

    words: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that cannot be answered yet."""

    listed: Listed
    since: date
    missing: tuple[str, ...]
    nearest: tuple[Source, ...]


def question_pages(archive: Archive, overview: Overview, press: Press) -> Iterator[PageGroup]:
    """For every question a group with all that lies below its address."""
    shown = {question.slug: question for question in archive.questions}
    slugs = list(shown)
    for number, question in enumerate(archive.questions):
        if question.merged_into not in shown:  # the other file is broken tonight: its page may not be there
            question = replace(question, merged_into=None)
        stretch = slugs[number - number % STRETCH :][:STRETCH]
        heir, note = find_heir(question, shown), overview.questions[question.slug]
        topics = [archive.topics[slug] for slug in question.topics if slug in archive.topics]
        modified = note.listed.answered_on
        parts = (
            question,
            heir,
            topics,
            note.key,
            archive.follow_ups.get(question.slug),
            [overview.preprint_keys.get(archive_id) for archive_id in note.read],
            note.picture,
        )
        own = f"q/{question.slug}/index.html"
        answered = modified if note.listed.status != "pending" and question.status != "retired" else None
        listed = [] if heir else [(own, answered)]
        if modified:
            listed.append((f"q/{question.slug}/history/index.html", modified))
        make = partial(_make, archive, overview, press, question, heir, stretch)
        yield press.group(own, ("question", "question_pending", "history"), parts, make, listed)


def _make(
    archive: Archive,
    overview: Overview,
    press: Press,
    question: Question,
    heir: str | None,
    stretch: Sequence[str],
) -> Iterator[Page]:
    """The pages of one question; what its neighbours need is read along with it, since they are made next."""
    bring(archive.revisions, stretch)
    bring(archive.preprints, [one for slug in stretch for one in overview.questions[slug].read])
    answer = archive.answers.get(question.slug)
    common = _common(archive, question)
    if answer is None or question.status == "retired":
        yield press.page(
            f"q/{question.slug}/index.html",
            "question_pending",
            description=f"Retired: {question.retired_because or 'the archive no longer answers this question.'}"
            if question.status == "retired"
            else "A question of this archive.",
            revisions=len(archive.revisions_of(question.slug)),
            heir=heir,
            **({"canonical": f"q/{heir}/", "indexed": False} if heir else {}),
            **common,
        )
    else:
        yield from _answer_pages(archive, overview, press, question, answer, common)
    yield from _revision_pages(archive, press.page, question, common)


def find_heir(question: Question, questions: Mapping[str, Question]) -> str | None:
    """The slug of the question that took over in the end; None where none did, or where they lead round in a ring."""
    passed = {question.slug}
    target = questions.get(question.merged_into or "")
    while target and target.status == "retired" and target.slug not in passed:
        passed.add(target.slug)
        target = questions.get(target.merged_into or "")
    return target.slug if target and target.slug not in passed else None


def view_gaps(overview: Overview) -> tuple[Gap, ...]:
    """The active questions whose newest answer is that there is none, the newest gap first."""
    gaps = [
        Gap(
            overview.questions[slug].listed,
            gap_since(revisions),
            revisions[-1].missing,
            revisions[-1].sources[:NEAREST],
        )
        for slug, revisions in overview.gaps.items()
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.since.toordinal(), gap.listed.slug)))


def gap_since(revisions: tuple[Answer, ...]) -> date:
    """Since when the question goes unanswered: the first of the last revisions in a row that say so."""
    since = revisions[-1].answered_on
    for answer in reversed(revisions):
        if answer.status != "not_answered":
            break
        since = answer.answered_on
    return since


def read_lines(answer: Answer) -> tuple[str, ...]:
    """The text of an answer as plain lines, one for each statement."""
    sentences = []
    for sentence in answer.sentences:
        text = to_text(sentence.text)
        if sentence.verdict == "quoted":
            text = f"{to_text(sentence.lead)}: “{text}”".removeprefix(": ")
        sentences.append(f"{text} [{', '.join(sentence.citations)}]")
    return (
        answer.question,
        answer.opening,
        *sentences,
        *answer.missing,
        *([f"Bottom line: {to_text(answer.bottom_line)}"] if answer.bottom_line else []),
    )


def view_history(archive: Archive, revisions: tuple[Answer, ...]) -> tuple[RevisionView, ...]:
    """Every revision with what it changed, newest first."""
    views = []
    for number, event in enumerate(list_events(revisions)):
        lines = compare_lines(read_lines(revisions[number - 1]), read_lines(event.answer)) if number else ()
        views.append(RevisionView(event.answer, event.kind, tell_reasons(event.changes, archive.preprints), lines))
    return tuple(reversed(views))


def _common(archive: Archive, question: Question) -> dict[str, Any]:
    return {
        "title": question.question,
        "section": "questions",
        "question": question,
        "body": render_markdown(question.body),
        "topics": [archive.topics[slug] for slug in question.topics if slug in archive.topics],
    }


def _answer_pages(
    archive: Archive,
    overview: Overview,
    press: Press,
    question: Question,
    answer: Answer,
    common: Mapping[str, Any],
) -> Iterator[Page]:
    folder = f"q/{question.slug}"
    read = archive.as_read(answer)
    findings = view_findings(answer, read)
    follow_ups = archive.follow_ups.get(question.slug, ())
    state = archive.states.get(question.slug, State())
    reasons = tell_reasons(state.changes, archive.preprints)
    revisions = archive.revisions_of(question.slug)
    yield press.page(
        f"{folder}/index.html",
        "question",
        description=answer.opening,
        modified=answer.answered_on,
        answer=answer,
        picture=overview.questions[question.slug].picture,
        metadata=cite_answer(answer, read, press.site),
        structured=describe_answer(answer, revisions, common["topics"], read, press.site),
        revisions=len(revisions),
        older=False,
        state=StateView(STATES[state.name], reasons),
        findings=findings,
        cards=view_cards(answer, read, findings, archive.preprints),
        follow_ups=follow_ups,
        **common,
    )
    yield Page(f"{folder}/index.json", render_json(answer_document(answer, follow_ups, state)))
    yield Page(f"{folder}/index.md", render_answer_markdown(answer, follow_ups, press.site.disclaimer))


def _revision_pages(archive: Archive, page: MakePage, question: Question, common: Mapping[str, Any]) -> Iterator[Page]:
    """The history, and every revision as it was; for a retired question too, whose answers stay."""
    revisions = archive.revisions_of(question.slug)
    if not revisions:
        return
    folder = f"q/{question.slug}"
    yield page(
        f"{folder}/history/index.html",
        "history",
        title=f"History of: {question.question}",
        description="Every revision of this answer, with what changed and why.",
        section="questions",
        modified=revisions[-1].answered_on,
        question=question,
        history=view_history(archive, revisions),
    )
    for answer in revisions:
        read = archive.as_read(answer)
        findings = view_findings(answer, read)
        yield page(
            f"{folder}/r/{answer.revision}/index.html",
            "question",
            canonical=f"{folder}/",
            indexed=False,
            description=answer.opening,
            answer=answer,
            revisions=len(revisions),
            older=True,
            state=StateView("", ()),
            findings=findings,
            cards=view_cards(answer, read, findings, archive.preprints),
            follow_ups=(),
            **{**common, "title": f"{answer.question} (revision {answer.revision})", "body": ""},
        )
