"""Read everything that the site shows: from the store, and the figures that were measured. [edge]"""

from collections.abc import Mapping, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path

import numpy as np

from pipeline.answer.ask import Drafting, answer_key
from pipeline.embed.encoder import Vectors
from pipeline.hashes import content_hash
from pipeline.records import Answer, FollowUp, Passage, Preprint, Question, State, Topic
from pipeline.render.figures import Figures, parse_figures
from pipeline.render.shelf import Drawn, Shelf, bring
from pipeline.render.views import Archive
from pipeline.state import state_of
from pipeline.store.answers import (
    load_answered_slugs,
    load_outcomes,
    load_passages_of,
    load_retrieved_ids,
    load_revisions,
)
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
STRETCH = 512
"""Questions that are worked through at a time."""
RUNS = 100
"""Nights that are looked through for those worth telling of."""


def gather_archive(
    connection: Connection,
    questions: tuple[Question, ...],
    topics: Mapping[str, Topic],
    drafting: Drafting,
    figures: Path,
) -> Archive:
    """The archive as a reader sees it; the models are only named, not loaded. `figures` may be absent.

    Answers and preprints are read from the store when they are asked for.
    """
    encoder, engine = drafting.encoder, drafting.engine
    count, latest = load_counts(connection)
    preprints = Shelf(load_retrieved_ids(connection), partial(load_preprints, connection))
    same_work = load_same_work(connection, preprints)
    others = load_preprints(connection, [one for ids in same_work.values() for one in ids])
    revisions = Shelf(load_answered_slugs(connection), partial(load_revisions, connection))
    newest = Drawn(revisions, itemgetter(-1))
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
        earlier=load_earlier_texts(connection),
        states=read_states(connection, questions, newest, drafting),
        runs=load_runs(connection, limit=RUNS),
        figures=read_figures(figures),
    )


def read_states(
    connection: Connection, questions: Sequence[Question], newest: Mapping[str, Answer], drafting: Drafting
) -> dict[str, State]:
    """How every active question's answer stands, by what retrieval found last and who would answer now."""
    outcomes = load_outcomes(connection)
    active = [one for one in questions if one.status == "active" and one.slug in newest]
    states = {}
    for start in range(0, len(active), STRETCH):
        stretch = active[start : start + STRETCH]
        answers = load_latest(newest, stretch)
        passages = load_passages_of(connection, answers)
        ids = {one.archive_id for found in passages.values() for one in found}
        ids |= {source.archive_id for answer in answers.values() for source in answer.sources}
        preprints = load_preprints(connection, ids)
        for question in stretch:
            answer, found = answers[question.slug], passages.get(question.slug, ())
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


def load_latest(newest: Mapping[str, Answer], questions: Sequence[Question]) -> dict[str, Answer]:
    """The newest answers of these questions, read at once."""
    bring(newest, [one.slug for one in questions])
    return {one.slug: newest[one.slug] for one in questions}


def read_figures(file: Path) -> tuple[Figures, ...]:
    """What was measured; none where the file is absent or holds none that can be read."""
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
    follow_ups = {}
    for start in range(0, len(shown), STRETCH):
        for row, cosines in enumerate(matrix[start : start + STRETCH] @ matrix.T, start):
            near = [n for n in _nearest(cosines, FOLLOW_UPS + 1) if n != row][:FOLLOW_UPS]
            follow_ups[shown[row].slug] = tuple(FollowUp(shown[n].question, shown[n].slug) for n in near)
    return follow_ups


def _nearest(cosines: Vectors, count: int) -> list[int]:
    """The places of the highest cosines, the first of equal ones first."""
    if len(cosines) <= count:
        return list(np.argsort(-cosines, kind="stable"))
    least = np.partition(cosines, -count)[-count]
    places = np.flatnonzero(cosines >= least)
    return [int(n) for n in places[np.argsort(-cosines[places], kind="stable")][:count]]


def _is_current(passages: Sequence[Passage], preprints: Mapping[str, Preprint]) -> bool:
    """Whether retrieval saw the versions of today."""
    return all(
        one.archive_id in preprints and preprints[one.archive_id].latest.number == one.version for one in passages
    )
