"""A judge that reads inside a language model whether it takes a claim for true of a text. Pure but for the engine.

The model is asked the question of `judge.v1`, and what it hands from one layer to the next where its reply would begin is weighed. The
weights are those of one model's file: `benchmarks/train_readout.py` learns them from real abstracts and claims that it turned round.
"""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from pipeline.answer.engines import Tap, YesNoPrompt
from pipeline.answer.prompt import identify_prompt
from pipeline.answer.yes_no import write_yes_no
from pipeline.errors import ModelError
from pipeline.hashes import content_hash, file_sha256
from pipeline.records import Opinion
from pipeline.verify.judge import to_opinion

READOUTS = Path(__file__).with_name("readouts")
"""A file for each model that was learnt from."""
QUESTION = "judge.v1"

Row = np.ndarray[Any, np.dtype[np.float32]]


@runtime_checkable
class LayerReader(Protocol):
    """A language model that can be looked into."""

    @property
    def sha256(self) -> str:
        """Of the model's file."""

    def read_layer(
        self, prompts: Sequence[YesNoPrompt], tap: Tap, on_progress: Callable[[int], None] = ...
    ) -> Sequence[Row | None]:
        """(width,) at the tap, where the reply would begin; None where a prompt is too long."""


@dataclass(frozen=True, slots=True)
class Readout:
    """What the numbers between two layers of a model are worth."""

    sha256: str
    """Of the model's file."""
    layer: int
    """After so many."""
    bias: float
    weights: tuple[float, ...]
    """One for each number."""
    adapter: str = ""
    """A file beside this one, by name: LoRA weights that go on top of the model's own while it is read."""
    adapter_sha256: str = ""

    @property
    def tap(self) -> Tap:
        """Where to read, and with which weights. Raises ModelError where the adapter's file is not the one that was learnt."""
        if not self.adapter:
            return Tap(self.layer, None)
        file = READOUTS / self.adapter
        if not file.is_file() or file_sha256(file) != self.adapter_sha256:
            raise ModelError(f"{file} is not the file that the judge was taught with", "install the project again")
        return Tap(self.layer, file)

    def chance(self, row: Row) -> float:
        """The probability that the claim is true of the text, 0 to 1."""
        log_odds = self.bias + float(np.asarray(self.weights) @ row)
        return float(1 / (1 + np.exp(-np.clip(log_odds, -700, 700))))


@cache
def read_readouts() -> tuple[Readout, ...]:
    """All that were learnt."""
    return tuple(read_readout(file) for file in sorted(READOUTS.glob("*.toml")))


def read_readout(file: Path) -> Readout:
    """What was learnt of one model, as `benchmarks/train_readout.py` writes it."""
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    return Readout(**{**document, "weights": tuple(document["weights"])})


def find_readout(sha256: str) -> Readout | None:
    """That of the model with this file, wherever it lies."""
    return next((one for one in read_readouts() if one.sha256 == sha256), None)


def write_question(text: str, claim: str) -> YesNoPrompt:
    """What the model is asked of a claim about a text."""
    return write_yes_no(QUESTION, text=text, claim=claim)


@dataclass(frozen=True, slots=True)
class ReadoutJudge:
    """What a language model thinks, read where it was learnt to be told."""

    engine: LayerReader
    readout: Readout
    threshold: float
    """Probability from which on it holds, 0 to 1."""

    @property
    def name(self) -> str:
        weights = content_hash(repr(self.readout))[:12]
        question = identify_prompt(QUESTION, "jinja")
        return f"readout {question} {self.engine.sha256[:12]} weights={weights} threshold={self.threshold}"

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        """One opinion a pair of claim and source. Raises ModelError where the model can't be read."""
        order = sorted(range(len(pairs)), key=lambda place: pairs[place][1])  # claims about one text beside one another
        asked = [write_question(pairs[place][1], pairs[place][0]) for place in order]
        rows = self.engine.read_layer(asked, self.readout.tap)
        chances = {
            place: 0.0 if row is None else self.readout.chance(row) for place, row in zip(order, rows, strict=True)
        }
        return [to_opinion("judge", chances[place], self.threshold) for place in range(len(pairs))]
