"""Read everything that the site shows: from the store, and the figures that were measured. [edge]"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from pipeline.answer.ask import Drafting, answer_key
from pipeline.hashes import content_hash
from pipeline.records import Answer, FollowUp, Passage, Preprint, Question, State, Topic
from pipeline.render.figures import Figures, parse_figures
from pipeline.render.views import Archive
from pipeline.state import state_of
from pipeline.store.answers import load_all_passages, load_outcomes, load_retrieved_ids, load_revisions
from pipeline.store.database import Connection
from pipeline.store.preprints import (
    load_counts,
    load_earlier_texts,
    load_preprints,
    load_same_work,
    load_text_vectors,
)
from pipeline.store.runs import load_runs

FOLLOW_UPS = 3
RUNS = 100
"""Nights that are looked through for those worth telling of."""


def gather_archive(
    connection: Connection,
    questions: tuple[Question, ...],
    topics: Mapping[str, Topic],
    drafting: Drafting,
    figures: Path,
) -> Archive:
    """The archive as a reader sees it; the models are only named, not loaded. `figures` may be absent."""
    encoder, engine = drafting.encoder, drafting.engine
    count, latest = load_counts(connection)
    preprints = load_preprints(connection, load_retrieved_ids(connection))
    same_work = load_same_work(connection, preprints)
    others = load_preprints(connection, [one for ids in same_work.values() for one in ids])
    revisions = load_revisions(connection)
    newest = {slug: found[-1] for slug, found in revisions.items()}
    return Archive(
        questions=questions,
        topics=topics,
        answers=newest,
        preprints=preprints,
        follow_ups=nearest_questions(connection, questions, encoder.name),
        preprint_count=count,
        latest=latest,
        models=(
            ("Encoder", encoder.name),
            ("Language model", f"{engine.name}, SHA-256 {engine.sha256}, {engine.sampling}"),
        ),
        same_work={archive_id: tuple(others[one] for one in ids) for archive_id, ids in same_work.items()},
        revisions=revisions,
        earlier=load_earlier_texts(connection, _read_earlier(revisions.values(), preprints)),
        states=read_states(connection, questions, newest, drafting),
        runs=load_runs(connection, limit=RUNS),
        figures=read_figures(figures),
    )


def read_states(
    connection: Connection, questions: Sequence[Question], newest: Mapping[str, Answer], drafting: Drafting
) -> dict[str, State]:
    """How every active question's answer stands, by what retrieval found last and who would answer now."""
    passages, outcomes = load_all_passages(connection), load_outcomes(connection)
    ids = {one.archive_id for found in passages.values() for one in found}
    ids |= {source.archive_id for answer in newest.values() for source in answer.sources}
    preprints = load_preprints(connection, ids)
    states = {}
    for question in questions:
        answer = newest.get(question.slug)
        if question.status != "active" or answer is None:
            continue
        found = passages.get(question.slug, ())
        read = [(one, preprints[one.archive_id]) for one in found if one.archive_id in preprints]
        key = answer_key(question, read, drafting)
        states[question.slug] = state_of(
            answer,
            question,
            passages.get(question.slug),
            preprints,
            drafting.provenance(question),
            settled=outcomes.get(key) == answer.revision and _is_current(found, preprints),
        )
    return states


def read_figures(file: Path) -> tuple[Figures, ...]:
    """What was measured; none where the file is absent or holds none."""
    try:
        return parse_figures(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return ()


def nearest_questions(
    connection: Connection, questions: Sequence[Question], encoder: str
) -> dict[str, tuple[FollowUp, ...]]:
    """For every active question the three nearest other ones, by cosine of their wordings."""
    marks = {one.slug: content_hash(one.question) for one in questions if one.status == "active"}
    vectors = load_text_vectors(connection, encoder=encoder, text_hashes=marks.values())
    shown = [one for one in questions if marks.get(one.slug) in vectors]
    if not shown:
        return {}
    matrix = np.stack([vectors[marks[one.slug]] for one in shown])
    order = np.argsort(-(matrix @ matrix.T), axis=1, kind="stable")
    return {
        one.slug: tuple(FollowUp(shown[n].question, shown[n].slug) for n in order[row] if n != row)[:FOLLOW_UPS]
        for row, one in enumerate(shown)
    }


def _read_earlier(histories: Iterable[Sequence[Answer]], preprints: Mapping[str, Preprint]) -> set[tuple[str, int]]:
    """Id and number of the versions that an answer read and that are not the latest."""
    read = {(one.archive_id, one.version) for found in histories for answer in found for one in answer.sources}
    return {(one, version) for one, version in read if one in preprints and version != preprints[one].latest.number}


def _is_current(passages: Sequence[Passage], preprints: Mapping[str, Preprint]) -> bool:
    """Whether retrieval saw the versions of today."""
    return all(
        one.archive_id in preprints and preprints[one.archive_id].latest.number == one.version for one in passages
    )
