"""Read from the store everything that the site shows."""

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.answer.engines import Engine
from pipeline.embed.encoder import Encoder
from pipeline.hashes import content_hash
from pipeline.records import FollowUp, Question, Topic
from pipeline.render.views import Archive
from pipeline.store.answers import load_latest_answers, load_retrieved_ids
from pipeline.store.database import Connection
from pipeline.store.preprints import load_counts, load_preprints, load_same_work, load_text_vectors

FOLLOW_UPS = 3


def gather_archive(
    connection: Connection,
    questions: tuple[Question, ...],
    topics: Mapping[str, Topic],
    encoder: Encoder,
    engine: Engine,
) -> Archive:
    """The archive as a reader sees it; the models are only named, not loaded."""
    count, latest = load_counts(connection)
    preprints = load_preprints(connection, load_retrieved_ids(connection))
    same_work = load_same_work(connection, preprints)
    others = load_preprints(connection, [one for ids in same_work.values() for one in ids])
    return Archive(
        questions=questions,
        topics=topics,
        answers=load_latest_answers(connection),
        preprints=preprints,
        follow_ups=nearest_questions(connection, questions, encoder.name),
        preprint_count=count,
        latest=latest,
        models=(
            ("Encoder", encoder.name),
            ("Language model", f"{engine.name}, SHA-256 {engine.sha256}, {engine.sampling}"),
        ),
        same_work={archive_id: tuple(others[one] for one in ids) for archive_id, ids in same_work.items()},
    )


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
