"""The pages of the questions: the newest answer, its earlier revisions, its history, and the gaps. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.records import Answer, Page, Question, Source, State
from pipeline.render.cards import view_cards, view_findings
from pipeline.render.data import answer_document, render_answer_markdown, render_json
from pipeline.render.difference import Line, compare_lines
from pipeline.render.markdown import render_markdown
from pipeline.render.news import STATES, STATUSES, EventKind, Reason, list_events, tell_reasons
from pipeline.render.pictures import picture_of
from pipeline.render.structured import cite_answer, describe_answer
from pipeline.render.tex import to_text
from pipeline.render.views import Archive, Listed, SiteView, list_question

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


def question_pages(archive: Archive, page: MakePage, site: SiteView) -> Iterator[Page]:
    shown = {question.slug: question for question in archive.questions}
    for question in archive.questions:
        if question.merged_into not in shown:  # the other file is broken tonight: its page may not be there
            question = replace(question, merged_into=None)
        heir = find_heir(question, shown)
        answer = archive.answers.get(question.slug)
        common = _common(archive, question)
        if answer is None or question.status == "retired":
            yield page(
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
            yield from _answer_pages(archive, page, question, answer, site, common)
        yield from _revision_pages(archive, page, question, common)


def find_heir(question: Question, questions: Mapping[str, Question]) -> str | None:
    """The slug of the question that took over in the end; None where none did, or where they lead round in a ring."""
    passed = {question.slug}
    target = questions.get(question.merged_into or "")
    while target and target.status == "retired" and target.slug not in passed:
        passed.add(target.slug)
        target = questions.get(target.merged_into or "")
    return target.slug if target and target.slug not in passed else None


def view_gaps(archive: Archive) -> tuple[Gap, ...]:
    """The active questions whose newest answer is that there is none, the newest gap first."""
    gaps = []
    for question in archive.questions:
        revisions = archive.revisions_of(question.slug)
        if question.status == "active" and revisions and revisions[-1].status == "not_answered":
            newest = revisions[-1]
            listed = list_question(archive, question)
            gaps.append(Gap(listed, gap_since(revisions), newest.missing, newest.sources[:NEAREST]))
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
    page: MakePage,
    question: Question,
    answer: Answer,
    site: SiteView,
    common: Mapping[str, Any],
) -> Iterator[Page]:
    folder = f"q/{question.slug}"
    read = archive.as_read(answer)
    findings = view_findings(answer, read)
    follow_ups = archive.follow_ups.get(question.slug, ())
    state = archive.states.get(question.slug, State())
    reasons = tell_reasons(state.changes, archive.preprints)
    revisions = archive.revisions_of(question.slug)
    overtaken = "" if state.name == "fresh" else STATES[state.name]
    yield page(
        f"{folder}/index.html",
        "question",
        description=answer.opening,
        modified=answer.answered_on,
        answer=answer,
        picture=picture_of(answer, STATUSES[answer.status], overtaken, site.title),
        metadata=cite_answer(answer, read, site),
        structured=describe_answer(answer, revisions, common["topics"], read, site),
        revisions=len(revisions),
        older=False,
        state=StateView(STATES[state.name], reasons),
        findings=findings,
        cards=view_cards(answer, read, findings, archive.preprints),
        follow_ups=follow_ups,
        **common,
    )
    yield Page(f"{folder}/index.json", render_json(answer_document(answer, follow_ups, state)))
    yield Page(f"{folder}/index.md", render_answer_markdown(answer, follow_ups, site.disclaimer))


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
