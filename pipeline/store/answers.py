"""Passages, drafts, and the revisions of answers."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa
from pydantic import TypeAdapter

from pipeline.records import Answer, Evidence, Passage
from pipeline.store.database import Connection, records, rows

PASSAGE_SCHEMA = pa.schema(
    [
        ("slug", pa.string()),
        ("rank", pa.int32()),
        ("archive_id", pa.string()),
        ("version", pa.int32()),
        ("text_hash", pa.string()),
        ("similarity", pa.float64()),
        ("lexical", pa.float64()),
        ("fused", pa.float64()),
    ]
)

_answers: TypeAdapter[Answer] = TypeAdapter(Answer)
_evidence: TypeAdapter[tuple[Evidence, ...]] = TypeAdapter(tuple[Evidence, ...])


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A model's reply as it came, with the evidence that its prompt held."""

    reply: str
    evidence: tuple[Evidence, ...]
    prompt_tokens: int
    completion_tokens: int
    problem: str | None = None
    """Why there is no reply, where the engine failed: the next night asks again."""


def load_retrieval_keys(connection: Connection) -> dict[str, tuple[str, int]]:
    """By question: the key that its passages were found under, and how many preprints there were."""
    return {slug: (key, preprints) for slug, key, preprints in rows(connection, "load_retrieval_keys")}


def save_passages(
    connection: Connection, *, slug: str, retrieval_key: str, preprints: int, passages: Sequence[Passage]
) -> None:
    batch = pa.Table.from_pylist([asdict(passage) | {"slug": slug} for passage in passages], schema=PASSAGE_SCHEMA)
    rows(connection, "delete_passages", {"slug": slug})
    rows(connection, "save_passages", batch=batch)
    rows(connection, "save_retrieval", {"slug": slug, "retrieval_key": retrieval_key, "preprints": preprints})


def load_passages(connection: Connection, *, slug: str) -> tuple[Passage, ...]:
    """By rank."""
    return tuple(Passage(**row) for row in records(connection, "load_passages", {"slug": slug}))


def load_all_passages(connection: Connection) -> dict[str, tuple[Passage, ...]]:
    """What retrieval found for every question, by slug, each by rank."""
    return _by_slug(records(connection, "load_all_passages"))


def load_passages_of(connection: Connection, slugs: Iterable[str]) -> dict[str, tuple[Passage, ...]]:
    """What retrieval found for these questions, by slug, each by rank."""
    return _by_slug(records(connection, "load_passages_of", wanted=_wanted(slugs)))


def _by_slug(found: list[dict[str, Any]]) -> dict[str, tuple[Passage, ...]]:
    stretches = groupby(found, key=lambda row: row.pop("slug"))
    return {slug: tuple(Passage(**row) for row in passages) for slug, passages in stretches}


def _wanted(slugs: Iterable[str]) -> pa.Table:
    return pa.table({"slug": pa.array(sorted(set(slugs)), pa.string())})


def load_draft(connection: Connection, *, draft_key: str) -> StoredDraft | None:
    found = rows(connection, "load_draft", {"draft_key": draft_key})
    if not found:
        return None
    reply, evidence, prompt_tokens, completion_tokens, problem = found[0]
    return StoredDraft(reply, _evidence.validate_json(evidence), prompt_tokens, completion_tokens, problem)


def load_draft_keys(connection: Connection) -> set[str]:
    """The keys that a draft is kept for; one that the engine failed at is none."""
    return {key for (key,) in rows(connection, "load_draft_keys")}


def save_draft(connection: Connection, *, draft_key: str, slug: str, draft: StoredDraft) -> None:
    parameters: dict[str, Any] = {
        "draft_key": draft_key,
        "slug": slug,
        "reply": draft.reply,
        "evidence": _evidence.dump_json(draft.evidence).decode(),
        "prompt_tokens": draft.prompt_tokens,
        "completion_tokens": draft.completion_tokens,
        "problem": draft.problem,
    }
    rows(connection, "save_draft", parameters)


def load_outcomes(connection: Connection) -> dict[str, int]:
    """The revision that every key led to."""
    return dict(rows(connection, "load_outcomes"))


def save_outcome(connection: Connection, *, answer_key: str, slug: str, revision: int) -> None:
    rows(connection, "save_outcome", {"answer_key": answer_key, "slug": slug, "revision": revision})


def load_latest_answer(connection: Connection, *, slug: str) -> Answer | None:
    found = rows(connection, "load_latest_answer", {"slug": slug})
    return _answers.validate_json(found[0][0]) if found else None


def load_latest_answers(connection: Connection) -> dict[str, Answer]:
    """The newest revision of every question, by slug."""
    answers = [_answers.validate_json(document) for (document,) in rows(connection, "load_latest_answers")]
    return {answer.slug: answer for answer in answers}


def load_answered_slugs(connection: Connection) -> list[str]:
    """Every question that was ever answered, in order."""
    return [slug for (slug,) in rows(connection, "load_answered_slugs")]


def load_revisions(connection: Connection, slugs: Iterable[str]) -> dict[str, tuple[Answer, ...]]:
    """Every revision of these questions, by slug, oldest first."""
    found = rows(connection, "load_revisions", wanted=_wanted(slugs))
    answers = [_answers.validate_json(document) for (document,) in found]
    return {slug: tuple(revisions) for slug, revisions in groupby(answers, key=lambda answer: answer.slug)}


def load_overtaken(connection: Connection) -> set[str]:
    """Questions whose newest answer shows a preprint as standing that is withdrawn by now."""
    return {slug for (slug,) in rows(connection, "load_overtaken")}


def save_answer(connection: Connection, answer: Answer) -> None:
    """Add a revision; revisions are never changed."""
    parameters = {
        "slug": answer.slug,
        "revision": answer.revision,
        "answered_on": answer.answered_on,
        "document": _answers.dump_json(answer).decode(),
    }
    rows(connection, "save_answer", parameters)


def load_retrieved_ids(connection: Connection) -> list[str]:
    """Every preprint that any revision of any answer ever retrieved."""
    return [archive_id for (archive_id,) in rows(connection, "load_retrieved_ids")]
