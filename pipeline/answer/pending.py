"""Which questions the model is to be asked about, and asking it: a batch at a time, each kept before the next is begun."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.answer.ask import Drafting, draft_key
from pipeline.records import Question
from pipeline.retrieve.passages import read_all
from pipeline.store.answers import load_all_passages, load_draft_keys, save_draft
from pipeline.store.database import Connection, transaction

NO_DRAFT = "the model gave no draft and is asked again the next night"


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of it."""

    done: int
    skipped: int
    """Questions that have a draft for their passages, prompt and model."""
    waiting: int
    """Questions that did not fit into the night."""
    model_calls: int
    problems: tuple[str, ...]
    """Why there is no draft, the question's slug first."""


def draft_pending(
    connection: Connection,
    drafting: Drafting,
    questions: Sequence[Question],
    batch: int,
    is_over: Callable[[], bool],
    tell: Callable[[int, int], None],
) -> Drafted:
    """Draft an answer to every question that has no draft yet, in the order given, so many at a time.

    `is_over` is asked before every batch; `tell` is given how many are done, and of how many.
    """
    known, passages = load_draft_keys(connection), load_all_passages(connection)
    keyed = [
        (question, found, draft_key(question, found, drafting.engine))
        for question in questions
        for found in (passages.get(question.slug, ()),)
    ]
    pending = [item for item in keyed if item[2] not in known]
    done = calls = 0
    problems = []
    while done < len(pending) and not is_over():
        some = pending[done : done + batch]

        def tell_some(number: int, before: int = done) -> None:
            tell(before + number, len(pending))

        reads = read_all(connection, [found for _, found, _ in some])
        drafts = drafting.draft(
            [(question.question, read) for (question, _, _), read in zip(some, reads, strict=True)], tell_some
        )
        with transaction(connection):
            for (question, _, key), draft in zip(some, drafts, strict=True):
                save_draft(connection, draft_key=key, slug=question.slug, draft=draft)
                if draft.problem:
                    problems.append(f"{question.slug}: {NO_DRAFT}: {draft.problem}")
        calls += sum(draft.prompt_tokens > 0 for draft in drafts)
        done += len(some)
    return Drafted(done, len(keyed) - len(pending), len(pending) - done, calls, tuple(problems))
