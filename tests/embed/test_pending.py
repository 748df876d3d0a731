"""Texts without a vector: which they are, in what batches, and where a night stops."""

from pathlib import Path

import pytest

from pipeline import steps
from pipeline.embed import pending
from pipeline.embed.pending import embed_pending
from tests.fakes import FakeEncoder
from tests.nights import make_archive, night

WORDINGS = {"a" * 64: "How fast do reefs recover?", "b" * 64: "Do kernels classify images?"}


def never() -> bool:
    return False


def test_questions_come_first_and_a_second_call_finds_nothing(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    told: list[tuple[int, int]] = []
    with night(make_archive(tmp_path / "archive")) as opened:
        steps.ingest(opened)
        found = embed_pending(
            opened.connection, encoder, WORDINGS, never, lambda done, total: told.append((done, total))
        )
        assert found == (14, 0)
        assert encoder.encoded[:2] == list(WORDINGS.values())
        assert told == [(2, 14), (14, 14)]
        assert embed_pending(opened.connection, encoder, WORDINGS, never, lambda *_: None) == (0, 0)
    assert len(encoder.encoded) == 14


def test_a_night_whose_time_is_over_keeps_its_batches_and_leaves_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending, "BATCH", 5)
    over = iter([False, False, True])
    with night(make_archive(tmp_path / "archive")) as opened:
        steps.ingest(opened)
        assert embed_pending(opened.connection, FakeEncoder(), {}, lambda: next(over), lambda *_: None) == (10, 2)
        assert embed_pending(opened.connection, FakeEncoder(), {}, never, lambda *_: None) == (2, 0)
