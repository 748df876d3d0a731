"""Which questions the model is to be asked about, and asking it: as many at a time as it takes, each kept as it is finished."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from pipeline.answer.ask import Drafting
from pipeline.records import Question
from pipeline.retrieve.passages import read_all
from pipeline.store.answers import load_all_passages, load_draft_keys, load_retrieval_keys, save_draft
from pipeline.store.database import Connection, transaction
from pipeline.store.preprints import load_withdrawn_ids

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
    is_over: Callable[[], bool],
    tell: Callable[[int, int], None],
) -> Drafted:
    """Draft an answer to every question that has no draft yet, begun in the order given; one that came while the night runs, and was
    not searched for, is left to the next.

    `is_over` is asked before every question; `tell` is given how many are done, and of how many.
    """
    known, passages, withdrawn = (
        load_draft_keys(connection),
        load_all_passages(connection),
        load_withdrawn_ids(connection),
    )
    searched = load_retrieval_keys(connection)
    keyed = [
        (question, found, drafting.draft_key(question, found, withdrawn))
        for question in questions
        if question.slug in searched
        for found in (passages.get(question.slug, ()),)
    ]
    pending = [item for item in keyed if item[2] not in known]
    asked = ((question.question, read_all(connection, [found])[0]) for question, found, _ in pending)
    done = calls = 0
    problems: dict[int, str] = {}
    for place, draft in drafting.draft(takewhile(lambda _: not is_over(), asked)):
        question, _, key = pending[place]
        with transaction(connection):
            save_draft(connection, draft_key=key, slug=question.slug, draft=draft)
        if draft.problem:
            problems[place] = f"{question.slug}: {NO_DRAFT}: {draft.problem}"
        calls += draft.prompt_tokens > 0
        done += 1
        tell(done, len(pending))
    told = tuple(problems[place] for place in sorted(problems))
    return Drafted(done, len(keyed) - len(pending), len(pending) - done, calls, told)
