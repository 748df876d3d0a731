"""How alike two questions are by their words, without a model: near duplicates, and edits that change what is asked. Pure.

Words are compared by their first letters, so that `classify` and `classification` are one. An encoder sees more; this is what
`make setup-light` has.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

from pipeline.questions.text_rules import fold

LETTERS = 6
"""Of a word, by which it is told from others."""
NEAR = 0.4
"""Likeness from which two questions are shown as near: 3 of the 105 pairs of the box are, and one in five of their aliases."""
EMPTY = frozenset(
    """
    a about after all also an and any are as at be because been before being between both but by can could did do does
    for from had has have how if in into is it its many may might more most much must no nor not of off on or other our out over
    should so some such than that the their them then there these they this those through to under up was we were what
    well when where whether which while who why will with within without would
    """.split()
)
TURNING = frozenset(
    """
    after against before below above but by down from into less least more most no nor not off out over than to under up
    with without
    """.split()
)
"""Small words that turn a question round: none may come or go unseen."""


def near_pairs(texts: Sequence[str], least: float = NEAR) -> list[tuple[float, int, int]]:
    """Likeness and numbers of all pairs of wordings that are at least that near, nearest first.

    Likeness is the share of words that two have in common (Dice's coefficient, 0 to 1), each weighted by how rare it is among
    all the wordings. Only pairs that share one of their rarer words are looked at.
    """
    words = [frozenset(_weighty(text)) for text in texts]
    holders: dict[str, list[int]] = {}
    for number, one in enumerate(words):
        for word in one:
            holders.setdefault(word, []).append(number)
    weight = {word: math.log(1 + len(texts) / len(held)) for word, held in holders.items()}
    total = [math.fsum(weight[word] for word in one) for one in words]  # the same in whatever order a set has
    found = []
    for number, one in enumerate(words):
        rarer = sorted(one, key=lambda word: (-weight[word], word))[: (len(one) + 1) // 2]
        for other in {holder for word in rarer for holder in holders[word] if holder < number}:
            score = 2 * math.fsum(weight[word] for word in one & words[other]) / (total[number] + total[other])
            if score >= least:
                found.append((score, other, number))
    return sorted(found, key=lambda pair: (-pair[0], *pair[1:]))


def asks_the_same(before: str, after: str) -> bool:
    """Whether an edit only sharpens: no weighty word went, and no small word that turns the question came or went."""
    gone = Counter(_weighty(before)) - Counter(_weighty(after))
    spelled = {"".join(sorted(word)) for word in _words(after)}
    slips = {word[:LETTERS] for word in _words(before) if "".join(sorted(word)) in spelled}
    turned = Counter(_turning(before)) == Counter(_turning(after))
    return turned and not gone.keys() - slips


def telling_words(text: str) -> list[str]:
    """Give the words of a wording that say what it is about, in order and whole."""
    return [word for word in _words(text) if word not in EMPTY]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:\.\d+)?", fold(text))


def _weighty(text: str) -> list[str]:
    return [word[:LETTERS].rstrip("s") for word in telling_words(text)]


def _turning(text: str) -> list[str]:
    return [word for word in _words(text) if word in TURNING]
