"""Points of the map: near where the vectors are, and where they were."""

import numpy as np

from pipeline.meaning.layout import Points, lay_out, place, put_among
from pipeline.meaning.table import Floats, unit_rows

NAMES = [f"q/{number}/" for number in range(60)]


def clusters(count: int = 60, seed: int = 0) -> Floats:
    """Three heaps of directions, one point of each after the other."""
    random = np.random.default_rng(seed)
    centres = unit_rows(random.normal(size=(3, 32)))
    return unit_rows(np.stack([centres[number % 3] + random.normal(size=32) * 0.1 for number in range(count)]))


def as_array(points: Points, names: list[str]) -> Floats:
    return np.array([points[name] for name in names])


def test_what_means_the_same_stands_near() -> None:
    points = lay_out(clusters(), [None] * 60)
    assert points.shape == (60, 2)
    assert np.abs(points).max() <= 1
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    assert (gaps.argmin(axis=1) % 3 == np.arange(60) % 3).all()


def test_the_same_vectors_give_the_same_points() -> None:
    np.testing.assert_array_equal(lay_out(clusters(), [None] * 60), lay_out(clusters(), [None] * 60))


def test_few_points_stand_on_a_circle() -> None:
    for count in range(4):
        points = lay_out(clusters(count) if count else np.empty((0, 32)), [None] * count)
        assert points.shape == (count, 2)
        np.testing.assert_allclose(np.linalg.norm(points, axis=1), 0.5)


def test_nothing_moves_while_nothing_comes() -> None:
    settled, guests = place(NAMES, clusters(), {}, {})
    assert guests == {}
    assert place(NAMES, clusters(), settled, guests) == (settled, {})


def test_a_new_point_comes_among_its_nearest_and_moves_no_other() -> None:
    vectors = clusters()
    settled, _ = place(NAMES[:57], vectors[:57], {}, {})
    again, guests = place(NAMES, vectors, settled, {})
    assert again == settled
    assert set(guests) == set(NAMES[57:])
    others = as_array(settled, NAMES[:57])
    for number, name in enumerate(NAMES[57:]):
        gaps = np.linalg.norm(others - np.array(guests[name]), axis=1)
        assert gaps.argmin() % 3 == number % 3
    assert place(NAMES, vectors, again, guests) == (again, guests)


def test_what_is_gone_leaves_its_place() -> None:
    settled, _ = place(NAMES, clusters(), {}, {})
    left, _ = place(NAMES[:50], clusters()[:50], settled, {})
    assert left == {name: settled[name] for name in NAMES[:50]}


def test_a_fifth_of_new_points_lays_all_out_again_near_where_they_were() -> None:
    vectors = clusters()
    settled, _ = place(NAMES[:45], vectors[:45], {}, {})
    again, guests = place(NAMES, vectors, settled, {})
    assert guests == {}
    assert set(again) == set(NAMES)
    before, after = as_array(settled, NAMES[:45]), as_array(again, NAMES[:45])
    centre = [[points[heap::3].mean(axis=0) for heap in range(3)] for points in (before, after)]
    moved = np.linalg.norm(np.array(centre[0]) - np.array(centre[1]), axis=1)
    assert moved.max() < 0.5  # each heap is where it was; the map reaches from -1 to 1


def test_a_point_that_is_among_the_others_stays_where_it_is() -> None:
    vectors, points = clusters(6), np.arange(12.0).reshape(6, 2)
    np.testing.assert_array_equal(put_among(vectors, vectors, points, exact=True), points)
