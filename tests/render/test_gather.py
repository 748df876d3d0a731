"""What is read from the store for the site."""

from dataclasses import replace
from datetime import date

from pipeline.hashes import content_hash
from pipeline.records import FollowUp, Question
from pipeline.render.gather import FOLLOW_UPS, gather_archive, nearest_questions
from pipeline.store.answers import save_answer
from pipeline.store.database import Connection
from pipeline.store.preprints import save_embeddings
from tests.archive import keep_preprints
from tests.fakes import FakeEncoder, FakeEngine
from tests.render.samples import ACCURACY, ANSWERED, COSTS, IDLE, NETWORKS, PENDING, REEFS, RETIRED, TOPICS

ENCODER = FakeEncoder()


def embed_questions(connection: Connection, *questions: Question) -> None:
    save_embeddings(
        connection,
        encoder=ENCODER.name,
        text_hashes=[content_hash(one.question) for one in questions],
        vectors=ENCODER.encode([one.question for one in questions]),
    )


def asked(slug: str, question: str) -> Question:
    return replace(ACCURACY, slug=slug, question=question)


def test_the_archive_holds_newest_answers_and_every_preprint_that_any_revision_retrieved(
    connection: Connection,
) -> None:
    keep_preprints(connection, [NETWORKS, COSTS, IDLE, replace(IDLE, source_id="x", archive_id="AG-2024.02-0002")])
    save_answer(connection, replace(ANSWERED, revision=1))
    save_answer(connection, replace(ANSWERED, revision=2, sources=ANSWERED.sources[:1]))
    engine = FakeEngine()
    found = gather_archive(connection, (ACCURACY, REEFS), TOPICS, ENCODER, engine)
    assert found.answers == {ACCURACY.slug: replace(ANSWERED, revision=2, sources=ANSWERED.sources[:1])}
    assert list(found.preprints.values()) == [COSTS, NETWORKS, IDLE]
    assert (found.questions, found.topics, found.follow_ups) == ((ACCURACY, REEFS), TOPICS, {})
    assert (found.preprint_count, found.latest) == (4, date(2024, 5, 3))
    assert found.models == (
        ("Encoder", "fake-64"),
        ("Language model", f"fake-model, SHA-256 {engine.sha256}, scripted"),
    )
    assert engine.prompts == []


def test_other_records_of_the_same_work_are_found_by_their_doi(connection: Connection) -> None:
    twin = replace(IDLE, source="biorxiv", source_id="10.1101/1", archive_id="AG-2024.02-0002", doi="10.1000/XYZ")
    keep_preprints(connection, [replace(COSTS, doi="10.1000/xyz"), NETWORKS, twin])
    save_answer(connection, ANSWERED)
    found = gather_archive(connection, (ACCURACY,), TOPICS, ENCODER, FakeEngine())
    assert found.same_work == {COSTS.archive_id: (twin,)}


def test_an_empty_archive_is_an_archive(connection: Connection) -> None:
    found = gather_archive(connection, (), {}, ENCODER, FakeEngine())
    assert (found.answers, found.preprints, found.preprint_count, found.latest) == ({}, {}, 0, None)


def test_follow_ups_are_the_nearest_other_questions_nearest_first(connection: Connection) -> None:
    questions = [
        asked("kernels", "Do quantum kernels classify images?"),
        asked("reefs", "Do coral reefs recover?"),
        asked("images", "Do quantum kernels classify medical images?"),
        asked("networks", "Do quantum networks classify?"),
        asked("grow", "How do coral reefs grow?"),
    ]
    embed_questions(connection, *questions)
    found = nearest_questions(connection, questions, ENCODER.name)
    assert list(found) == [one.slug for one in questions]
    assert found["kernels"][0] == FollowUp("Do quantum kernels classify medical images?", "images")
    assert [one.slug for one in found["kernels"][:2]] == ["images", "networks"]
    assert found["grow"][0].slug == "reefs"
    for slug, follow_ups in found.items():
        assert len(follow_ups) == FOLLOW_UPS
        assert slug not in {one.slug for one in follow_ups}


def test_only_active_questions_with_a_vector_take_part(connection: Connection) -> None:
    embed_questions(connection, ACCURACY, REEFS, RETIRED)
    found = nearest_questions(connection, (ACCURACY, REEFS, PENDING, RETIRED), ENCODER.name)
    assert found == {
        ACCURACY.slug: (FollowUp(REEFS.question, REEFS.slug),),
        REEFS.slug: (FollowUp(ACCURACY.question, ACCURACY.slug),),
    }


def test_a_question_alone_has_nothing_to_follow(connection: Connection) -> None:
    embed_questions(connection, ACCURACY)
    assert nearest_questions(connection, (ACCURACY,), ENCODER.name) == {ACCURACY.slug: ()}
    assert nearest_questions(connection, (PENDING,), ENCODER.name) == {}
