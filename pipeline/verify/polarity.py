"""Polarity: negation, direction, opposites, hedges and qualifiers of the sentence agree with the evidence. Pure."""

import re

from pipeline.verify.opposites import read_lists
from pipeline.words import stem, words

NEGATION = re.compile(
    r"\b(?:not|non|no|never|none|nothing|neither|nor|without|cannot|fail(?:s|ed|ing|ure)?|lack(?:s|ed|ing)?|unable|absen(?:t|ce)|except|unless"
    r"|few|little|hardly|barely|rarely|seldom|scarcely|unlikely|impossible|insufficient)\b|n['’]t\b|!=|≠|\\neq?\b",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:may|might|could|potential(?:ly)?|possibl[ye]|perhaps|suggest(?:s|ed|ing)?|appear(?:s|ed)?|likely|seem(?:s|ed)?|generally|conjectured?"
    r"|hypothesi[sz]ed?|indicat(?:e|es|ed)|in theory|theoretical(?:ly)?|promising|preliminary"
    r"|probabl[ye]|presumabl[ye]|plausibl[ye]|whether|unclear|expected to|(?:aim|hope|tend)s? to|aim(?:ed|ing) to|believed?|thought"
    r"|assum(?:ed|ing)|presumed|supposed(?:ly)?|speculat\w+|hypothetical(?:ly)?|conceivabl[ye]|tentative(?:ly)?|open question)\b",
    re.IGNORECASE,
)
QUALIFIER = re.compile(
    r"\b(?:can|would|should|some|several|certain|most|many|mostly|often|sometimes|occasionally|typically|usually|partly|partially"
    r"|nearly|almost|about|approximately|roughly|around|up to|at (?:least|most)|only|relatively|moderately|slightly"
    r"|half|third|quarter|majority|minority|subset|fraction|associated|association|correlated|correlation|linked|if|unless"
    r"|(?:(?:more|less|fewer|greater|lower|higher|larger|smaller) than|over|under|above|below|within|beyond|close to)(?=\s\d))\b",
    re.IGNORECASE,
)
"""Words that make a claim weaker without hedging it, or bound a number."""
WIDENER = re.compile(
    r"\b(?:all|every|everyone|everything|everywhere|always|any|entire(?:ly)?|whole|solely|exclusively|universal(?:ly)?|invariably"
    r"|most|mostly|majority|each|best|worst|first)\b",
    re.IGNORECASE,
)
"""Words that make a claim wider."""
SIGNIFICANT = re.compile(r"\bsignifican(?:t|tly|ce)\b", re.IGNORECASE)
"""What limits a finding of no effect: `no significant difference` is not `no difference`."""
DIRECTIONS = {
    "up": re.compile(
        r"\b(?:higher|increas\w*|more|larger|greater|faster|better|improv\w*|outperform\w*|surpass\w*|exceed\w*|superior|gain\w*|above|over)\b",
        re.IGNORECASE,
    ),
    "down": re.compile(
        r"\b(?:lower|decreas\w*|less|smaller|fewer|slower|slowly|worse|reduc\w*|underperform\w*|below|under|inferior|drop\w*|declin\w*|loss|limited)\b",
        re.IGNORECASE,
    ),
}


def is_hedged(text: str) -> bool:
    """Whether the text holds back: may, could, suggests."""
    return bool(HEDGE.search(text))


def check_polarity(sentence: str, evidence: str) -> list[str]:
    """Reasons: more negations in one of the two, a direction that the evidence lacks, an opposite, a hedge or qualifier dropped, a
    widening word brought in.
    """
    reasons = []
    if len(NEGATION.findall(sentence)) != len(NEGATION.findall(evidence)):
        reasons.append("sentence and evidence are not negated alike")
    for direction, pattern in DIRECTIONS.items():
        if pattern.search(sentence) and not pattern.search(evidence):
            reasons.append(f"it says {pattern.search(sentence)[0]!r}, the evidence says nothing {direction}ward")  # type: ignore[index]  # matched just above
    reasons += [f"it says {one!r}, the evidence says {other!r}" for one, other in opposites_in(sentence, evidence)]
    if is_hedged(evidence) and not is_hedged(sentence):
        reasons.append("the evidence hedges, the sentence does not")
    elif len(HEDGE.findall(sentence)) < len(HEDGE.findall(evidence)):
        reasons.append("the evidence hedges more than the sentence")
    ours, theirs = ([word.lower() for word in QUALIFIER.findall(text)] for text in (sentence, evidence))
    reasons += [f"it leaves out {word!r}" for word in dict.fromkeys(theirs) if ours.count(word) < theirs.count(word)]
    widened = dict.fromkeys(word.lower() for word in WIDENER.findall(sentence))
    held = {word.lower() for word in words(evidence)}
    reasons += [f"it says {word!r}, the evidence does not" for word in widened if word not in held]
    if NEGATION.search(evidence) and SIGNIFICANT.search(evidence) and not SIGNIFICANT.search(sentence):
        reasons.append("the evidence finds nothing significant, the sentence nothing at all")
    return reasons


def opposites_in(sentence: str, evidence: str) -> list[tuple[str, str]]:
    """Words that only the sentence has, each with its opposite that only the evidence has: `inhibits` and `promotes`."""
    lists = read_lists()
    ours, theirs = ({stem(word): word for word in reversed(words(text))} for text in (sentence, evidence))
    return [
        (ours[one], theirs[other])
        for one in reversed(ours)
        for other in reversed(theirs)
        if one not in theirs and other not in ours and not any(map(_is_told, (ours[one], theirs[other])))
        if other in lists.opposites.get(one, ())
        or lists.direction_of(ours[one]) * lists.direction_of(theirs[other]) < 0
    ]


def _is_told(word: str) -> bool:
    """Whether the check of directions above speaks of it already."""
    return any(pattern.fullmatch(word) for pattern in DIRECTIONS.values())
