"""Stand-ins for the two models: fast, the same on every machine, and shaped like the real ones."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b

import numpy as np

from pipeline.answer.engines import Completion, Engine, Tap, YesNoPrompt
from pipeline.answer.prompt import Prompt
from pipeline.embed.encoder import Vectors
from pipeline.records import Opinion
from pipeline.verify.readout import Row
from pipeline.words import stem, words

DIMENSIONS = 64


class FakeEncoder:
    """A bag of stemmed words hashed into 64 dimensions: texts that share words are near, in any order of the words."""

    name = "fake-64"

    def __init__(self) -> None:
        self.encoded: list[str] = []
        """Every text that was asked for, in order."""

    def encode(self, texts: Sequence[str], on_progress: Callable[[int], None] = lambda _: None) -> Vectors:
        if not texts:
            return np.empty((0, 0), np.float32)
        self.encoded += texts
        on_progress(len(texts))
        return np.stack([_vector(text) for text in texts])

    def read_pieces(self, on_progress: Callable[[int, int], None] = lambda _, __: None) -> None:
        """It cuts words, not pieces, so no browser could follow it."""


def _vector(text: str) -> Vectors:
    vector = np.zeros(DIMENSIONS, np.float32)
    for word in words(text) or [""]:
        vector[blake2b(stem(word).encode(), digest_size=1).digest()[0] % DIMENSIONS] += 1
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


class FakeEngine:
    """A language model that gives scripted replies, one a prompt, and keeps the prompts that it was given.

    It judges a question by its words: the share of them that the text has.
    """

    def __init__(
        self, replies: Iterable[str | Completion] = (), name: str = "fake-model", sha256: str = "0" * 64
    ) -> None:
        self.name = name
        self.sha256 = sha256
        self.sampling = "scripted"
        self.prompts: list[Prompt] = []
        self._replies = list(replies)

    def complete(self, prompts: Iterable[Prompt]) -> Iterator[tuple[int, Completion]]:
        for place, prompt in enumerate(prompts):
            self.prompts.append(prompt)
            yield place, _completion(prompt, self.reply(prompt))

    def reply(self, prompt: Prompt) -> str | Completion:
        assert self._replies, f"no reply is scripted for prompt {len(self.prompts)}: {prompt.text[:80]}"
        return self._replies.pop(0)

    def judge(self, prompts: Sequence[YesNoPrompt], on_progress: Callable[[int], None] = lambda _: None) -> list[float]:
        on_progress(len(prompts))
        return [_share_of_words(prompt) for prompt in prompts]


class LayerEngine(FakeEngine):
    """A language model that can be looked into: it holds the share of the question's words that the text has, and 1.

    A text with "long" in it is too long for it.
    """

    taps: Sequence[Tap] = ()
    asked: Sequence[YesNoPrompt] = ()

    def read_layer(
        self, prompts: Sequence[YesNoPrompt], tap: Tap, on_progress: Callable[[int], None] = lambda _: None
    ) -> list[Row | None]:
        self.taps, self.asked = (*self.taps, tap), prompts
        on_progress(len(prompts))
        return [
            None if "long" in prompt.text else np.array([_share_of_words(prompt), 1.0], np.float32)
            for prompt in prompts
        ]


def completions(engine: Engine, prompts: Iterable[Prompt]) -> list[Completion]:
    """All of them, in the order of the prompts."""
    return [completion for _, completion in sorted(engine.complete(prompts), key=lambda pair: pair[0])]


class QuotingEngine(FakeEngine):
    """A language model that says who reports the first sentence it was shown, and then says something that no source says.

    A copy to the letter would be published as a quote.
    """

    def reply(self, prompt: Prompt) -> str | Completion:
        return _quote_first(prompt)


def _quote_first(prompt: Prompt) -> str:
    number, text = prompt.text.splitlines()[0].removeprefix("[").split("] ", 1)
    sentences = [
        {"text": f"According to the authors, {text}", "cites": [int(number)]},
        {"text": "It cures everything.", "cites": [int(number)]},
    ]
    return json.dumps({"findings": [{"heading": "What is known", "sentences": sentences}], "addressed": "yes"})


def _share_of_words(prompt: YesNoPrompt) -> float:
    held, asked = ({stem(word) for word in words(text)} for text in (prompt.text, prompt.question))
    return len(asked & held) / len(asked) if asked else 0.0


def _completion(prompt: Prompt, reply: str | Completion) -> Completion:
    if isinstance(reply, Completion):
        return reply
    return Completion(reply, prompt_tokens=len(prompt.text.split()), completion_tokens=len(reply.split()))


class FakeJudge:
    """Another opinion, by a rule of the test: the log odds of each claim and source; keeps what it was asked."""

    name = "fake-judge"

    def __init__(self, log_odds: Callable[[str, str], float]) -> None:
        self._log_odds = log_odds
        self.asked: list[tuple[str, str]] = []

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        self.asked += pairs
        found = [self._log_odds(claim, source) for claim, source in pairs]
        return [Opinion("judge", one >= 0, () if one >= 0 else ("the judge doubts it",), one) for one in found]
