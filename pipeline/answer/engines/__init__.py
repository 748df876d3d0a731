"""Language models behind one protocol: many prompts in, as many completions out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.answer.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model wrote for one prompt."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    problem: str | None = None
    """Why there is no text, where there is none."""


@dataclass(frozen=True, slots=True)
class YesNoPrompt:
    """A question with two answers of a word each. Neighbours with the same text cost it once."""

    text: str
    """What is asked about; ends where the question begins."""
    question: str
    yes: str = "Yes"
    no: str = "No"
    """What the replies begin with."""


@dataclass(frozen=True, slots=True)
class Tap:
    """Where a language model is read while it works."""

    layer: int
    """After so many layers, fewer than it has."""
    adapter: Path | None = None
    """A GGUF file of LoRA weights that go on top of the model's own."""


class Engine(Protocol):
    """A language model that works on several prompts at once, as many as suit it."""

    @property
    def name(self) -> str:
        """Shown as `Answered by`."""

    @property
    def sha256(self) -> str:
        """Of the model's file: part of every draft's key."""

    @property
    def sampling(self) -> str:
        """Everything that shapes the sampling: part of every draft's key."""

    def complete(self, prompts: Iterable[Prompt]) -> Iterator[tuple[int, Completion]]:
        """One completion a prompt with its place among them, as each is finished; a prompt is taken when there is room for it.

        A prompt that fails is a completion with a problem.
        """

    def judge(self, prompts: Sequence[YesNoPrompt], on_progress: Callable[[int], None] = ...) -> list[float]:
        """The probability of the one answer against the other, 0 to 1, in the order given; nothing is written.

        0 where a prompt is longer than the model's context. Raises ModelError where this model can't tell.
        """
