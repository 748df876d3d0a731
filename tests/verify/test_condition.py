"""Conditions that stand first."""

import pytest

from pipeline.verify.condition import check_condition


@pytest.mark.parametrize(
    ("sentence", "evidence", "left_out"),
    [
        pytest.param(
            "Lateral views helped.",
            "With a simple DenseNet model, lateral views helped.",
            "With a simple DenseNet model",
            id="with",
        ),
        pytest.param("Metformin prolongs life.", "In mice, metformin prolonged survival.", "In mice", id="in"),
        pytest.param(
            "Mice live longer with metformin.", "In mice, metformin prolonged survival.", "", id="taken up elsewhere"
        ),
        pytest.param("Metformin prolongs life.", "In this paper, metformin prolonged survival.", "", id="no condition"),
        pytest.param("Metformin prolongs life.", "Metformin, in mice, prolonged survival.", "", id="not at the start"),
    ],
)
def test_a_condition_put_first_must_be_taken_up(sentence: str, evidence: str, left_out: str) -> None:
    assert check_condition(sentence, evidence) == ([f"it leaves out the condition {left_out!r}"] if left_out else [])
