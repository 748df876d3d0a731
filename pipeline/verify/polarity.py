"""Polarity: negation, direction and hedges of the sentence agree with the evidence. Pure."""

import re

NEGATION = re.compile(
    r"\b(?:not|non|no|never|none|nothing|neither|nor|without|cannot|fail(?:s|ed|ing|ure)?|lack(?:s|ed|ing)?|unable|absen(?:t|ce)|except|unless"
    r"|few|little|hardly|barely|rarely|seldom|scarcely|unlikely|impossible|insufficient)\b|n['’]t\b",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:may|might|could|potential(?:ly)?|possibl[ye]|perhaps|suggest(?:s|ed|ing)?|appear(?:s|ed)?|likely|seem(?:s|ed)?|generally|conjectured?"
    r"|hypothesi[sz]ed?|indicat(?:e|es|ed)|in theory|theoretical(?:ly)?|promising|preliminary"
    r"|probabl[ye]|presumabl[ye]|plausibl[ye]|whether|unclear|expected to|(?:aim|hope|tend)s? to|aim(?:ed|ing) to|believed?)\b",
    re.IGNORECASE,
)
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
    """Reasons: more negations in one of the two, a direction that the evidence lacks, a hedge that was dropped."""
    reasons = []
    if len(NEGATION.findall(sentence)) != len(NEGATION.findall(evidence)):
        reasons.append("sentence and evidence are not negated alike")
    for direction, pattern in DIRECTIONS.items():
        if pattern.search(sentence) and not pattern.search(evidence):
            reasons.append(f"it says {pattern.search(sentence)[0]!r}, the evidence says nothing {direction}ward")  # type: ignore[index]  # matched just above
    if is_hedged(evidence) and not is_hedged(sentence):
        reasons.append("the evidence hedges, the sentence does not")
    return reasons
