"""Direction: whether a sentence of the source says the same way round what the claim says. Pure.

No grammar is parsed. A word such as *inhibits* or *not* turns round what stands near it, so two texts that share their subject
say the same when an even number of such words stands in one of them alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.verify.opposites import Word, read_lists

NEAR = 6
"""Words from a shared word within which a word speaks of it."""
REACH = 4.0
"""Words over which the pull of a turning word falls to 1/e."""
CERTAINTY = 0.9
"""How surely a turning word beside a shared word turns it round."""
UNMET = -0.4
"""What a turning word of the claim that the sentence lacks leaves of the agreement; its sense may stand there in other words."""
SPAN = 6
"""Words after or before a direction within which its object is looked for."""
OBJECT = 3
"""Weighty words that make an object."""
BESIDE = 2
"""Words on either side that are the company of a word."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A direction, and what it speaks of."""

    sign: int
    after: frozenset[str]
    before: frozenset[str]


def turn(claim: Sequence[Word], sentence: Sequence[Word]) -> float:
    """1: the sentence says the claim the same way round; -1: the other way round; 0: it can't be told.

    Words that stand in both texts turn nothing. *Does not inhibit* and *promotes* agree, since two turns are none; *does not affect*
    and *inhibits* do not, since no effect is not the opposite of an effect.
    """
    held, distance = {word.stem for word in claim}, _distances(claim, sentence)
    if distance is None:
        return 0.0
    theirs = {True: 1.0, False: 1.0}
    for word, far in zip(sentence, distance, strict=True):
        if word.turns and word.stem not in held:
            theirs[word.negates] *= 1 - 2 * CERTAINTY * math.exp(-max(0, far - 1) / REACH)
    near, ours = _near(sentence, distance), {True: 1.0, False: 1.0}
    for word in {word.stem: word for word in claim if word.turns and word.stem not in near}.values():
        ours[word.negates] *= UNMET
    agreement = math.prod((*ours.values(), *theirs.values()))
    crossed = any(
        one[True] < 0 < one[False] and other[False] < 0 < other[True] for one, other in ((ours, theirs), (theirs, ours))
    )
    return -abs(agreement) if crossed else agreement


def told(claim: Sequence[Word], sentence: Sequence[Word]) -> float:
    """Share of the claim's directions and negations that stand near what it speaks of, 0 to 1; 1 for a claim without any."""
    telling = {word.stem for word in claim if word.direction or word.negates}
    distance = _distances(claim, sentence)
    if not telling or distance is None:
        return float(not telling)
    return len(telling & _near(sentence, distance)) / len(telling)


def aimed(claim: Sequence[Word], sentence: Sequence[Word]) -> float:
    """Whether the same things go up and down in both, -1 to 1: `lowers the risk` against `a raised risk` is -1."""
    ours, theirs = _aims(claim), _aims(sentence)
    if not ours or not theirs:
        return 0.0
    return sum(max((_meet(one, other) for other in theirs), key=abs) for one in ours) / len(ours)


def swapped(claim: Sequence[Word], sentence: Sequence[Word]) -> bool:
    """Whether the sentence has the opposite of a word of the claim in the same company: `early onset` for `late onset`."""
    opposites = read_lists().opposites
    ours, theirs = {word.stem for word in claim}, {word.stem for word in sentence}
    return any(
        word.stem in opposites
        and word.stem not in theirs
        and any(
            other.stem in opposites[word.stem] - ours and _company(claim, place) & _company(sentence, there)
            for there, other in enumerate(sentence)
        )
        for place, word in enumerate(claim)
    )


def _distances(claim: Sequence[Word], sentence: Sequence[Word]) -> list[int] | None:
    """For every word of the sentence, how far the nearest weighty word is that the claim has too; None where none is."""
    held = {word.stem for word in claim if word.weighty}
    places = [place for place, word in enumerate(sentence) if word.weighty and word.stem in held]
    return [min(abs(one - place) for one in places) for place in range(len(sentence))] if places else None


def _near(sentence: Sequence[Word], distance: Sequence[int]) -> set[str]:
    return {word.stem for word, far in zip(sentence, distance, strict=True) if far <= NEAR}


def _aims(words: Sequence[Word]) -> list[Aim]:
    found: list[Aim] = []
    read = 0
    for place, word in enumerate(words):
        if not word.direction or place < read:
            continue
        sign = word.direction
        after: list[str] = []
        if any(one.negates and one.clause == word.clause for one in words[max(0, place - 4) : place]):
            sign = -sign
        for there, one in enumerate(words[place + 1 : place + 2 + SPAN], place + 1):
            if one.clause != word.clause or (one.direction and after):
                break
            if one.direction:  # `reduces the decreased risk`: two in a row are one
                sign, read = sign * one.direction, there + 1
            after += [one.stem] * one.weighty
        before = [one.stem for one in words[max(0, place - SPAN) : place] if one.weighty and one.clause == word.clause]
        found.append(Aim(sign, frozenset(after[:OBJECT]), frozenset(before[-OBJECT:])))
    return found


def _meet(ours: Aim, theirs: Aim) -> float:
    """How far two directions speak of one thing, 0 to 1, times whether they agree; an object elsewhere in the phrase counts less."""
    if ours.after:
        shared = max(len(ours.after & theirs.after), 0.8 * len(ours.after & theirs.before)) / len(ours.after)
    elif ours.before:
        shared = max(len(ours.before & theirs.before), 0.8 * len(ours.before & theirs.after)) / len(ours.before)
    else:
        shared = 0.0
    return shared * shared * ours.sign * theirs.sign


def _company(words: Sequence[Word], place: int) -> set[str]:
    return {word.stem for word in words[max(0, place - BESIDE) : place + BESIDE + 1] if word.weighty}
