"""What a sentence in other words brings in that no judge is to be trusted with. Pure.

Read from sentences that a language model rewrote and its judge let through (`benchmarks/judged_paraphrases.py`): a name written
otherwise, a side of a comparison that is not the evidence's, an effect or a win where none is told, a direction that stands with
something else, a unit, `by` for `to`, a superlative that was one of several, an order to the reader.
"""

import re

from pipeline.verify.comparison import compared_with
from pipeline.verify.direction import told, turn
from pipeline.verify.opposites import read_lists, read_words
from pipeline.words import WORD, stem, words

ONE_OF_SEVERAL = re.compile(
    r"\b(?:among|one of|some of|to (?:our|the authors['’]) (?:best )?knowledge|as far as (?:we|the authors) know)\b",
    re.IGNORECASE,
)
SUPERLATIVE = re.compile(r"\b(?:[a-z]{2,}est|most|best|worst|least|first|only|sole|unique)\b")
NO_SUPERLATIVE = frozenset(
    "test rest forest interest request suggest harvest west protest digest invest latest".split()
)
INNER_CAPITAL = re.compile(r"[^\W\d_][\w-]*[A-Z]")
UNIT = re.compile(
    r"\b(?:(?:kilo|mega|giga|tera|peta|exa|milli|micro|nano|pico|femto)-?"
    r"(?:bytes?|bits?|met(?:er|re)s?|grams?|lit(?:er|re)s?|hertz|watts?|volts?|seconds?|pascals?|teslas?|joules?|moles?)"
    r"|bytes?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|dollars?|euros?)\b",
    re.IGNORECASE,
)
AMOUNT = re.compile(r"\b(?P<way>by|to|from)\s+(?P<number>\d[\d.,]*\d|\d)", re.IGNORECASE)
ORDER = re.compile(
    r"^(?:(?:to|for|in|when|if|by)\b[^,]+,\s*)?(?:first|then|next|simply|please|always|never)?\s*"
    r"(?:add|apply|avoid|choose|combine|compute|consider|convert|employ|ensure|make|remember|run|select|set|start|take|train|try|use)\s"
    r"(?!of\b)",
    re.IGNORECASE,
)


def check_brought(sentence: str, evidence: str, source: str) -> list[str]:
    """Reasons; names are looked for in the whole source, everything else in the evidence alone."""
    return [
        *_spelling(sentence, source),
        *_superlative(sentence, evidence),
        *_other_side(sentence, evidence),
        *_effect(sentence, evidence),
        *_turned(sentence, evidence),
        *_unit(sentence, evidence),
        *_amount(sentence, evidence),
        *(["it tells the reader what to do"] if ORDER.match(sentence) else []),
    ]


def _spelling(sentence: str, source: str) -> list[str]:
    """`Unix` for `UniX`."""
    theirs = {match[0] for match in WORD.finditer(source)}
    named = {name.lower(): name for name in theirs if INNER_CAPITAL.match(name)}
    ours = dict.fromkeys(match[0] for match in WORD.finditer(sentence))
    return [
        f"it writes {word!r}, the source {named[word.lower()]!r}"
        for word in ours
        if word not in theirs and word.lower() in named
    ]


def _superlative(sentence: str, evidence: str) -> list[str]:
    """`the largest` for `among the largest`."""
    limits = {match[0].lower() for match in ONE_OF_SEVERAL.finditer(evidence)}
    kept = {match[0].lower() for match in ONE_OF_SEVERAL.finditer(sentence)}
    claimed = [one[0] for one in SUPERLATIVE.finditer(sentence) if one[0] not in NO_SUPERLATIVE]
    return [f"it says {claimed[0]!r}, and leaves out {one!r}" for one in sorted(limits - kept) if claimed]


def _other_side(sentence: str, evidence: str) -> list[str]:
    """`than the quantum one` for `than the classical one`."""
    ours, theirs = compared_with(sentence), compared_with(evidence)
    if not ours or not theirs or ours & theirs:
        return []
    return ["the evidence compares with something else"]


def _effect(sentence: str, evidence: str) -> list[str]:
    """`helps mitigate errors`, or `outperforms`, where nothing is told to go that way."""
    direction_of = read_lists().direction_of
    held = words(evidence)
    stems, ways = set(map(stem, held)), {direction_of(word) for word in held}
    return [
        f"it says {word!r}, the evidence nothing of that kind"
        for word in dict.fromkeys(words(sentence))
        if direction_of(word) and stem(word) not in stems and direction_of(word) not in ways
    ]


def _turned(sentence: str, evidence: str) -> list[str]:
    """`improved performance` for `lowered performance`, beside a `larger` that both have."""
    ours, theirs = read_words(sentence), read_words(evidence)
    if turn(ours, theirs) < 0 and told(ours, theirs) < 1:
        return ["its directions are not where the evidence has them"]
    return []


def _unit(sentence: str, evidence: str) -> list[str]:
    held = {stem(word) for word in words(evidence)}
    units = dict.fromkeys(match[0] for match in UNIT.finditer(sentence))
    return [f"the evidence does not speak of {one!r}" for one in units if stem(one.lower()) not in held]


def _amount(sentence: str, evidence: str) -> list[str]:
    """`by 50%` for `to 50%`."""
    ours, theirs = (
        {(match["number"], match["way"].lower()) for match in AMOUNT.finditer(text)} for text in (sentence, evidence)
    )
    known = {number for number, _ in theirs}
    return [
        f"it says '{way} {number}', the evidence does not" for number, way in sorted(ours - theirs) if number in known
    ]
