"""Let near-identical preprints take one place among the passages, not several. Pure."""

from collections.abc import Sequence

from pipeline.embed.encoder import Vectors


def give_way(order: Sequence[int], vectors: Vectors, places: int, limit: float) -> list[int]:
    """The same order, but that one as near as `limit` to a better one goes behind the first `places` that are not.

    `vectors` is (preprints, dimensions) float32 with rows of length 1; `limit` is a cosine, and at 1 none gives way: two
    versions of one work mostly lie above 0.95, two works on one subject below.
    """
    first: list[int] = []
    behind: list[int] = []
    for number in order:
        if len(first) == places:
            break
        near = limit < 1 and first and float((vectors[first] @ vectors[number]).max()) >= limit
        (behind if near else first).append(number)
    return [*first, *behind, *order[len(first) + len(behind) :]]
