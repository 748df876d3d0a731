"""Any server that speaks OpenAI's chat protocol: llama-server, vLLM, llama-cpp-python's own, and others. [edge]

A plain HTTP client and not OpenAI's library: that one asks again after a time-out, so a question's budget of seconds would
not hold, and all that is needed of the protocol is one POST.
"""

import json
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any, TypeVar

import httpx2
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_chain, wait_fixed

from pipeline import __version__
from pipeline.answer.engines import Completion, YesNoPrompt
from pipeline.answer.prompt import Prompt
from pipeline.errors import ModelError, ServerError
from pipeline.settings import AnswerSettings

PAUSES = (0.5, 2.0, 8.0)
"""Seconds before asking again after a fault."""
CONNECT_SECONDS = 10.0
PASSING = {408, 409, 425, 429}
"""Statuses below 500 that speak of the moment, not of the request."""
REPEAT_PENALTY = 1.1
PARALLEL = 4
"""Requests at a time, unless the settings say how many: what llama-server serves by itself."""
TOP_LOGPROBS = 20
"""The most that OpenAI's protocol allows."""

Asked = TypeVar("Asked")
Told = TypeVar("Told")


class _Fault(Exception):
    """What may go right the next time."""


class _Refused(Exception):
    """The server will not answer this request; it may answer others."""


class _Late(_Refused):
    """It took longer than answer.max_seconds."""


class OpenAIEngine:
    """A model behind a server; nothing is asked before the first completion."""

    def __init__(self, settings: AnswerSettings, sleep: Callable[[float], None] = time.sleep) -> None:
        """Raises ModelError where the settings name no server, no model, or a key that is not there."""
        if not settings.base_url:
            raise ModelError(
                "answer.engine is openai, and answer.base_url is empty", "write the server's address there"
            )
        if settings.model.startswith("box:"):
            raise ModelError(
                f"answer.model = {settings.model!r} is no model of a server", "write the server's own name of its model"
            )
        if settings.api_key_env and not os.environ.get(settings.api_key_env):
            raise ModelError(
                f"answer.api_key_env names {settings.api_key_env}, and no such variable is set",
                "export it where the night runs, or leave answer.api_key_env empty",
            )
        self._settings = settings
        self._sleep = sleep
        self._url = f"{settings.base_url.rstrip('/')}/chat/completions"
        self.name = settings.name or settings.model
        self.sha256 = f"not known (served as {settings.model})"  # no server tells it, so a new model needs a new name
        self.sampling = (
            f"temperature=0 repeat_penalty={REPEAT_PENALTY} seed={settings.seed} max_tokens={settings.max_tokens}"
            f" max_seconds={settings.max_seconds} constraint={settings.constraint}"
        )

    def complete(self, prompts: Iterable[Prompt]) -> Iterator[tuple[int, Completion]]:
        """Several requests at a time. Raises ServerError or ModelError where the server fails as a whole."""
        return self._ask_all(self._complete, prompts)

    def judge(self, prompts: Sequence[YesNoPrompt], on_progress: Callable[[int], None] = lambda _: None) -> list[float]:
        """From the log-probabilities of the first token; what prompts share is left to the server's own cache."""
        chances: dict[int, float] = {}
        for place, chance in self._ask_all(self._chance_of_yes, prompts):
            chances[place] = chance
            on_progress(len(chances))
        return [chances[place] for place in range(len(prompts))]

    def _ask_all(
        self, ask: Callable[[httpx2.Client, Asked], Told], prompts: Iterable[Asked]
    ) -> Iterator[tuple[int, Told]]:
        """Each is sent when one before it is answered, so that the server always has `answer.parallel` of them.

        Where one fails for good, or nobody waits any longer, those on their way are let go, and end by themselves.
        """
        key = os.environ.get(self._settings.api_key_env, "")
        headers = {"User-Agent": f"antigravity-qa/{__version__}"} | ({"Authorization": f"Bearer {key}"} if key else {})
        timeout = httpx2.Timeout(self._settings.max_seconds, connect=CONNECT_SECONDS, pool=None)
        parallel = self._settings.parallel or PARALLEL
        pool = ThreadPoolExecutor(parallel)
        with httpx2.Client(headers=headers, timeout=timeout) as client:
            arrivals = enumerate(prompts)
            asked: dict[Future[Told], int] = {}
            try:
                while True:
                    for place, prompt in islice(arrivals, parallel - len(asked)):
                        asked[pool.submit(ask, client, prompt)] = place
                    if not asked:
                        return
                    for reply in wait(asked, return_when=FIRST_COMPLETED).done:
                        yield asked.pop(reply), reply.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _complete(self, client: httpx2.Client, prompt: Prompt) -> Completion:
        body = {"max_tokens": self._settings.max_tokens, "seed": self._settings.seed}
        try:
            reply = self._post(client, prompt.text, body | constrain(self._settings.constraint, prompt))
        except _Refused as error:
            return Completion("", 0, 0, str(error))
        return parse_completion(reply)

    def _chance_of_yes(self, client: httpx2.Client, prompt: YesNoPrompt) -> float:
        body = {"max_tokens": 1, "logprobs": True, "top_logprobs": TOP_LOGPROBS}
        try:
            reply = self._post(client, prompt.text + prompt.question, body)
        except _Late as error:
            raise ModelError(
                f"{self._url}: no judgement: {error}", "raise answer.max_seconds, or lower answer.parallel"
            ) from error
        except _Refused as error:
            if "context" in str(error).lower():
                return 0.0
            raise ModelError(f"{self._url}: the model can't judge: {error}", "switch the judge off") from error
        chance = parse_chance(reply, prompt.yes, prompt.no)
        if chance is None:
            raise ModelError(
                f"{self._url}: the server gives no log-probabilities, so its model can't judge", "switch the judge off"
            )
        return chance

    def _post(self, client: httpx2.Client, text: str, body: Mapping[str, Any]) -> Any:
        """The JSON of the reply, None where it is none. Raises _Refused, ServerError or ModelError."""
        message = {"role": "user", "content": text}
        asked = {"model": self._settings.model, "messages": [message], "temperature": 0.0, **body}
        retrying = Retrying(
            retry=retry_if_exception_type(_Fault),
            stop=stop_after_attempt(len(PAUSES) + 1),
            wait=wait_chain(*map(wait_fixed, PAUSES)),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._attempt, client, asked)
        except _Fault as fault:
            raise ServerError(
                f"{self._url}: {fault}, tried {len(PAUSES) + 1} times",
                "see if the server runs, and answers at that address",
            ) from fault

    def _attempt(self, client: httpx2.Client, asked: Mapping[str, Any]) -> Any:
        late = f"no reply within {self._settings.max_seconds} s"
        deadline, body = time.monotonic() + self._settings.max_seconds, bytearray()
        try:
            with client.stream("POST", self._url, json=asked) as reply:
                for piece in reply.iter_bytes():
                    body += piece
                    if time.monotonic() > deadline:  # the client's own limit is on the time between two pieces
                        raise _Late(late)
        except httpx2.InvalidURL as error:
            raise ModelError(f"answer.base_url: {error}", "mend the address") from error
        except (httpx2.ReadTimeout, httpx2.WriteTimeout) as error:
            raise _Late(late) from error
        except httpx2.RequestError as error:
            raise _Fault(f"{type(error).__name__}: {error}") from error
        status = reply.status_code
        what = f"HTTP {status} {reply.reason_phrase}".rstrip() + _reason(bytes(body))
        if status >= 500 or status in PASSING:
            raise _Fault(what)
        if status in (401, 403):
            raise ModelError(f"{self._url}: {what}", "let answer.api_key_env name the variable that holds a valid key")
        if status == 404 or 300 <= status < 400:
            raise ModelError(
                f"{self._url}: {what}",
                "mend answer.base_url (it often ends in /v1), or the model's name in answer.model",
            )
        if status != 200:
            raise _Refused(what)
        return _document(bytes(body))


