"""What is read inside a language model, and what it is worth."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.answer.engines import Tap
from pipeline.errors import ModelError
from pipeline.hashes import file_sha256
from pipeline.models.catalogue import read_catalogue
from pipeline.verify.readout import READOUTS, Readout, ReadoutJudge, find_readout, read_readouts, write_question
from tests.fakes import LayerEngine

REEFS, KERNELS = "Coral reefs bleach in warm water.", "Quantum kernels classify images."
MOSTLY = Readout(sha256="0" * 64, layer=3, bias=-4.0, weights=(20.0, 1.0))
"""Sure of a claim whose words the text has: of the question's, one in five are enough."""


@pytest.mark.parametrize(
    ("row", "chance"),
    [
        ((0.5, 0.0), 0.5),
        ((1.0, 0.0), 1.0),
        ((0.0, 0.0), 0.0),
        ((0.5, 1.0), 0.7311),
        ((1e9, 0.0), 1.0),
        ((-1e9, 0.0), 0.0),
    ],
)
def test_a_chance_is_a_logistic_of_what_is_weighed(row: tuple[float, float], chance: float) -> None:
    assert Readout("0" * 64, 3, -10.0, (20.0, 1.0)).chance(np.array(row, np.float32)) == pytest.approx(chance, abs=1e-3)


def test_opinions_come_in_the_order_of_the_pairs_and_claims_about_one_text_are_neighbours() -> None:
    engine = LayerEngine()
    judge = ReadoutJudge(engine, MOSTLY, 0.5)
    pairs = [
        ("quantum kernels classify images", KERNELS),
        ("coral reefs bleach in warm water", REEFS),
        ("sheep eat grass", KERNELS),
    ]
    opinions = judge(pairs)
    assert [one.log_odds for one in opinions] == [judge([pair])[0].log_odds for pair in pairs]
    assert [one.holds for one in opinions] == [True, True, False]
    judge(pairs)
    texts = [prompt.text for prompt in engine.asked]
    assert texts == sorted(texts) and set(engine.taps) == {Tap(3)}
    assert judge([]) == []


def test_an_opinion_says_why_it_refuses_and_a_text_that_is_too_long_is_refused() -> None:
    [foreign, too_long] = ReadoutJudge(LayerEngine(), MOSTLY, 0.9)(
        [("sheep eat grass", REEFS), ("long", "A long text.")]
    )
    assert not foreign.holds and "below 90%" in foreign.reasons[0]
    assert (too_long.holds, too_long.reasons) == (False, ("the judge gives it a probability of 0%, below 90%",))


def test_the_name_changes_with_the_weights_the_model_the_layer_and_the_threshold() -> None:
    other = Readout(MOSTLY.sha256, 3, -4.0, (20.0, 1.5))
    deeper = Readout(MOSTLY.sha256, 4, -4.0, (20.0, 1.0))
    judges = [
        ReadoutJudge(LayerEngine(), MOSTLY, 0.5),
        ReadoutJudge(LayerEngine(), MOSTLY, 0.6),
        ReadoutJudge(LayerEngine(), other, 0.5),
        ReadoutJudge(LayerEngine(), deeper, 0.5),
        ReadoutJudge(LayerEngine(sha256="1" * 64), MOSTLY, 0.5),
    ]
    assert len({judge.name for judge in judges}) == len(judges)
    assert "judge.v1" in judges[0].name


def test_the_question_ends_with_the_claim_and_begins_with_the_text() -> None:
    prompt = write_question(REEFS, "Reefs bleach.")
    assert prompt.text == f"Text: {REEFS}\n\n" and '"Reefs bleach."' in prompt.question


@pytest.mark.parametrize("written", [b"other weights", None], ids=["another file", "no file"])
def test_weights_that_are_not_those_that_were_learnt_judge_nothing(tmp_path: Path, written: bytes | None) -> None:
    file = tmp_path / "adapter.gguf"
    if written:
        file.write_bytes(written)
    swapped = replace(MOSTLY, adapter=str(file), adapter_sha256="0" * 64)
    with pytest.raises(ModelError, match="not the file that the judge was taught with"):
        ReadoutJudge(LayerEngine(), swapped, 0.5)([("Reefs bleach.", REEFS)])


def test_what_was_learnt_is_of_models_of_the_catalogue_that_have_a_threshold() -> None:
    known = {entry.files[0].sha256: entry for entry in read_catalogue()}
    assert read_readouts()
    for one in read_readouts():
        assert known[one.sha256].judge_threshold
        assert find_readout(one.sha256) == one
        assert file_sha256(READOUTS / one.adapter) == one.adapter_sha256
        assert one.tap == Tap(one.layer, READOUTS / one.adapter)
        assert len(one.weights) > 100 and np.isfinite(one.weights).all() and any(one.weights)
    assert find_readout("0" * 64) is None
