"""Comparisons: which of two sides a text puts above the other, so that swapped partners are seen. Pure."""

import re
from dataclasses import dataclass

from pipeline.verify.opposites import read_words

BEATS = re.compile(
    r"\b(?P<passive>(?:is|are|was|were|be|been|being)\s+(?:\w+\s+){0,2})?"
    r"(?:out(?:perform|rank|compet)|surpass|exceed|beat|(?P<below>underperform))\w*(?P<by>\s+by\b)?",
    re.IGNORECASE,
)
"""`is outperformed by`, where both `is` and `by` stand beside it, turns the sides round."""
THAN = re.compile(r"\b(?:than|compared (?:with|to)|relative to|versus|vs)\b", re.IGNORECASE)
SIDE_END = re.compile(r"[,;:.]|\b(?:and|while|whereas|but|by|in|on|with|for|when)\b", re.IGNORECASE)
"""Where the other side of a comparison ends."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left` is put above `right` where `sign` is 1, and below it where it is -1."""

    left: frozenset[str]
    """Stems of the weighty words of that side alone."""
    right: frozenset[str]
    sign: int


def comparison_in(text: str) -> Comparison | None:
    """The comparison that a sentence makes; None where it makes none or does not say which side is above."""
    if match := BEATS.search(text):
        left, right = read_words(text[: match.start()]), read_words(text[match.end() :])
        sign = -1 if match["below"] else 1
        sign = -sign if match["passive"] and match["by"] else sign
    elif match := THAN.search(text):
        left, right = read_words(text[: match.start()]), read_words(text[match.end() :])
        places = [place for place, word in enumerate(left) if word.direction]
        if not places:
            return None
        sign = left[places[-1]].direction
        if places[-1] - 1 in places:  # `less effective than`
            sign *= left[places[-1] - 1].direction
    else:
        return None
    sign = -sign if any(word.negates for word in left) else sign
    ours, theirs = (frozenset(word.stem for word in side if word.weighty) for side in (left, right))
    return Comparison(ours - theirs, theirs - ours, sign)


def compared_with(text: str) -> set[str]:
    """Stems of the weighty words that stand after `than` and its like, up to the end of that side."""
    found = set()
    for match in THAN.finditer(text):
        end = SIDE_END.search(text, match.end())
        found |= {word.stem for word in read_words(text[match.end() : end.start() if end else None]) if word.weighty}
    return found


def check_partners(claim: str, sentence: str) -> int:
    """1: both put the same side above; -1: they put opposite sides above; 0: they don't compare the same things."""
    ours, theirs = comparison_in(claim), comparison_in(sentence)
    if ours is None or theirs is None:
        return 0
    straight = len(ours.left & theirs.left) + len(ours.right & theirs.right)
    crossed = len(ours.left & theirs.right) + len(ours.right & theirs.left)
    if straight == crossed:
        return 0
    return ours.sign * theirs.sign * (1 if straight > crossed else -1)
