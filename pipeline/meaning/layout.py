"""Points for vectors: near ones near, and where they were the night before. Pure.

t-SNE (van der Maaten and Hinton 2008) from principal components, or from where the points were (Kobak and Berens 2019). What is new
is put among its nearest neighbours; only once a fifth of the points came that way is everything laid out again.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.meaning.table import Floats, unit_rows

METHOD = "map-1"
NEIGHBOURS = 5
SHARE = 0.2
"""Of points that were put among others, above which all are laid out again."""
SPREAD = 1e-4
"""Standard deviation of the first positions, as t-SNE wants it."""
FEWEST = 4
"""Fewer are put on a circle."""
Points = Mapping[str, tuple[float, float]]


def place(names: Sequence[str], vectors: Floats, settled: Points, guests: Points) -> tuple[Points, Points]:
    """Where each name stands, from -1 to 1: those of the last layout that are still there, and those that came since.

    `vectors` has a row of length 1 for each name.
    """
    known = {**settled, **guests}
    new = [name for name in names if name not in known]
    came = len(new) + sum(name in guests for name in names)
    if not settled or came > SHARE * len(names):
        return dict(zip(names, _pairs(lay_out(vectors, [known.get(name) for name in names])), strict=True)), {}
    there = set(names)
    settled = {name: point for name, point in settled.items() if name in there}
    guests = {name: point for name, point in guests.items() if name in there}
    if new:
        rows = {name: row for row, name in enumerate(names)}
        old = [name for name in names if name in known]
        found = put_among(
            vectors[[rows[name] for name in new]],
            vectors[[rows[name] for name in old]],
            np.array([known[name] for name in old]),
        )
        guests |= dict(zip(new, _pairs(found), strict=True))
    return settled, guests


def lay_out(vectors: Floats, earlier: Sequence[tuple[float, float] | None]) -> Floats:
    """(points, 2), from -1 to 1; turned and mirrored so that those with an earlier position are near it."""
    count = len(vectors)
    if count < FEWEST:
        angles = np.arange(count) * 2 * np.pi / max(count, 1)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1) / 2
    from sklearn.manifold import TSNE  # a second that only a new layout takes
    from threadpoolctl import threadpool_limits

    before = [row for row, point in enumerate(earlier) if point is not None]
    start = _principal(vectors)
    if len(before) > SHARE * count:
        there = np.array([earlier[row] for row in before])
        start = put_among(vectors, vectors[before], there, exact=True)
    start = start - start.mean(axis=0)
    tsne = TSNE(
        init=(start / max(float(start[:, 0].std()), 1e-9) * SPREAD).astype(np.float32),
        perplexity=min(30.0, (count - 1) / 3),
        max_iter=750,
        random_state=0,
        n_jobs=1,
    )
    with threadpool_limits(
        limits=1
    ):  # in one order, so the same each time; and threads that wait for one another cost more
        found = _fit_into_square(np.asarray(tsne.fit_transform(vectors.astype(np.float32)), np.float64))
    if len(before) > 1:
        found = found @ _turn(found[before], np.array([earlier[row] for row in before]))
    return _fit_into_square(found)


def put_among(vectors: Floats, others: Floats, points: Floats, exact: bool = False) -> Floats:
    """Where vectors stand among others, whose points are known: between the nearest, the nearer the more.

    With `exact`, one that is among the others stays on its point.
    """
    likeness = vectors @ others.T
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :NEIGHBOURS]
    weights = np.exp(10 * np.take_along_axis(likeness, nearest, axis=1))
    found = (points[nearest] * weights[:, :, None]).sum(axis=1) / weights.sum(axis=1)[:, None]
    if exact:
        same = np.take_along_axis(likeness, nearest[:, :1], axis=1)[:, 0] > 1 - 1e-5
        found[same] = points[nearest[same, 0]]
    return np.asarray(found)


def _principal(vectors: Floats) -> Floats:
    centred = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    axes = axes[:2] * np.sign(axes[np.arange(2), np.abs(axes[:2]).argmax(axis=1)])[:, None]
    return np.asarray(centred @ axes.T)


def _fit_into_square(points: Floats) -> Floats:
    """Each direction from -1 to 1."""
    low, high = points.min(axis=0), points.max(axis=0)
    return np.asarray((points - (low + high) / 2) / np.maximum((high - low) / 2, 1e-9))


def _turn(points: Floats, target: Floats) -> Floats:
    """The rotation, perhaps mirrored, that brings points nearest to their targets (orthogonal Procrustes)."""
    left, _, right = np.linalg.svd((points - points.mean(axis=0)).T @ (target - target.mean(axis=0)))
    return np.asarray(left @ right)


def _pairs(points: Floats) -> list[tuple[float, float]]:
    return [(round(float(x), 4), round(float(y), 4)) for x, y in points]


def as_rows(vectors: Sequence[Floats]) -> Floats:
    """One matrix of rows of length 1."""
    return unit_rows(np.stack(vectors))
