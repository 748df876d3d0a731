"""What the checks see when a claim is held against a source: a dozen numbers, each with a plain meaning. Pure.

A source carries a claim where two things hold: it *bears* on the claim, that is, speaks of the same things; and it *agrees*,
that is, says it the same way round. The two are told apart since what tells them apart is different: words and nearness for the
one, negations, directions and comparisons for the other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.embed.encoder import Vectors
from pipeline.verify.comparison import check_partners
from pipeline.verify.direction import aimed, swapped, told, turn
from pipeline.verify.numbers import missing_numbers
from pipeline.verify.opposites import Word, read_words
from pipeline.words import GENERIC, STOPWORDS, stem, words

HYPHENED = re.compile(r"\w(?:[\w-]*\w)?")
NAME = re.compile(r"[^A-Z]*+[A-Z].*[A-Z\d]|\D*+\d.*[A-Za-z]", re.DOTALL)
"""Matches a name with two capitals, or with letters and digits; one match looks at each letter but once or twice."""
PART_OF_NAME = re.compile(
    r"(?<=[^\W\d_])[-‐–]\d+(?:\.\d+)?|(?<=[^\W\d_]\d)/\d+(?![.\d])|(?<![\w.])\d+(?![eExX]\d)[A-Za-z]+\d\w*"
)
"""The numbers of `IL-2`, `OCT3/4` and `3T3`, which count nothing."""
ASKS = re.compile(
    r"\b(?:whether|aim(?:s|ed)?|objectives?|purpose|question|hypothesi\w+|unclear|unknown|controversial|elusive|debated?"
    r"|to (?:determine|assess|evaluate|investigate|examine|test|explore|study|compare|review|estimate|identify)"
    r"|not (?:been |well |fully |yet )*(?:known|understood|clear|established)|remains? (?:un|to be|elus|contro|poor)"
    r"|we (?:investigated?|examined?|assess(?:ed)?|evaluated?|stud(?:y|ied)))\b",
    re.IGNORECASE,
)
"""A sentence that says what was asked, and not what was found."""
SHARPNESS = 5.0
"""How much more the nearer sentences of a source count: a weight is exp(SHARPNESS × nearness)."""
SHARED = 0.2
"""What the share of the claim's words counts beside the cosine."""
ASKED = 0.5
"""What a sentence that only asks loses."""
OPENING = 0.1
"""What the first sentence loses: it is mostly the title, which names a subject and says little of it."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What was seen; the fields of the two kinds are what `support.toml` weighs."""

    similarity: float
    """Mean cosine of the claim to the three nearest sentences."""
    coverage_together: float
    """Share of the claim's words that two neighbouring sentences hold, 0 to 1."""
    coverage: float
    """Share of the claim's words that the source holds, 0 to 1."""
    strange_names: float
    """Names and acronyms that the source lacks, at most 3."""
    turn: float
    """Whether the sentences say it the same way round, -1 to 1."""
    told: float
    """Share of the claim's directions and negations that stand near what they speak of, 0 to 1."""
    aimed: float
    """Whether the same things go up and down in the sentence that tells most about it, -1 to 1."""
    partners: float
    """Whether a comparison puts the same side above: 1; the other side: -1; none is made: 0."""
    swapped: float
    """1 where a sentence has the opposite of a word of the claim in the same company, else 0."""
    numbers: tuple[str, ...]
    """Numbers of the claim that the source does not state."""
    nearest: int
    """Place of the nearest sentence."""


def read_signals(claim: str, sentences: Sequence[str], vectors: Vectors) -> Signals:
    """Hold a claim against the sentences of its source, at least one; `vectors`: the claim's row, then one of each sentence."""
    cosines = np.asarray(vectors[1:] @ vectors[0], float)
    ours, theirs = read_words(claim), [read_words(sentence) for sentence in sentences]
    weights = _weigh(cosines, ours, theirs, sentences)
    aims = weights * np.array([aimed(ours, one) for one in theirs])
    source = " ".join(sentences)
    return Signals(
        similarity=float(np.sort(cosines)[-3:].mean()),
        coverage_together=max(cover(claim, " ".join(sentences[place : place + 2])) for place in range(len(sentences))),
        coverage=cover(claim, source),
        strange_names=float(min(len(strange_names(claim, source)), 3)),
        turn=float(weights @ np.array([turn(ours, one) for one in theirs])),
        told=float(weights @ np.array([told(ours, one) for one in theirs])),
        aimed=float((aims / weights)[np.abs(aims).argmax()]),
        partners=float(np.sign(weights @ np.array([check_partners(claim, sentence) for sentence in sentences]))),
        swapped=float(any(swapped(ours, one) for one in theirs)),
        numbers=tuple(missing_numbers(PART_OF_NAME.sub("", claim), PART_OF_NAME.sub("", source))),
        nearest=int(weights.argmax()),
    )


def cover(claim: str, text: str) -> float:
    """Share of the claim's words that the text holds in any form, 0 to 1; words that say little count half."""
    held = set(map(stem, words(text)))
    weighed = {word: 0.5 if word in GENERIC else 1.0 for word in words(claim) if word not in STOPWORDS}
    found = sum(weight for word, weight in weighed.items() if stem(word) in held)
    return found / sum(weighed.values()) if weighed else 0.0


def strange_names(claim: str, source: str) -> list[str]:
    """Names and acronyms of the claim that the source lacks, whatever the hyphens and the case."""
    held = source.lower().replace("-", "")
    named = filter(NAME.match, dict.fromkeys(HYPHENED.findall(claim)))
    return [name for name in named if name.lower().replace("-", "") not in held]


def _weigh(
    cosines: Vectors, claim: Sequence[Word], theirs: Sequence[Sequence[Word]], sentences: Sequence[str]
) -> Vectors:
    """How much each sentence counts as evidence on the claim's direction; the weights add up to 1."""
    subject = {word.stem for word in claim if word.weighty}
    shared = [len(subject & {word.stem for word in one}) / max(1, len(subject)) for one in theirs]
    asked = [bool(ASKS.search(sentence)) for sentence in sentences]
    nearness = cosines + SHARED * np.array(shared) - ASKED * np.array(asked, float)
    nearness[0] -= OPENING
    weights = np.exp(SHARPNESS * (nearness - nearness.max()))
    return np.asarray(weights / weights.sum())
