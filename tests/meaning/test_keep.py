"""Vectors for readers and places on the map are made once and kept."""

from collections.abc import Callable

import numpy as np
import pytest

from pipeline.embed.encoder import Pieces
from pipeline.meaning.keep import MAP, TABLE, dump_points, find_all, find_points, find_table, restore_points
from pipeline.meaning.table import write_table
from pipeline.meaning.targets import Target
from pipeline.store.database import Connection, open_database
from pipeline.store.kept import load_kept
from pipeline.store.preprints import save_embeddings
from tests.fakes import FakeEncoder
from tests.meaning.tables import wordpiece

TARGETS = tuple(Target("question", f"q/{number}/", f"reef {number}", "answered", f"h{number}") for number in range(8))


class PieceEncoder(FakeEncoder):
    """One that tells of its pieces, and counts how often it was asked."""

    def __init__(self, name: str = "pieces-1") -> None:
        super().__init__()
        self.name = name
        self.readings = 0

    def read_pieces(self, on_progress: Callable[[int, int], None] = lambda _, __: None) -> Pieces:  # type: ignore[override]  # the fake has none
        self.readings += 1
        pieces = wordpiece()
        vectors = np.random.default_rng(0).normal(size=(len(pieces.pieces), 256)).astype(np.float32)
        return Pieces(pieces, vectors)


def embed(connection: Connection, encoder: str, count: int) -> None:
    vectors = FakeEncoder().encode([one.title for one in TARGETS[:count]])
    save_embeddings(
        connection, encoder=encoder, text_hashes=[one.text_hash for one in TARGETS[:count]], vectors=vectors
    )


def test_pieces_are_read_once_for_an_encoder(connection: Connection) -> None:
    encoder = PieceEncoder()
    first = find_table(connection, encoder)
    second = find_table(connection, encoder)
    assert encoder.readings == 1
    assert first and second
    assert write_table(first) == write_table(second)
    other = PieceEncoder("pieces-2")
    find_table(connection, other)
    assert other.readings == 1


def test_that_an_encoder_has_no_pieces_is_kept_too(connection: Connection) -> None:
    assert find_table(connection, FakeEncoder()) is None
    kept = load_kept(connection, name=TABLE)
    assert kept is not None
    assert kept.content == b""
    assert find_table(connection, FakeEncoder()) is None


def test_points_stay_while_nothing_changes_and_nothing_is_written(connection: Connection) -> None:
    embed(connection, "pieces-1", 8)
    found = find_all(connection, PieceEncoder(), TARGETS, with_table=False, on_progress=lambda _, __: None)
    assert found.table is None
    assert set(found.points) == {one.path for one in TARGETS}
    kept = load_kept(connection, name=MAP)
    again = find_points(connection, "pieces-1", TARGETS, found.vectors)
    assert again == found.points
    assert load_kept(connection, name=MAP) == kept


def test_points_come_back_from_their_dump(connection: Connection) -> None:
    assert dump_points(connection) == "{}\n"
    embed(connection, "pieces-1", 8)
    found = find_all(connection, PieceEncoder(), TARGETS, with_table=False, on_progress=lambda _, __: None)
    text, kept = dump_points(connection), load_kept(connection, name=MAP)
    with open_database(None) as other:
        restore_points(other, "{}")
        assert load_kept(other, name=MAP) is None
        restore_points(other, text)
        assert load_kept(other, name=MAP) == kept
        assert find_points(other, "pieces-1", TARGETS, found.vectors) == found.points


@pytest.mark.parametrize(
    "text", ["", "[]", '{"key": "k"}', '{"key": "k", "settled": {"q/": 1}, "guests": {}}', '{"settled": 1}']
)
def test_a_dump_that_holds_no_map_is_refused(connection: Connection, text: str) -> None:
    with pytest.raises(ValueError):
        restore_points(connection, text)


def test_a_text_that_waits_for_its_vector_has_no_point_yet(connection: Connection) -> None:
    embed(connection, "pieces-1", 7)
    found = find_all(connection, PieceEncoder(), TARGETS, with_table=True, on_progress=lambda _, __: None)
    assert TARGETS[7].path not in found.points
    assert found.table is not None
    assert find_points(connection, "pieces-1", TARGETS, {}) == {}
