"""Static vectors: packed small, read back the same, and true enough to find by."""

import numpy as np

from pipeline.meaning.table import (
    DIMENSIONS,
    find_axes,
    pack,
    project,
    read_table,
    unit_rows,
    write_table,
    zipf_weights,
)
from tests.meaning.tables import table, unpack

RANDOM = np.random.default_rng(7)


def test_six_levels_in_a_third_of_a_byte_keep_the_direction() -> None:
    rows = RANDOM.normal(size=(200, DIMENSIONS))
    units = np.linspace(2, 0.5, DIMENSIONS)
    codes, steps = pack(rows * units, units)
    assert codes.shape == (200, DIMENSIONS // 3)
    assert codes.max() < 6**3
    back = unpack(codes) * steps[:, None] * units
    cosines = (unit_rows(rows * units) * unit_rows(back)).sum(axis=1)
    assert cosines.min() > 0.92
    assert cosines.mean() > 0.96


def test_values_come_back_in_their_places() -> None:
    rows = np.array([[-2.4, -1.4, -0.4, 0.4, 1.4, 2.4]])
    codes, _ = pack(rows / 0.7334 * np.sqrt(np.mean(np.square(rows))), np.ones(6))
    assert unpack(codes)[0].argsort().tolist() == [0, 1, 2, 3, 4, 5]
    assert codes.tolist() == [[0 + 6 * 1 + 36 * 2, 3 + 6 * 4 + 36 * 5]]


def test_a_row_of_zeros_is_no_error() -> None:
    codes, steps = pack(np.zeros((1, 6)), np.ones(6))
    assert np.isfinite(unpack(codes) * steps[:, None]).all()


def test_the_common_count_less_than_the_rare() -> None:
    weights = zipf_weights(28_000)
    assert (np.diff(weights) > 0).all()
    assert weights[0] < 0.01 < 0.9 < weights[-1] <= 1


def test_axes_are_those_on_which_rows_differ_most_and_point_one_way() -> None:
    rows = RANDOM.normal(size=(500, 4)) * [1, 8, 3, 0.1]
    _, axes = find_axes(rows, np.ones(500), 2)
    _, flipped = find_axes(-rows, np.ones(500), 2)
    assert np.abs(axes).argmax(axis=0).tolist() == [1, 2]
    assert (axes.max(axis=0) == np.abs(axes).max(axis=0)).all()
    np.testing.assert_allclose(axes, flipped)
    np.testing.assert_allclose(np.linalg.norm(project(rows, rows.mean(axis=0), axes), axis=1), 1)


def test_a_page_is_nearest_to_the_pieces_that_say_the_same() -> None:
    found = table()
    vectors = np.random.default_rng(0).normal(size=(len(found.wordpiece.pieces), 256))
    pages = unit_rows(unpack(found.pack_pages(vectors)) * found.units)
    pieces = unit_rows(unpack(found.codes) * found.units)
    known = [place for place, piece in enumerate(found.wordpiece.pieces) if piece != "[UNK]"]
    assert (pieces[known] @ pages[known].T).argmax(axis=1).tolist() == list(range(len(known)))


def test_an_unknown_piece_weighs_nothing() -> None:
    found = table()
    assert found.scales[found.wordpiece.pieces.index("[UNK]")] == 0


def test_what_is_kept_is_read_back_and_made_alike_twice() -> None:
    made = table()
    kept = write_table(made)
    assert kept == write_table(table())
    back = read_table(kept)
    assert back.wordpiece == made.wordpiece
    for name in ("mean", "axes", "units", "scales", "codes"):
        np.testing.assert_array_equal(getattr(back, name), getattr(made, name))
