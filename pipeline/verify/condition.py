"""The condition that an evidence sentence puts before all that it says, and that a sentence in other words must take up. Pure."""

import re

from pipeline.verify.terms import REPORTING
from pipeline.words import STOPWORDS, salient_stems, stem, words

CONDITION = re.compile(
    r"(?:In|With|For|On|Under|Using|When|Where|If|Among|At|During|After|Before|Without|Given|Assuming|Within|Unlike|Despite|By|Through"
    r"|Provided|Only|As|Since|While|Although|Though)\b[^,;:.]{3,},"
)
"""`With a simple DenseNet model,`."""
NO_CONDITION = REPORTING | frozenset(
    "addition conclusion contrast experiment experiments fact last particular recently second summary third work".split()
)
"""Words of openings that only report, or join a sentence to the one before."""


def check_condition(sentence: str, evidence: str) -> list[str]:
    """Reasons: the sentence takes up less than half of what its evidence puts before all that it says."""
    opening = CONDITION.match(evidence)
    shown = words(opening[0]) if opening else []
    weighty = {stem(word) for word in shown if word not in STOPWORDS and word not in NO_CONDITION}
    if opening and weighty and 2 * len(weighty & set(salient_stems(sentence))) < len(weighty):
        return [f"it leaves out the condition {opening[0].rstrip(',')!r}"]
    return []
