"""Verbs turned into their passive, and back."""

import pytest

from pipeline.verify.voice import check_voice


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        pytest.param("Kernels are outperformed by trees.", "Kernels outperform trees.", id="made passive"),
        pytest.param("Kernels outperformed trees.", "Kernels were outperformed by trees.", id="made active"),
        pytest.param(
            "Infected cells are attacked by healthy cells.", "Infected cells attack healthy cells.", id="any verb"
        ),
        pytest.param(
            "Kernels are clearly outperformed.", "Kernels clearly outperform trees.", id="without the other side"
        ),
        pytest.param("The protein degraded it.", "The protein is also degraded by it.", id="a word between"),
    ],
)
def test_a_verb_turned_round_is_seen(sentence: str, evidence: str) -> None:
    [reason] = check_voice(sentence, evidence)
    assert "the other way round" in reason


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        pytest.param("Kernels outperform trees.", "Kernels outperform trees.", id="copied"),
        pytest.param(
            "Trees are outperformed by kernels.", "Kernels outperform trees.", id="passive, and the sides changed"
        ),
        pytest.param(
            "Networks are trained with noise.", "Networks trained with noise are small.", id="a bare participle"
        ),
        pytest.param("Accuracy was increased by 3%.", "Accuracy increased by 3%.", id="a verb without an object"),
        pytest.param("Kernels are outperformed by trees.", "Corals bleach.", id="another verb"),
    ],
)
def test_a_verb_that_keeps_its_sense_is_let_be(sentence: str, evidence: str) -> None:
    assert check_voice(sentence, evidence) == []
