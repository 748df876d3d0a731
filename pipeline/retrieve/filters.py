"""Which preprints a question's front matter admits. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from pipeline.records import Question


def admitted(question: Question, filed: Sequence[tuple[str, list[str], date]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """(preprints,) bool: whether a preprint has one of the categories asked for, and is not too old.

    `filed`: id, categories and date of first submission of each.

    A category without a dot stands for its whole archive: `cs` admits `cs.LG`.
    """
    if question.since is None and not question.categories:
        return np.ones(len(filed), np.bool_)
    return np.fromiter(
        (
            (question.since is None or submitted >= question.since)
            and (
                not question.categories
                or any(_within(have, want) for have in categories for want in question.categories)
            )
            for _, categories, submitted in filed
        ),
        dtype=np.bool_,
    )


def _within(category: str, wanted: str) -> bool:
    return category == wanted or category.startswith(f"{wanted}.")
