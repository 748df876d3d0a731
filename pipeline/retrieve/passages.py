"""What retrieval found, as the passages that an answer reads."""

from collections.abc import Iterator, Sequence

from pipeline.hashes import text_hash
from pipeline.records import Passage, Preprint, Question
from pipeline.retrieve.search import Hit
from pipeline.store.answers import load_all_passages
from pipeline.store.database import Connection
from pipeline.store.preprints import load_preprints

Read = Sequence[tuple[Passage, Preprint]]
"""Passages with the preprints that they stand for, by rank."""
TOGETHER = 256
"""Questions whose preprints are held at a time."""


def prepare(connection: Connection, hits: Sequence[Hit]) -> list[tuple[Passage, Preprint]]:
    """Turn what retrieval found into passages of the versions at hand."""
    preprints = load_preprints(connection, [hit.archive_id for hit in hits])
    return [
        (
            Passage(
                hit.archive_id,
                preprints[hit.archive_id].latest.number,
                text_hash(preprints[hit.archive_id]),
                rank,
                round(hit.similarity, 4),
                round(hit.lexical, 4),
                round(hit.fused, 6),
            ),
            preprints[hit.archive_id],
        )
        for rank, hit in enumerate(hits, 1)
    ]


def read_passages(connection: Connection, questions: Sequence[Question]) -> Iterator[tuple[Question, Read]]:
    """Every question with the passages kept for it, in the order given; none for one that was never searched for."""
    kept = load_all_passages(connection)
    for start in range(0, len(questions), TOGETHER):
        some = questions[start : start + TOGETHER]
        yield from zip(some, read_all(connection, [kept.get(one.slug, ()) for one in some]), strict=True)


def read_all(connection: Connection, found: Sequence[Sequence[Passage]]) -> list[Read]:
    """The passages of several questions with their preprints, which are asked for together."""
    preprints = load_preprints(connection, {one.archive_id for passages in found for one in passages})
    return [[(one, preprints[one.archive_id]) for one in passages] for passages in found]
