"""The stand-ins behave as the models they stand for."""

import json

import numpy as np
import pytest

from pipeline.answer.engines import Completion, Engine, YesNoPrompt
from pipeline.answer.prompt import Prompt
from pipeline.embed.encoder import Encoder
from tests.fakes import DIMENSIONS, FakeEncoder, FakeEngine, QuotingEngine, completions

TEXTS = ["Quantum kernels classify images.", "quantum kernel classifies image", "Coral reefs bleach.", ""]


def test_the_fake_encoder_is_an_encoder() -> None:
    encoder: Encoder = FakeEncoder()
    assert encoder.name == "fake-64"
    assert encoder.encode(TEXTS).shape == (len(TEXTS), DIMENSIONS)


def test_its_rows_are_unit_vectors_in_float32() -> None:
    vectors = FakeEncoder().encode(TEXTS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0] * len(TEXTS), abs=1e-6)


def test_a_text_has_the_same_vector_alone_and_in_company() -> None:
    assert np.array_equal(FakeEncoder().encode(TEXTS)[2], FakeEncoder().encode([TEXTS[2]])[0])


def test_shared_stems_make_texts_near_and_different_words_make_them_far() -> None:
    kernels, inflected, coral, _ = FakeEncoder().encode(TEXTS)
    assert kernels @ inflected == pytest.approx(1.0, abs=1e-6)
    assert kernels @ coral < 0.5


def test_no_texts_give_no_vectors_as_the_real_encoder_does() -> None:
    assert FakeEncoder().encode([]).shape == (0, 0)


def test_it_remembers_what_it_encoded_and_tells_progress() -> None:
    encoder, told = FakeEncoder(), list[int]()
    encoder.encode(TEXTS[:2], told.append)
    encoder.encode(TEXTS[2:3])
    assert (encoder.encoded, told) == (TEXTS[:3], [2])


def test_the_fake_engine_is_an_engine_that_replies_in_order() -> None:
    engine: Engine = FakeEngine(["one", Completion("", 0, 0, "too long")])
    assert list(engine.complete([Prompt("a b c", "root"), Prompt("d", "root")])) == [
        (0, Completion("one", 3, 1)),
        (1, Completion("", 0, 0, "too long")),
    ]


def test_the_fake_engine_keeps_its_prompts() -> None:
    engine, prompt = FakeEngine(["one"]), Prompt("a", "root")
    assert completions(engine, [prompt]) == [Completion("one", 1, 1)]
    assert engine.prompts == [prompt]


def test_the_fake_engine_refuses_a_prompt_that_nobody_scripted() -> None:
    with pytest.raises(AssertionError, match="no reply is scripted for prompt 1: what is this"):
        completions(FakeEngine(), [Prompt("what is this", "root")])


def test_the_fake_engine_judges_by_the_share_of_words_that_the_text_has() -> None:
    told: list[int] = []
    text = "Coral reefs bleach."
    asked = [YesNoPrompt(text, "Reefs bleaching?"), YesNoPrompt(text, "Reefs grow?"), YesNoPrompt(text, "?")]
    assert FakeEngine().judge(asked, told.append) == [1.0, 0.5, 0.0]
    assert told == [3]


def test_the_quoting_engine_says_what_it_was_shown_and_something_of_its_own() -> None:
    [completion] = completions(
        QuotingEngine(), [Prompt("[3] Reefs bleach.\n[1] Reefs grow.\n\nQuestion: Why?", "root")]
    )
    assert json.loads(completion.text) == {
        "findings": [
            {
                "heading": "What is known",
                "sentences": [
                    {"text": "According to the authors, Reefs bleach.", "cites": [3]},
                    {"text": "It cures everything.", "cites": [3]},
                ],
            }
        ],
        "addressed": "yes",
    }
