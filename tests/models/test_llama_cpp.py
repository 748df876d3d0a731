"""The language model in the box, through llama.cpp, as it is shipped."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.answer.engines.llama_cpp import BOX_FILE, LlamaCppEngine, extra_buffers, has_amx, model_file
from pipeline.answer.prompt import Prompt, write_prompt
from pipeline.errors import ModelError
from pipeline.hashes import file_sha256
from pipeline.records import Evidence
from pipeline.settings import AnswerSettings

pytestmark = pytest.mark.models

WHOLE = AnswerSettings(max_tokens=1024)
"""Room for the longest reply that the grammar allows, so that none stops in the middle."""
ABSTRACTS = {
    "AG-1": "The decoder corrects errors of the surface code within one microsecond per round.",
    "AG-2": "A neural decoder had a 20% lower logical error rate than minimum-weight perfect matching.",
    "AG-3": "The hybrid network reaches 99.67% accuracy on MNIST, against 99.21% for the classical one.",
}


def prompt(question: str, **numbers: int) -> Prompt:
    """Evidence of the preprints named, each with its number in the prompt."""
    cites = {name.replace("_", "-"): number for name, number in numbers.items()}
    evidence = [Evidence(name, ABSTRACTS[name], 0, len(ABSTRACTS[name])) for name in cites]
    return write_prompt(question, evidence, cites)


DECODERS = prompt("How fast are decoders for quantum error correction?", AG_1=2, AG_2=5)
ACCURACY = prompt("How accurate is the hybrid network on MNIST?", AG_3=1)


@pytest.fixture(scope="module")
def engine() -> Iterator[LlamaCppEngine]:
    engine = LlamaCppEngine(WHOLE)
    yield engine
    engine._model.close()


@pytest.fixture(scope="module")
def short() -> Iterator[LlamaCppEngine]:
    """Replies of 64 tokens from a small context."""
    engine = LlamaCppEngine(AnswerSettings(context_tokens=1024, max_tokens=64))
    yield engine
    engine._model.close()


def assert_shape(reply: str, admitted: set[int]) -> None:
    """That of `pipeline/prompts/draft.v1.gbnf`."""
    data: dict[str, Any] = json.loads(reply)
    assert list(data) == ["findings", "addressed"]
    assert data["addressed"] in ("yes", "partly", "no")
    assert 1 <= len(data["findings"]) <= 3
    for finding in data["findings"]:
        assert list(finding) == ["sentences", "heading"]
        assert 4 <= len(finding["heading"]) <= 48
        assert 1 <= len(finding["sentences"]) <= 2
        for sentence in finding["sentences"]:
            assert list(sentence) == ["cites", "text"]
            assert set(sentence["cites"]) <= admitted
            assert 1 <= len(sentence["cites"]) <= 2
            assert 21 <= len(sentence["text"]) <= 301
            assert sentence["text"][0].isupper()
            assert not set('"\\{}<>|\n') & set(sentence["text"])


def test_many_prompts_give_one_completion_each_in_order_and_hold_the_grammar(engine: LlamaCppEngine) -> None:
    told: list[int] = []
    first, second = engine.complete([DECODERS, ACCURACY], told.append)
    assert (first.problem, second.problem, told) == (None, None, [1, 2])
    assert_shape(first.text, {2, 5})
    assert_shape(second.text, {1})
    assert first.prompt_tokens > second.prompt_tokens > 0
    assert 0 < first.completion_tokens < WHOLE.max_tokens
    assert [second] == engine.complete([ACCURACY])


def test_the_same_prompt_gives_the_same_text_after_any_other(short: LlamaCppEngine) -> None:
    longer = prompt("How fast are decoders for quantum error correction?", AG_1=2, AG_2=5, AG_3=7)
    first, _, second = short.complete([DECODERS, longer, DECODERS])
    assert first == second
    assert first.completion_tokens == 64, "a reply that stops early has the tokens allowed"
    assert first.text.startswith('{"findings": [{"sentences": [{"cites": [')


def test_a_prompt_begins_with_an_empty_context(short: LlamaCppEngine) -> None:
    """llama-cpp-python kept what two prompts share, so that what came before a prompt could count."""
    short.complete([DECODERS])
    evaluated: list[int] = []
    evaluate = short._model.eval

    def watched(tokens: list[int]) -> None:
        evaluated.append(len(tokens))
        evaluate(tokens)

    short._model.eval = watched
    try:
        [completion] = short.complete([DECODERS])
    finally:
        del short._model.eval
    assert evaluated[0] == completion.prompt_tokens


def test_a_model_is_loaded_without_extra_buffers_where_they_are_not_allowed() -> None:
    """With them llama.cpp crashes on processors with AMX (ggml-org/llama.cpp issue 20824)."""
    from llama_cpp import Llama
    from llama_cpp import llama_cpp as library

    for allowed in (False, True):
        with extra_buffers(library, allowed=allowed):
            model = Llama(str(model_file(WHOLE)), vocab_only=True, verbose=False)
        passed = model._model.params  # what llama_model_load_from_file was given
        model.close()
        assert passed.use_extra_bufts is allowed
    assert library.llama_model_default_params().use_extra_bufts is True, "only our own models are loaded without"


def test_the_engine_allows_extra_buffers_only_on_a_processor_without_amx(engine: LlamaCppEngine) -> None:
    assert engine._model._model.params.use_extra_bufts is not has_amx()


def test_a_prompt_longer_than_the_context_is_a_completion_with_a_problem(short: LlamaCppEngine) -> None:
    long = Prompt("quantum " * 3000, ACCURACY.grammar)
    before, failed, after = short.complete([ACCURACY, long, ACCURACY])
    assert (failed.text, failed.prompt_tokens, failed.completion_tokens) == ("", 0, 0)
    assert "exceed context window" in (failed.problem or "")
    assert before == after
    assert before.problem is None


def test_name_hash_and_sampling_are_known_without_loading_the_model() -> None:
    engine = LlamaCppEngine(AnswerSettings())
    assert (engine.name, engine.sha256) == (BOX_FILE.removesuffix(".gguf"), file_sha256(model_file(AnswerSettings())))
    assert engine.sampling == "temperature=0 repeat_penalty=1.1 seed=7 max_tokens=400 context=4096"
    assert "_model" not in vars(engine)
    assert LlamaCppEngine(AnswerSettings(name="My model")).name == "My model"


@pytest.mark.parametrize("model", ["nowhere.gguf", "box:no-such-model", "."])
def test_what_is_no_file_is_refused_by_name(model: str) -> None:
    with pytest.raises(ModelError, match=r"answer\.model.*no such file"):
        LlamaCppEngine(AnswerSettings(model=model))


@pytest.mark.parametrize("size", [0, 20, 1_000_000])
def test_a_file_that_is_no_whole_model_is_an_error_that_can_be_mended(size: int, tmp_path: Path) -> None:
    """Empty, a header only, cut in the middle."""
    file = tmp_path / "cut.gguf"
    with model_file(AnswerSettings()).open("rb") as whole:
        file.write_bytes(whole.read(size))
    with pytest.raises(ModelError, match="can't load this model") as told:
        LlamaCppEngine(AnswerSettings(model=str(file))).complete([ACCURACY])
    assert str(file) in str(told.value)


def test_a_file_of_another_kind_is_an_error_that_can_be_mended(tmp_path: Path) -> None:
    file = tmp_path / "text.gguf"
    file.write_text("not a model\n" * 1000, encoding="utf-8")
    with pytest.raises(ModelError, match="check that the file is a whole GGUF model"):
        LlamaCppEngine(AnswerSettings(model=str(file))).complete([ACCURACY])
