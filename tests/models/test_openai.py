"""The engine for servers against a real one: llama-cpp-python's own, with the model in the box."""

from collections.abc import Iterator

import pytest

from pipeline.answer.engines import YesNoPrompt
from pipeline.answer.engines.llama_cpp import LlamaCppEngine, model_file
from pipeline.answer.engines.openai import OpenAIEngine
from pipeline.answer.prompt import Prompt, write_prompt
from pipeline.errors import ModelError
from pipeline.records import Evidence
from pipeline.settings import AnswerSettings
from tests.fakes import completions
from tests.models.llama_server import serve_model

pytestmark = pytest.mark.models

KEY, CONTEXT = "sk-test", 512
FOUND = "The decoder corrects errors of the surface code within one microsecond per round."
DECODERS = write_prompt("How fast are decoders?", [Evidence("AG-1", FOUND, 0, len(FOUND))], {"AG-1": 3})
TEXT = f"Text: {FOUND}\n\n"
ASKED = [
    YesNoPrompt(TEXT, "Is the decoder fast? Answer Yes or No."),
    YesNoPrompt(TEXT, "Is it about coral reefs? Answer Yes or No."),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("server") / "server.log"
    with serve_model(model_file(AnswerSettings()), log, KEY, CONTEXT) as address:
        yield address


def settings(url: str, key_from: str = "TEST_KEY") -> AnswerSettings:
    return AnswerSettings(
        engine="openai", model="smollm2-135m", base_url=url, api_key_env=key_from, max_tokens=64, parallel=2
    )


@pytest.fixture
def engine(url: str, monkeypatch: pytest.MonkeyPatch) -> OpenAIEngine:
    monkeypatch.setenv("TEST_KEY", KEY)
    return OpenAIEngine(settings(url))


def test_a_draft_comes_back_in_the_form_of_the_grammar(engine: OpenAIEngine) -> None:
    first, second = completions(engine, [DECODERS, DECODERS])
    assert first.problem is None and first.prompt_tokens > 0
    assert first.completion_tokens == 64
    assert first.text.startswith('{"findings": [{"sentences": [{"cites": [3')
    assert second.text == first.text


def test_a_prompt_longer_than_its_context_is_a_result_and_the_others_go_on(engine: OpenAIEngine) -> None:
    failed, whole = completions(engine, [Prompt("quantum " * 600, DECODERS.grammar), DECODERS])
    assert failed.text == "" and "maximum context length is 512 tokens" in (failed.problem or "")
    assert whole.problem is None


def test_it_judges_as_the_same_model_does_in_this_process(engine: OpenAIEngine) -> None:
    here = LlamaCppEngine(AnswerSettings(context_tokens=1024, threads=1))
    assert engine.judge(ASKED) == pytest.approx(here.judge(ASKED), abs=0.02)
    here.close()


def test_what_it_can_t_read_is_not_supported(engine: OpenAIEngine) -> None:
    assert engine.judge([YesNoPrompt("quantum " * 600, "Is it? Answer Yes or No.")]) == [0.0]


def test_a_wrong_key_is_an_error_that_can_be_mended(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-other")
    with pytest.raises(ModelError, match="HTTP 401"):
        completions(OpenAIEngine(settings(url)), [DECODERS])
