"""Ask a language model whether a text states a claim, in three ways, and read how likely its answers are: nothing is written.

For models that were not taught to judge (`readout.py`). Such a model leans to what it reads first, so the choice between "supports"
and "contradicts" is put to it in both orders.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.answer.engines import Engine, YesNoPrompt
from pipeline.answer.prompt import identify_prompt
from pipeline.answer.yes_no import write_yes_no
from pipeline.logistic import to_log_odds
from pipeline.records import Opinion

JUDGE = ("judge.v1", "choice.v1", "choice_turned.v1")
"""The questions, each a prompt file; the mean of their log odds counts."""
CERTAIN = 1e-6
"""No probability is nearer to 0 or 1."""


class Judge(Protocol):
    """Another opinion on whether a source carries a claim."""

    @property
    def name(self) -> str:
        """What it is and how strict: part of the key of every answer that it had a say in."""

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> Sequence[Opinion]:
        """An opinion on each pair of claim and source; its log odds are 0 where it holds only just."""


@dataclass(frozen=True, slots=True)
class LanguageJudge:
    """The language model's own yes or no."""

    engine: Engine
    threshold: float
    """Probability of Yes from which on it holds, 0 to 1."""

    @property
    def name(self) -> str:
        return f"{judge_name()} {self.engine.sha256[:12]} threshold={self.threshold}"

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        chances = judge_claims(self.engine, [(source, claim) for claim, source in pairs])
        return [to_opinion("judge", chance, self.threshold) for chance in chances]


def to_opinion(check: str, chance: float, threshold: float) -> Opinion:
    """What a probability says, measured from the threshold on."""
    log_odds = to_log_odds(chance, certain=CERTAIN) - to_log_odds(threshold, certain=CERTAIN)
    reasons = () if log_odds >= 0 else (f"the judge gives it a probability of {chance:.0%}, below {threshold:.0%}",)
    return Opinion(check, not reasons, reasons, log_odds)


def judge_name() -> str:
    """Names and content hashes of the questions: part of the key of every answer that a judge had a say in."""
    return " ".join(identify_prompt(name, "jinja") for name in JUDGE)


def write_questions(text: str, claim: str) -> list[YesNoPrompt]:
    """What is asked of one claim about a text."""
    return [write_yes_no(name, text=text, claim=claim) for name in JUDGE]


def judge_claims(
    engine: Engine, pairs: Sequence[tuple[str, str]], on_progress: Callable[[int], None] = lambda _: None
) -> list[float]:
    """The probability, 0 to 1, that each text states its claim, for pairs of text and claim, in the order given.

    0 where a text is longer than the model's context. Raises ModelError where this engine can't judge.
    """
    order = sorted(range(len(pairs)), key=lambda place: pairs[place][0])  # claims about one text beside one another
    asked = [prompt for place in order for prompt in write_questions(*pairs[place])]
    chances = iter(engine.judge(asked, lambda done: on_progress(done // len(JUDGE))))
    by_place = {place: _together([next(chances) for _ in JUDGE]) for place in order}
    return [by_place[place] for place in range(len(pairs))]


def _together(chances: Sequence[float]) -> float:
    """The probability whose log odds are the mean of theirs; 0 where one of them is."""
    if not min(chances):
        return 0.0
    mean = sum(to_log_odds(chance, certain=CERTAIN) for chance in chances) / len(chances)
    return 1 / (1 + math.exp(-mean))
