"""What was found becomes passages, and passages find their preprints again."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import steps
from pipeline.hashes import text_hash
from pipeline.records import Passage, Preprint, Question
from pipeline.retrieve import passages
from pipeline.retrieve.passages import prepare, read_all, read_passages
from pipeline.retrieve.search import Hit
from pipeline.store.answers import load_passages
from pipeline.store.database import Connection
from tests.archive import keep_preprints
from tests.nights import make_archive, night


def test_what_was_found_becomes_passages_of_the_versions_at_hand(connection: Connection, preprint: Preprint) -> None:
    second = replace(preprint, source_id="2401.00002", archive_id="AG-2024.01-0002", title="Another")
    keep_preprints(connection, [preprint, second])
    hits = [Hit(second.archive_id, 0.712345, 3.14159, 0.0322581), Hit(preprint.archive_id, 0.5, 0.0, 0.01)]
    found = [
        (Passage(second.archive_id, 3, text_hash(second), 1, 0.7123, 3.1416, 0.032258), second),
        (Passage(preprint.archive_id, 3, text_hash(preprint), 2, 0.5, 0.0, 0.01), preprint),
    ]
    assert prepare(connection, hits) == found
    assert prepare(connection, []) == []
    kept = [[passage for passage, _ in found], [], [found[1][0]]]
    assert read_all(connection, kept) == [found, [], [found[1]]]


def test_every_question_comes_with_its_passages_in_the_order_given_however_many_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with night(make_archive(tmp_path / "archive")) as opened:
        for step in (steps.ingest, steps.embed, steps.retrieve):
            step(opened)
        asked = [Question("never-searched", "Why?", ()), *opened.questions()[::-1]]
        found = list(read_passages(opened.connection, asked))
        assert [question for question, _ in found] == asked
        for question, read in found:
            assert tuple(passage for passage, _ in read) == load_passages(opened.connection, slug=question.slug)
            assert all(passage.archive_id == preprint.archive_id for passage, preprint in read)
        assert [len(read) for _, read in found] == [0, 8, 8, 8]
        monkeypatch.setattr(passages, "TOGETHER", 3)
        assert list(read_passages(opened.connection, asked)) == found
