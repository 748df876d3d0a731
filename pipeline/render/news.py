"""What happened to the answers: every revision as an event, with its causes in words. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.history import only_retrieved, same_claims, why_changed
from pipeline.records import Answer, Change, ChangeKind, Preprint, StateName, Status
from pipeline.render.tex import to_text

EventKind = Literal["new", "revised", "quiet", "gap_closed", "gap_opened"]
"""`quiet`: the answer says what it said, and only what was retrieved beside it is another; no news for anyone."""

STATUSES: dict[Status | Literal["pending"], str] = {
    "answered": "answered",
    "partly": "answered in part",
    "not_answered": "not answered",
    "pending": "not answered yet",
}
"""How a question is answered, as pages name it."""
STATES: dict[StateName, str] = {
    "fresh": "fresh",
    "source_withdrawn": "a source was withdrawn",
    "source_revised": "a source was revised",
    "evidence_changed": "the evidence changed",
    "question_edited": "the question was edited",
    "model_superseded": "model superseded",
}
"""The states as pages name them."""
WORDS: dict[ChangeKind, str] = {
    "question_edited": "the question was edited",
    "source_withdrawn": "was withdrawn",
    "source_reinstated": "is no longer withdrawn",
    "source_revised": "was revised",
    "source_came": "came in",
    "source_left": "went out",
    "source_relabelled": "has another title or category in its source’s record",
    "model_changed": "another model or other sampling",
    "prompt_changed": "another prompt",
    "encoder_changed": "another encoder",
    "checks_changed": "other checks",
    "written_anew": "drafted anew, though nothing that is recorded changed",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A cause in words; about a preprint where `archive_id` is not empty, and then to be read after it."""

    archive_id: str
    text: str
    title: str = ""
    """Of the preprint, where it has a page."""

    @property
    def sentence(self) -> str:
        """Without markup."""
        title = f" (“{to_text(self.title)}”)" if self.title else ""
        return f"{self.archive_id}{title} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Event:
    """A revision, as news."""

    kind: EventKind
    answer: Answer
    changes: tuple[Change, ...]
    """Why it differs from the revision before; empty for the first."""


def order_of_news(event: Event) -> tuple[object, ...]:
    """The oldest first, in one fixed order within a day."""
    return event.answer.answered_on, event.answer.slug, event.answer.revision


def shorten(answer: Answer) -> Answer:
    """The answer as far as news tells of it: without findings, cuts, and the titles of its sources."""
    cited = tuple(replace(source, title="") for source in answer.sources if source.cited)
    return replace(answer, findings=(), cut=(), missing=(), sources=cited)


def list_events(revisions: tuple[Answer, ...]) -> Iterator[Event]:
    """The revisions of one question as events, oldest first."""
    for number, answer in enumerate(revisions):
        if number == 0:
            yield Event("new", answer, ())
        else:
            before = revisions[number - 1]
            changes = why_changed(before, answer)
            yield Event(_kind(before, answer, changes), answer, changes)


def concerns(event: Event, archive_id: str) -> bool:
    """Whether a reader of this preprint wants to know: its answer cites it, or changed for its sake."""
    cited = any(source.archive_id == archive_id and source.cited for source in event.answer.sources)
    return cited or any(change.archive_id == archive_id for change in event.changes)


def tell_reasons(changes: tuple[Change, ...], preprints: Mapping[str, Preprint]) -> tuple[Reason, ...]:
    """The changes in words; `preprints` are those that have a page."""
    return tuple(
        Reason(one.archive_id, _words(one), preprints[one.archive_id].title if one.archive_id in preprints else "")
        for one in changes
    )


def _kind(before: Answer, after: Answer, changes: tuple[Change, ...]) -> EventKind:
    was, became = before.status == "not_answered", after.status == "not_answered"
    if was != became:
        return "gap_closed" if was else "gap_opened"
    same = (before.status, before.missing) == (after.status, after.missing)
    quiet = all(map(only_retrieved, changes)) and same and same_claims(before.findings, after.findings)
    return "quiet" if quiet else "revised"


def _words(change: Change) -> str:
    text = WORDS[change.kind]
    if change.kind in ("source_came", "source_left"):
        return f"{text} ({use})" if (use := change.after or change.before) else text
    if change.kind == "question_edited":
        worded = change.before and change.before != change.after
        return f"{text}; it was “{change.before}”" if worded else f"{text}: what it asks for besides its wording"
    if not (change.before and change.after):
        return text
    return f"{text}{', ' if change.archive_id else ': '}{' → '.join(_told_short(change.before, change.after))}"


def _told_short(before: str, after: str) -> tuple[str, str]:
    """Two lists of settings without the parts that both have; whole where one would be left empty."""
    was, became = before.replace(",", "").split(), after.replace(",", "").split()
    short = (" ".join(one for one in was if one not in became), " ".join(one for one in became if one not in was))
    return short if all(short) else (before, after)
