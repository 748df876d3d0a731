"""A model behind a server: what is asked, what is tried again, and what is a result."""

import math
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.answer.engines import Completion, Engine, YesNoPrompt
from pipeline.answer.engines.openai import PAUSES, OpenAIEngine, constrain, parse_chance, parse_completion
from pipeline.answer.prompt import Prompt, write_prompt
from pipeline.errors import ModelError, ServerError
from pipeline.records import Evidence
from pipeline.settings import AnswerSettings
from tests.answer.engines.chat_server import RESET, Answer, ChatServer, refused, said, serve_chat
from tests.fakes import completions

WHY = Prompt("Why?", 'root ::= "a"', '{"type": "object"}')
YES = YesNoPrompt("Text: It works.\n\n", "Does it? Answer Yes or No.")


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with serve_chat() as served:
        yield served


def engine_of(chat: ChatServer, pauses: list[float] | None = None, **settings: Any) -> OpenAIEngine:
    named = {"engine": "openai", "model": "some-4b", "base_url": chat.url, **settings}
    return OpenAIEngine(AnswerSettings(**named), (pauses if pauses is not None else []).append)


def likely(*tokens: tuple[str, float]) -> dict[str, Any]:
    """A reply whose first token had these chances."""
    listed = [{"token": token, "logprob": math.log(chance), "bytes": None} for token, chance in tokens]
    return said("Yes", logprobs={"content": [{"token": "Yes", "logprob": -0.1, "top_logprobs": listed}]})


def test_it_is_an_engine_known_by_the_name_of_its_model(chat: ChatServer) -> None:
    engine: Engine = engine_of(chat, max_tokens=100, max_seconds=30)
    assert (engine.name, engine.sha256) == ("some-4b", "not known (served as some-4b)")
    assert engine.sampling == (
        "temperature=0 repeat_penalty=1.1 seed=7 max_tokens=100 max_seconds=30 constraint=grammar"
    )
    assert engine_of(chat, name="Some 4B").name == "Some 4B"
    assert chat.asked == []


def test_a_request_holds_the_prompt_and_the_settings(chat: ChatServer) -> None:
    assert completions(engine_of(chat, max_tokens=100), [WHY]) == [Completion("re: Why?", 11, 5)]
    assert chat.asked == [
        {
            "model": "some-4b",
            "messages": [{"role": "user", "content": "Why?"}],
            "temperature": 0.0,
            "max_tokens": 100,
            "seed": 7,
            "grammar": WHY.grammar,
            "repeat_penalty": 1.1,
        }
    ]
    assert chat.paths == ["/v1/chat/completions"]


@pytest.mark.parametrize(
    ("constraint", "body"),
    [
        ("grammar", {"grammar": WHY.grammar, "repeat_penalty": 1.1}),
        ("structured_outputs", {"structured_outputs": {"grammar": WHY.grammar}, "repetition_penalty": 1.1}),
        ("guided_grammar", {"guided_grammar": WHY.grammar, "repetition_penalty": 1.1}),
        (
            "json_schema",
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "draft", "strict": True, "schema": {"type": "object"}},
                }
            },
        ),
        ("none", {}),
    ],
)
def test_each_family_of_servers_is_held_to_the_form_in_its_own_way(constraint: str, body: dict[str, Any]) -> None:
    assert constrain(constraint, WHY) == body


def test_the_schema_of_a_real_prompt_can_be_sent(chat: ChatServer) -> None:
    prompt = write_prompt("Why?", [Evidence("AG-1", "It works.", 0, 9)], {"AG-1": 3})
    completions(engine_of(chat, constraint="json_schema"), [prompt])
    schema = chat.asked[0]["response_format"]["json_schema"]["schema"]
    sentence = schema["properties"]["findings"]["items"]["properties"]["sentences"]["items"]
    assert sentence["properties"]["cites"]["items"]["enum"] == [3]


def test_replies_come_with_the_place_of_their_prompt_with_several_on_their_way(chat: ChatServer) -> None:
    chat.together = threading.Barrier(4, timeout=10)
    prompts = [Prompt(str(number), "root") for number in range(8)]
    replies = dict(engine_of(chat, parallel=4).complete(prompts))
    assert {place: one.text for place, one in replies.items()} == {number: f"re: {number}" for number in range(8)}
    assert completions(engine_of(chat), []) == []


def test_a_prompt_is_taken_when_a_request_is_answered_and_never_more_than_the_settings_allow(chat: ChatServer) -> None:
    taken: list[int] = []

    def prompts() -> Iterator[Prompt]:
        for number in range(9):
            taken.append(number)
            yield Prompt(str(number), "root")

    replies = engine_of(chat, parallel=3).complete(prompts())
    for answered in range(1, 10):
        next(replies)
        assert len(taken) <= 3 + answered
    assert (list(replies), taken) == ([], list(range(9)))