def constrain(constraint: str, prompt: Prompt) -> dict[str, Any]:
    """What a request must hold so that the reply has the form of a draft, each family of servers having its own key."""
    if constraint == "grammar":
        return {"grammar": prompt.grammar, "repeat_penalty": REPEAT_PENALTY}
    if constraint == "structured_outputs":
        return {"structured_outputs": {"grammar": prompt.grammar}, "repetition_penalty": REPEAT_PENALTY}
    if constraint == "guided_grammar":
        return {"guided_grammar": prompt.grammar, "repetition_penalty": REPEAT_PENALTY}
    if constraint == "json_schema":
        schema = {"name": "draft", "strict": True, "schema": json.loads(prompt.schema)}
        return {"response_format": {"type": "json_schema", "json_schema": schema}}
    return {}


def parse_completion(reply: Any) -> Completion:
    """Read the JSON of a chat completion; anything else is a completion with a problem."""
    usage = _at(reply, "usage")
    read, written = (
        count if isinstance(count := _at(usage, key), int) else 0 for key in ("prompt_tokens", "completion_tokens")
    )
    text = _at(reply, "choices", 0, "message", "content")
    if not isinstance(text, str):
        return Completion("", read, written, "the server's reply is no chat completion")
    return Completion(text, read, written, None if text.strip() else "the reply is empty")


def parse_chance(reply: Any, yes_word: str, no_word: str) -> float | None:
    """P(yes) / (P(yes) + P(no)) of the reply's first token; None where the reply has no log-probabilities.

    A yes that is not among the likeliest counts as impossible, a no as likely as the last of them.
    """
    listed = _at(reply, "choices", 0, "logprobs", "content", 0, "top_logprobs")
    if not isinstance(listed, list):
        return None
    chances = [
        (token.strip(), math.exp(min(logprob, 0.0)))
        for item in listed
        if isinstance(token := _at(item, "token"), str) and isinstance(logprob := _at(item, "logprob"), int | float)
    ]
    if not chances:
        return None
    yes, no = (sum(chance for token, chance in chances if token == word) for word in (yes_word, no_word))
    no = no or min(chance for _, chance in chances)
    return yes / (yes + no) if yes else 0.0


def _at(value: Any, *keys: str | int) -> Any:
    """What lies there; None where the way does not exist."""
    for key in keys:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _document(body: bytes) -> Any:
    """The JSON of a reply, None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _reason(body: bytes) -> str:
    """What the server says of its refusal, at most 200 characters."""
    document = _document(body)
    plain = body.decode(errors="replace")
    said = _at(document, "error", "message") or _at(document, "message") or _at(document, "detail") or plain
    text = " ".join(str(said).split())[:200]
    return f": {text}" if text else ""
