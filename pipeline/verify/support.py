"""Whether a source carries a claim, told from what the checks see and what each of them is worth. Pure but for the encoder.

This is the check for claims in any words, against a whole abstract: `antigravity eval support` measures it. It is not what lets a
sentence be published (`verdict.py`): that asks for one sentence of the source that carries the claim word for word.

What a signal is worth stands in `support.toml`, learnt from corrupted sentences by `benchmarks/train_support.py`.
"""

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from pipeline.embed.encoder import Vectors
from pipeline.logistic import Logistic, to_log_odds
from pipeline.records import Opinion
from pipeline.verify.judge import Judge
from pipeline.verify.signals import Signals, read_signals, strange_names
from pipeline.words import STOPWORDS, sentence_spans, stem, words

SUPPORT = "support-4"
"""Version of the check; a change of a rule or of a weight changes it."""
WEIGHTS = Path(__file__).with_suffix(".toml")
BEARING = ("similarity", "coverage_together", "coverage", "strange_names")
AGREEMENT = ("turn", "told", "aimed", "partners", "swapped")
"""The signals of the two kinds."""
CERTAIN = 1e-9
"""No probability is nearer to 0 or 1."""
MOST_RESCUED = 1.5
"""Log odds below 0 from which on no judge is asked: none that was measured makes up for more."""


@dataclass(frozen=True, slots=True)
class Scales:
    """What `support.toml` holds."""

    bearing: Logistic
    agreement: Logistic
    bar: float
    """Least product of the two probabilities at which a claim is taken as supported without a judge, 0 to 1."""
    beside_judge: Mapping[str, float]
    """What the log odds of the two count beside a judge's, which count once."""


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a source carries a claim, and what each check said."""

    accepted: bool
    margin: float
    """Log odds above the bar; below it where negative."""
    opinions: tuple[Opinion, ...]
    evidence: str
    """The sentence of the source that counted most; empty for a source without one."""


@cache
def read_scales() -> Scales:
    """The weights of the file beside this module."""
    document = tomllib.loads(WEIGHTS.read_text(encoding="utf-8"))
    bearing, agreement = (
        Logistic.of_table(document[kind], names) for kind, names in (("bearing", BEARING), ("agreement", AGREEMENT))
    )
    return Scales(bearing, agreement, document["bar"], document["beside_judge"])


def check_support(
    pairs: Sequence[tuple[str, str]],
    encode: Callable[[Sequence[str]], Vectors],
    judge: Judge | None = None,
    scales: Scales | None = None,
) -> list[Support]:
    """Hold each claim against its source; the encoder is asked once, for all texts of all pairs.

    The judge is asked once too, about those pairs whose own log odds beside it are not below 0 by more than it could make up for.
    """
    sentences = {source: [source[start:end] for start, end in sentence_spans(source)] for _, source in pairs}
    texts = list(dict.fromkeys(text for claim, source in pairs for text in (claim, *sentences[source])))
    vectors = dict(zip(texts, encode(texts), strict=True))
    scales = scales or read_scales()
    found = [_read_alone(claim, sentences[source], vectors, scales) for claim, source in pairs]
    if judge is None:
        return found
    open_ones = [place for place, one in enumerate(found) if _beside_judge(one.opinions, scales) >= -MOST_RESCUED]
    opinions = judge([pairs[place] for place in open_ones]) if open_ones else []
    judged = dict(zip(open_ones, opinions, strict=True))
    return [_with(one, judged[place], scales) if place in judged else one for place, one in enumerate(found)]


def _read_alone(claim: str, sentences: Sequence[str], vectors: Mapping[str, Vectors], scales: Scales) -> Support:
    if not sentences or not words(claim):
        return Support(False, -math.inf, (Opinion("bearing", False, ("there is nothing to hold it against",)),), "")
    signals = read_signals(claim, sentences, np.stack([vectors[text] for text in (claim, *sentences)]))
    own = weigh(signals, claim, " ".join(sentences), scales)
    margin = combine(own, None, scales)
    return Support(margin >= 0, margin, own, sentences[signals.nearest])


def _with(alone: Support, judged: Opinion, scales: Scales) -> Support:
    margin = combine(alone.opinions, judged, scales)
    return replace(alone, accepted=margin >= 0, margin=margin, opinions=(*alone.opinions, judged))


def weigh(signals: Signals, claim: str, source: str, scales: Scales) -> tuple[Opinion, ...]:
    """What the checks say: its numbers are there, the source bears on the claim, and agrees with it.

    Where the two probabilities together stay below the bar, the smaller one is held against the claim.
    """
    bearing, agreement = scales.bearing.log_odds(signals), scales.agreement.log_odds(signals)
    weaker = min(bearing, agreement) if _together([bearing, agreement]) < scales.bar else -math.inf
    bears, agrees = (log_odds >= 0 and log_odds > weaker for log_odds in (bearing, agreement))
    return (
        Opinion("numbers", not signals.numbers, tuple(f"the source does not state {one}" for one in signals.numbers)),
        Opinion("bearing", bears, () if bears else (_foreign(claim, source),), bearing),
        Opinion("agreement", agrees, () if agrees else (_against(signals),), agreement),
    )


def combine(own: Sequence[Opinion], judged: Opinion | None, scales: Scales) -> float:
    """Log odds above 0. Without a judge: those that all of our own checks hold, less the bar's. With one: its own and a part of ours,
    since a judge sees better than they do whether the source speaks of the claim at all, and worse which way round.

    A check without log odds can only refuse.
    """
    if judged:
        return _beside_judge(own, scales) + (judged.log_odds or 0.0)
    if _refused(own):
        return -math.inf
    together = _together([one.log_odds for one in own if one.log_odds is not None])
    return to_log_odds(together, certain=CERTAIN) - to_log_odds(scales.bar, certain=CERTAIN)


def _beside_judge(own: Sequence[Opinion], scales: Scales) -> float:
    """What our own checks bring beside a judge; -inf where one of them refuses whatever it says."""
    if _refused(own):
        return -math.inf
    return sum(scales.beside_judge[one.check] * one.log_odds for one in own if one.log_odds is not None)


def _refused(own: Sequence[Opinion]) -> bool:
    return not all(one.holds for one in own if one.log_odds is None)


def _together(log_odds: Sequence[float]) -> float:
    """Probability that all hold, were they independent."""
    return math.exp(-sum(np.logaddexp(0, -one) for one in log_odds))


def _foreign(claim: str, source: str) -> str:
    held = set(map(stem, words(source)))
    missing = [word for word in dict.fromkeys(words(claim)) if word not in STOPWORDS and stem(word) not in held]
    if not missing:
        return "no sentence of the source is near it"
    return f"the source does not speak of {', '.join((strange_names(claim, source) or missing)[:5])}"


def _against(signals: Signals) -> str:
    if signals.partners < 0:
        return "the source puts the other side of the comparison above"
    if signals.swapped:
        return "the source says the opposite of one of its words"
    if signals.aimed < 0:
        return "the source says that it goes the other way"
    return "the source does not say it this way round"