def test_what_is_on_its_way_when_nobody_waits_any_longer_is_let_go(chat: ChatServer) -> None:
    replies = engine_of(chat, parallel=2).complete(Prompt(str(number), "root") for number in range(50))
    next(replies)
    replies.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(chat.asked) <= 4


def test_the_key_is_sent_and_never_told(chat: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sk-secret")
    chat.script = [refused(401, "bad key")]
    engine = engine_of(chat, api_key_env="MY_KEY")
    with pytest.raises(ModelError, match="HTTP 401") as failed:
        completions(engine, [WHY])
    assert chat.headers[0]["Authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in f"{failed.value} {engine.sampling} {engine.sha256} {engine.name}"
    completions(engine_of(chat), [WHY])
    assert "Authorization" not in chat.headers[1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"base_url": ""}, "answer.base_url is empty"),
        ({"model": "box:SmolLM2-135M-Instruct"}, "is no model of a server"),
        ({"api_key_env": "NOT_SET_ANYWHERE"}, "NOT_SET_ANYWHERE, and no such variable"),
    ],
)
def test_settings_that_name_no_server_no_model_or_no_key_are_refused(
    chat: ChatServer, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        engine_of(chat, **settings)


@pytest.mark.parametrize(
    "faults",
    [
        [refused(503, "loading model")],
        [refused(429, "slow down"), refused(500, "oops")],
        [RESET],
        [RESET, Answer(b"", 502), RESET],
    ],
    ids=["503", "429 and 500", "reset", "three in a row"],
)
def test_what_may_pass_is_tried_again_after_growing_pauses(chat: ChatServer, faults: list[Answer | str]) -> None:
    chat.script = list(faults)
    pauses: list[float] = []
    assert completions(engine_of(chat, pauses), [WHY]) == [Completion("re: Why?", 11, 5)]
    assert pauses == list(PAUSES[: len(faults)])


@pytest.mark.parametrize(
    ("fault", "told"),
    [(refused(503, "loading model"), "HTTP 503 Service Unavailable: loading model"), (RESET, "Error")],
    ids=["busy", "reset"],
)
def test_a_server_that_goes_on_failing_is_an_error_that_may_pass(
    chat: ChatServer, fault: Answer | str, told: str
) -> None:
    chat.script = [fault] * 10
    with pytest.raises(ServerError, match=told) as failed:
        completions(engine_of(chat), [WHY])
    assert failed.value.retryable and "tried 4 times" in str(failed.value)
    assert len(chat.asked) == 1 + len(PAUSES)


def test_a_server_that_is_not_there_is_an_error_that_may_pass() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    engine = engine_of(ChatServer(url=f"http://127.0.0.1:{port}/v1"))
    with pytest.raises(ServerError, match=f"{port}/v1/chat/completions: ConnectError"):
        completions(engine, [WHY] * 20)


@pytest.mark.parametrize(
    ("answer", "message", "mend"),
    [
        (refused(403, "no"), "HTTP 403 Forbidden: no", "answer.api_key_env"),
        (refused(404, "model not found"), "HTTP 404 Not Found: model not found", "answer.base_url"),
        (Answer(b"", 301), "HTTP 301", "answer.base_url"),
    ],
    ids=["forbidden", "not found", "moved"],
)
def test_what_the_operator_must_mend_is_said_at_once(chat: ChatServer, answer: Answer, message: str, mend: str) -> None:
    chat.script = [answer]
    with pytest.raises(ModelError, match=message) as failed:
        completions(engine_of(chat), [WHY])
    assert mend in failed.value.mend and not failed.value.retryable
    assert len(chat.asked) == 1


def test_a_prompt_that_is_refused_is_a_result_and_the_others_go_on(chat: ChatServer) -> None:
    chat.script = [refused(400, "the request exceeds the available context size")]
    first, second = completions(engine_of(chat, parallel=1), [WHY, WHY])
    assert first.problem == "HTTP 400 Bad Request: the request exceeds the available context size"
    assert (first.text, second) == ("", Completion("re: Why?", 11, 5))


def test_a_reply_that_takes_too_long_is_a_result_and_is_not_asked_for_again(chat: ChatServer) -> None:
    chat.script = [Answer(said("late"), after_seconds=1.3)]
    assert completions(engine_of(chat, max_seconds=1), [WHY]) == [Completion("", 0, 0, "no reply within 1 s")]
    assert len(chat.asked) == 1


def test_a_reply_that_drips_is_cut_off_at_the_same_time(chat: ChatServer) -> None:
    chat.script = [Answer(said("drip"), dripping_seconds=0.2)]
    assert completions(engine_of(chat, max_seconds=1), [WHY]) == [Completion("", 0, 0, "no reply within 1 s")]


def test_a_judgement_that_takes_too_long_is_no_word_on_the_model(chat: ChatServer) -> None:
    chat.script = [Answer(said("late"), after_seconds=1.3)]
    with pytest.raises(ModelError, match=r"no judgement: no reply within 1 s") as caught:
        engine_of(chat, max_seconds=1).judge([YES])
    assert "raise answer.max_seconds" in str(caught.value.mend)


def test_an_error_for_good_does_not_wait_for_what_is_on_its_way(chat: ChatServer) -> None:
    hung = threading.Event()
    chat.script = [Answer(said("slow"), until=hung), refused(401, "no such key")]
    with pytest.raises(ModelError, match="no such key"):
        list(engine_of(chat, parallel=2, max_seconds=60).complete([WHY, WHY]))
    assert not hung.is_set()
    hung.set()


NO_COMPLETION = "the server's reply is no chat completion"


@pytest.mark.parametrize(
    ("body", "completion"),
    [
        (said("It works."), Completion("It works.", 11, 5)),
        (said(""), Completion("", 11, 5, "the reply is empty")),
        (said(" \n"), Completion(" \n", 11, 5, "the reply is empty")),
        (said(None), Completion("", 11, 5, NO_COMPLETION)),
        ({"choices": []}, Completion("", 0, 0, NO_COMPLETION)),
        ({"choices": None, "usage": None}, Completion("", 0, 0, NO_COMPLETION)),
        ({"choices": [{"message": {"content": "Bare."}}]}, Completion("Bare.", 0, 0)),
        ({**said("Odd."), "usage": {"prompt_tokens": "many"}}, Completion("Odd.", 0, 0)),
        ([], Completion("", 0, 0, NO_COMPLETION)),
        ("text", Completion("", 0, 0, NO_COMPLETION)),
        (None, Completion("", 0, 0, NO_COMPLETION)),
    ],
)
def test_a_reply_that_can_t_be_used_is_a_result(body: Any, completion: Completion) -> None:
    assert parse_completion(body) == completion


@pytest.mark.parametrize("body", [b"", b"<html>hello</html>", b'{"choices": [', b"\xff\xfe"])
def test_a_body_that_is_no_json_is_a_result(chat: ChatServer, body: bytes) -> None:
    chat.script = [Answer(body)]
    assert completions(engine_of(chat), [WHY]) == [Completion("", 0, 0, NO_COMPLETION)]


def test_a_judgement_asks_for_one_token_and_the_likeliest_others(chat: ChatServer) -> None:
    chat.script = [Answer(likely(("Yes", 0.6), ("No", 0.2)))]
    told: list[int] = []
    assert engine_of(chat).judge([YES], told.append) == [pytest.approx(0.75)]
    assert told == [1]
    assert chat.asked == [
        {
            "model": "some-4b",
            "messages": [{"role": "user", "content": YES.text + YES.question}],
            "temperature": 0.0,
            "max_tokens": 1,
            "logprobs": True,
            "top_logprobs": 20,
        }
    ]


@pytest.mark.parametrize(
    ("reply", "chance"),
    [
        pytest.param(likely(("Yes", 0.6), ("No", 0.2)), 0.75, id="both"),
        pytest.param(
            likely(("Yes", 0.5), (" Yes", 0.1), ("No", 0.1), (" No", 0.1)), 0.75, id="with and without a space"
        ),
        pytest.param(likely(("Yes", 0.9), ("It", 0.06), ("The", 0.01)), 0.9 / 0.91, id="no No: as likely as the last"),
        pytest.param(likely(("No", 0.9), ("It", 0.1)), 0.0, id="no Yes"),
        pytest.param(likely(("It", 0.9), ("The", 0.1)), 0.0, id="neither"),
        pytest.param(likely(), None, id="an empty list"),
        pytest.param(said("Yes"), None, id="no log-probabilities"),
        pytest.param(said("Yes", logprobs={"content": [{"top_logprobs": [{"token": 3}]}]}), None, id="of another form"),
        pytest.param([], None, id="no completion"),
    ],
)
def test_the_chance_of_yes_is_read_from_the_first_token(reply: Any, chance: float | None) -> None:
    assert parse_chance(reply, "Yes", "No") == (None if chance is None else pytest.approx(chance))


def test_the_answers_may_be_other_words(chat: ChatServer) -> None:
    chat.script = [Answer(likely(("A", 0.2), ("B", 0.6), ("Yes", 0.1)))]
    assert engine_of(chat).judge([YesNoPrompt("Text.", "A or B?", yes="B", no="A")]) == [pytest.approx(0.75)]


def test_a_server_that_gives_no_log_probabilities_can_t_judge(chat: ChatServer) -> None:
    chat.script = [Answer(said("Yes")), refused(400, "logprobs is not a known parameter")]
    for message in ("gives no log-probabilities", "the model can't judge: HTTP 400"):
        with pytest.raises(ModelError, match=message):
            engine_of(chat).judge([YES])


def test_a_text_longer_than_the_servers_context_is_not_supported(chat: ChatServer) -> None:
    chat.script = [refused(400, "This model's maximum context length is 512 tokens")]
    assert engine_of(chat).judge([YES]) == [0.0]
