"""Which drafts have no outcome yet for this set of checks, and checking them: answers are kept question by question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.answer.ask import Drafting, answer_key, withdrawn_of, write_answer
from pipeline.records import Answer, Question
from pipeline.retrieve.passages import read_passages
from pipeline.store.answers import (
    load_draft,
    load_latest_answers,
    load_outcomes,
    load_retrieval_keys,
    save_answer,
    save_outcome,
)
from pipeline.store.database import Connection, transaction
from pipeline.store.preprints import load_counts
from pipeline.verify.compose import same_meaning

UNVERIFIED = "could not be verified, so its last answer stays"


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of it."""

    done: int
    skipped: int
    """Questions without a draft, or whose draft is settled."""
    problems: tuple[str, ...]
    """What went wrong, the question's slug first."""


def verify_pending(
    connection: Connection,
    drafting: Drafting,
    questions: Sequence[Question],
    today: date,
    tell: Callable[[int, int], None],
) -> Verified:
    """Check every draft that has no outcome yet, and keep a revision where the answer tells something new. A question that was never
    searched for has no draft.

    `tell` is given how many questions are done, and of how many.
    """
    sizes, (_, harvested_up_to) = load_retrieval_keys(connection), load_counts(connection)
    latest, outcomes = load_latest_answers(connection), load_outcomes(connection)
    done = skipped = 0
    problems = []
    searched = [question for question in questions if question.slug in sizes]
    for number, (question, read) in enumerate(read_passages(connection, searched), 1):
        before, key = latest.get(question.slug), answer_key(question, read, drafting)
        settled = before is not None and outcomes.get(key) == before.revision
        draft_of = drafting.draft_key(question, [passage for passage, _ in read], withdrawn_of(read))
        draft = None if settled else load_draft(connection, draft_key=draft_of)
        if draft is None or (before and draft.problem):
            skipped += 1
            continue
        size = sizes[question.slug][1]
        try:
            found = write_answer(drafting, question, read, draft, key, size, today, harvested_up_to)
        except Exception as error:  # noqa: BLE001  # one bad answer never stops the night; it is named below
            problems.append(f"{question.slug}: {UNVERIFIED}: {type(error).__name__}: {error}")
            continue
        numbered = replace(found, revision=before.revision + 1) if before else found
        _store_revision(connection, None if draft.problem else key, numbered, before)
        done += 1
        tell(number, len(searched))
    return Verified(done, skipped + len(questions) - len(searched), tuple(problems))


def _store_revision(connection: Connection, key: str | None, found: Answer, latest: Answer | None) -> None:
    """Keep the answer where it tells something new, and that its key is settled; without a key it stays open."""
    known = latest is not None and same_meaning(found, latest)
    with transaction(connection):
        if not known:
            save_answer(connection, found)
        if key is not None:
            revision = latest.revision if latest and known else found.revision
            save_outcome(connection, answer_key=key, slug=found.slug, revision=revision)
