"""Voice: a verb that became passive, or active, while its two sides stayed where they were. Pure.

`Kernels are outperformed by trees` shares every weighty word with `Kernels outperform trees`, in the same order, and says the opposite.
"""

import re
from dataclasses import dataclass

from pipeline.verify.opposites import read_words
from pipeline.words import WORD, stem

PARTICIPLE = r"\w+(?:ed|en|own|ung|ade|ought|orn|ost|elt|ept)"
PASSIVE = re.compile(
    rf"\b(?:is|are|was|were|be|been|being|gets?|got)\s+(?:(?:\w+ly|not|also|then|often|being)\s+)*(?P<verb>{PARTICIPLE})\b"
    rf"|\b(?P<reduced>{PARTICIPLE})\s+(?:by|with|on|in|for|from|using|via|as|at|to)\b",
    re.IGNORECASE,
)
"""`are outperformed`, and the bare participle of `networks trained with noise`; irregular forms as far as their ends tell."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The stems of the weighty words before and behind a verb."""

    left: frozenset[str]
    right: frozenset[str]


def check_voice(sentence: str, evidence: str) -> list[str]:
    """Reasons: a verb of both is passive in one of them alone, and what stands on its two sides did not change places."""
    passive = [_passives(text) for text in (sentence, evidence)]
    reasons = []
    for match in WORD.finditer(sentence):
        verb = stem(match[0].lower())
        if (verb in passive[0]) == (verb in passive[1]):
            continue
        other = next((one for one in WORD.finditer(evidence) if stem(one[0].lower()) == verb), None)
        if other and not _crossed(_sides(sentence, match), _sides(evidence, other)):
            reasons.append(f"it turns {other[0]!r} into {match[0]!r}, which may say who does it the other way round")
    return list(dict.fromkeys(reasons))


def _passives(text: str) -> frozenset[str]:
    return frozenset(stem((match["verb"] or match["reduced"]).lower()) for match in PASSIVE.finditer(text))


def _sides(text: str, verb: re.Match[str]) -> Sides:
    left, right = (
        frozenset(word.stem for word in read_words(part) if word.weighty)
        for part in (text[: verb.start()], text[verb.end() :])
    )
    return Sides(left - right, right - left)


def _crossed(ours: Sides, theirs: Sides) -> bool:
    straight = len(ours.left & theirs.left) + len(ours.right & theirs.right)
    return len(ours.left & theirs.right) + len(ours.right & theirs.left) > straight
