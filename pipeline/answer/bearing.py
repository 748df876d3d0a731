"""How surely each retrieved preprint answers a question, without a language model. Pure but for the encoder passed in.

Three signals, weighed by `bearing.toml`. The weights are learnt by `benchmarks/train_bearing.py` from questions whose answering
abstract is known: once it is among the documents, once it is taken away.
"""

import math
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from pipeline.embed.encoder import Vectors
from pipeline.logistic import Logistic
from pipeline.words import salient_stems, sentence_spans, subject_stems

BEARING = "bearing-1"
"""Version of the signals and their weights; a change of any changes it."""
WEIGHTS = Path(__file__).with_suffix(".toml")
SIGNALS = ("abstract", "sentence", "words")
MAY_ODDS, SURE_ODDS = 0.0, 1.0
"""Log odds from which on a preprint may answer a question, and surely does."""
FAR_LESS = 3.5
"""Log odds below the surest preprint's from which on another is not used beside it."""
ABSENT = 0.5
"""Preprints that a word counts as held by where none holds it."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """What is seen of one preprint."""

    abstract: float
    """Cosine of the question to title and abstract, -1 to 1."""
    sentence: float
    """Cosine to the nearest sentence, the title included."""
    words: float
    """Share of the question's subject words that it holds, 0 to 1; those that few of the retrieved hold count more."""


@cache
def read_weights() -> Logistic:
    """The weights of the file beside this module."""
    return Logistic.of_table(tomllib.loads(WEIGHTS.read_text(encoding="utf-8")), SIGNALS)


def bearing(
    question: str, retrieved: Sequence[tuple[str, str, float]], encode: Callable[[Sequence[str]], Vectors]
) -> list[float]:
    """Log odds that each preprint answers the question; `retrieved`: title, abstract and cosine to the question of each."""
    return [read_weights().log_odds(seen) for seen in read_nearness(question, retrieved, encode)]


def least_odds(bearings: Iterable[float]) -> float:
    """From which log odds on a preprint is quoted and cited.

    Where some surely answer, those that only may, or do far less surely, stay out.
    """
    surest = max(bearings, default=MAY_ODDS)
    return max(SURE_ODDS if surest >= SURE_ODDS else MAY_ODDS, surest - FAR_LESS)


def read_nearness(
    question: str, retrieved: Sequence[tuple[str, str, float]], encode: Callable[[Sequence[str]], Vectors]
) -> list[Nearness]:
    """The signals of each preprint; the encoder is asked once."""
    sentences = [
        [title, *(abstract[start:end] for start, end in sentence_spans(abstract))] for title, abstract, _ in retrieved
    ]
    if not retrieved:
        return []
    vectors = encode([question, *(text for texts in sentences for text in texts)])
    cosines = np.split(vectors[1:] @ vectors[0], np.cumsum([len(texts) for texts in sentences])[:-1])
    held = [frozenset(salient_stems(f"{title}. {abstract}")) for title, abstract, _ in retrieved]
    return [
        Nearness(cosine, float(nearest.max()), share)
        for (_, _, cosine), nearest, share in zip(
            retrieved, cosines, _shares(subject_stems(question), held), strict=True
        )
    ]


def _shares(subjects: frozenset[str], held: Sequence[frozenset[str]]) -> list[float]:
    counts = {stem: sum(stem in stems for stems in held) for stem in sorted(subjects)}
    weights = {stem: math.log(1 + len(held) / (count or ABSENT)) for stem, count in counts.items()}
    whole = sum(weights.values())
    return [
        sum(weight for stem, weight in weights.items() if stem in stems) / whole if whole else 0.0 for stems in held
    ]
