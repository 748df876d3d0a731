"""What a question's front matter lets through."""

from datetime import date

import numpy as np
import pytest

from pipeline.records import Question
from pipeline.retrieve.filters import admitted

FILED = [
    ("AG-1999.01-0001", [], date(1999, 1, 1)),
    ("AG-2024.01-0001", ["quant-ph", "cs.LG"], date(2024, 1, 28)),
    ("AG-2024.01-0002", ["cs.CV"], date(2024, 1, 31)),
    ("AG-2024.02-0001", ["csx.AA", "math-ph"], date(2024, 2, 1)),
]


@pytest.mark.parametrize(
    ("categories", "since", "expected"),
    [
        pytest.param((), None, [True, True, True, True], id="no filter"),
        pytest.param(("cs.CV",), None, [False, False, True, False], id="one category"),
        pytest.param(("cs.LG",), None, [False, True, False, False], id="a category that is not the primary one"),
        pytest.param(("cs",), None, [False, True, True, False], id="a whole archive, and none that only begins alike"),
        pytest.param(("math",), None, [False, False, False, False], id="math is not math-ph"),
        pytest.param(("quant-ph", "cs.CV"), None, [False, True, True, False], id="one of several"),
        pytest.param((), date(2024, 1, 31), [False, False, True, True], id="since a day, that day included"),
        pytest.param(("cs",), date(2024, 1, 31), [False, False, True, False], id="both"),
    ],
)
def test_a_question_admits(categories: tuple[str, ...], since: date | None, expected: list[bool]) -> None:
    question = Question("slug", "Why?", (), categories=categories, since=since)
    mask = admitted(question, FILED)
    assert (mask.dtype, mask.tolist()) == (np.dtype(bool), expected)


def test_an_empty_archive_admits_nothing() -> None:
    assert admitted(Question("slug", "Why?", ()), []).tolist() == []
