"""What is read from the store for the site."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.answer.ask import Drafting, answer_key
from pipeline.hashes import content_hash, text_hash
from pipeline.records import Change, EarlierText, FollowUp, Passage, Preprint, Question, State, Version
from pipeline.render.gather import FOLLOW_UPS, gather_archive, nearest_questions, read_figures, read_states
from pipeline.settings import VerifySettings
from pipeline.store.answers import save_answer, save_outcome, save_passages
from pipeline.store.database import Connection
from pipeline.store.preprints import save_embeddings
from tests.archive import all_preprints, keep_preprints, take
from tests.fakes import FakeEncoder, FakeEngine
from tests.render.samples import ACCURACY, ANSWERED, COSTS, IDLE, NETWORKS, PENDING, REEFS, RETIRED, TOPICS, source_of

ENCODER = FakeEncoder()
DRAFTING = Drafting(ENCODER, FakeEngine(), VerifySettings())
ABSENT = Path("absent.json")
EARLY = {
    "id": "2401.00001",
    "title": "Early",
    "abstract": "First words.",
    "versions": [{"version": "v1", "created": "Sat, 13 Jan 2024 11:38:08 GMT"}],
}
LATE = EARLY | {
    "title": "Late",
    "abstract": "Last words.",
    "versions": [*EARLY["versions"], {"version": "v2", "created": "Sat, 20 Jan 2024 11:38:08 GMT"}],
}


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
    found = gather_archive(connection, (ACCURACY, REEFS), TOPICS, Drafting(ENCODER, engine, VerifySettings()), ABSENT)
    assert [one.revision for one in found.revisions[ACCURACY.slug]] == [1, 2]
    assert dict(found.answers) == {ACCURACY.slug: replace(ANSWERED, revision=2, sources=ANSWERED.sources[:1])}
    assert list(found.preprints.values()) == [COSTS, NETWORKS, IDLE]
    assert (found.questions, found.topics, found.follow_ups) == ((ACCURACY, REEFS), TOPICS, {})
    assert (found.preprint_count, found.latest) == (4, date(2024, 5, 3))
    assert found.models == (
        ("Encoder", "fake-64"),
        ("Language model", f"fake-model, SHA-256 {engine.sha256}, scripted"),
    )
    assert engine.prompts == []


def passages_of(*preprints: Preprint) -> list[Passage]:
    return [
        Passage(one.archive_id, one.latest.number, text_hash(one), rank, 0.5, 1.0, 0.1)
        for rank, one in enumerate(preprints, 1)
    ]


def settle(connection: Connection, preprints: list[Preprint], revision: int) -> None:
    """As if a night had weighed these preprints, and come to that revision."""
    passages = passages_of(*preprints)
    save_passages(connection, slug=ACCURACY.slug, retrieval_key="k", preprints=3, passages=passages)
    key = answer_key(ACCURACY, list(zip(passages, preprints, strict=True)), DRAFTING)
    save_outcome(connection, answer_key=key, slug=ACCURACY.slug, revision=revision)


def test_an_answer_is_fresh_while_the_night_that_settled_it_saw_the_archive_of_today(connection: Connection) -> None:
    standing = replace(COSTS, withdrawn=None)
    keep_preprints(connection, [NETWORKS, standing, IDLE])
    save_answer(connection, ANSWERED)
    settle(connection, [NETWORKS, standing, IDLE], revision=2)
    newest = {ACCURACY.slug: ANSWERED}
    assert read_states(connection, (ACCURACY, REEFS), newest, DRAFTING) == {ACCURACY.slug: State()}
    keep_preprints(connection, [replace(NETWORKS, versions=(*NETWORKS.versions, Version(4, None)))])
    state = read_states(connection, (ACCURACY,), newest, DRAFTING)[ACCURACY.slug]
    assert state.name == "source_revised"
    assert state.changes[0] == Change("source_revised", NETWORKS.archive_id, "v3", "v4")


def test_an_answer_that_no_night_settled_tells_what_overtook_it(connection: Connection) -> None:
    keep_preprints(connection, [NETWORKS, replace(COSTS, withdrawn=None), IDLE])
    save_answer(connection, ANSWERED)
    save_passages(connection, slug=ACCURACY.slug, retrieval_key="k", preprints=3, passages=passages_of(NETWORKS, COSTS))
    state = read_states(connection, (ACCURACY,), {ACCURACY.slug: ANSWERED}, DRAFTING)[ACCURACY.slug]
    assert state.name == "evidence_changed"
    assert Change("source_left", IDLE.archive_id) in state.changes
    assert "model_changed" in {change.kind for change in state.changes}


def test_the_texts_of_earlier_versions_are_read_where_an_answer_rests_on_them(connection: Connection) -> None:
    take(connection, EARLY, LATE)
    [preprint] = all_preprints(connection).values()
    source = replace(source_of(preprint, 50), version=1)
    save_answer(connection, replace(ANSWERED, sources=(source,)))
    found = gather_archive(connection, (ACCURACY,), TOPICS, DRAFTING, ABSENT)
    assert found.earlier == {(preprint.archive_id, 1): EarlierText("Early", "First words.")}
    assert found.as_read(found.answers[ACCURACY.slug])[preprint.archive_id].abstract == "First words."


def test_figures_that_are_absent_or_unreadable_are_none(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    assert read_figures(file) == ()
    file.write_bytes(b"\xff\xfe")
    assert read_figures(file) == ()
    file.write_text('[{"set": "s", "figures": {"recall": 0.5}}]', encoding="utf-8")
    assert [one.name for one in read_figures(file)] == ["s"]


def test_other_records_of_the_same_work_are_found_by_their_doi(connection: Connection) -> None:
    twin = replace(IDLE, source="biorxiv", source_id="10.1101/1", archive_id="AG-2024.02-0002", doi="10.1000/XYZ")
    keep_preprints(connection, [replace(COSTS, doi="10.1000/xyz"), NETWORKS, twin])
    save_answer(connection, ANSWERED)
    found = gather_archive(connection, (ACCURACY,), TOPICS, DRAFTING, ABSENT)
    assert found.same_work == {COSTS.archive_id: (twin,)}


def test_an_empty_archive_is_an_archive(connection: Connection) -> None:
    found = gather_archive(connection, (), {}, DRAFTING, ABSENT)
    assert (dict(found.answers), dict(found.preprints), found.preprint_count, found.latest) == ({}, {}, 0, None)


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
