"""What a near copy leaves out of its evidence, and which small words it brings in. Pure.

Nearly every word of a finding limits it: *in mice*, *on small sets*, *by trees*, *current*. A copy without it claims more than its
source does. So only what limits nothing may go: who reports it, how it is joined to the sentence before, what stands in brackets,
words that only press a point, and a last clause of its own. And no small word may come in, since those say who does what to whom.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.verify.polarity import NEGATION
from pipeline.verify.terms import REPORTING
from pipeline.words import STOPWORDS, WORD, stem

EMPTY = frozenset(
    """
    a an the this that these those which i we you it they he she our your its their his her my
    is are was were be been being am has have had having do does did doing will shall here there very also just so such now
    """.split()
)
"""Small words that may come and go."""
JOINING = frozenset(
    """
    additionally besides consequently finally first fourth furthermore hence however importantly indeed interestingly last lastly
    moreover namely nevertheless nonetheless notably overall particular particularly remarkably second secondly specifically
    surprisingly therefore third thirdly thus ultimately work here experimental experimentally experiments extensive evaluation
    empirical empirically numerical numerically analysis recently
    """.split()
)
"""Words that join a sentence to others, or tell how it came to be known; they may go from its start, and may not come in."""
PRESSING = frozenset(
    """
    clearly considerably consistently dramatically drastically greatly highly markedly notably remarkably significantly strongly
    substantially
    """.split()
)
"""Words that press a point; without them a claim says less, but for a negated one."""
SLIGHT = frozenset(("of", "to", "and"))
"""Small words that are left out without harm: `accuracy of models`, `model accuracy`."""
BRACKETS = re.compile(r"(?<!\S)(?:\([^()]*\)|\[[^\[\]]*\])")
"""What is put in beside; `O(n)` is no such thing."""
OPENING_END = re.compile(r"\s*[,:]|\s+that\b")
"""How what only reports ends: `Moreover,` or `We find that`."""
LAST_CLAUSE = re.compile(r"\s*(?:;|,\s*(?:and|while|whilst|whereas)\b)")
"""How a last clause begins that can go."""
CONDITION = re.compile(
    r"(?:In|With|For|On|Under|Using|When|Where|If|Among|At|During|After|Before|Without|Given|Assuming|Within|Unlike|Despite|By|Through"
    r"|Provided|Only|As|Since|While|Although|Though)\b[^,;:.]{3,},"
)
"""What an evidence sentence puts before all that it says: `With a simple DenseNet model,`."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word that counts."""

    stem: str
    text: str
    start: int


def check_kept(sentence: str, evidence: str) -> list[str]:
    """Reasons: words left out of the evidence that limit what it says, or small words brought in."""
    ours, theirs = _tokens(sentence), _tokens(evidence)
    reasons = []
    matcher = SequenceMatcher(None, [one.stem for one in ours], [one.stem for one in theirs], autojunk=False)
    shared = [one for block in matcher.get_matching_blocks() for one in theirs[block.b : block.b + block.size]]
    spans = [match.span() for match in BRACKETS.finditer(evidence)]
    bracketed = [
        span for span in spans if not any(_inside(one, [span]) for one in shared)
    ]  # they go whole or not at all
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            continue
        dropped = [one for one in theirs[first:last] if not _inside(one, bracketed)]
        at_end = end == len(ours) and last == len(theirs)
        if _limits(dropped, evidence) and not (at_end and first and _is_last_clause(theirs, first, evidence)):
            reasons.append(f"it leaves out {_show(dropped, evidence)}")
        if brought := [one for one in ours[start:end] if _relates(one) and not _only_reports(ours[start:end])]:
            reasons.append(f"it brings in {', '.join(repr(one.text) for one in brought)}")
    return reasons


def check_condition(sentence: str, evidence: str) -> list[str]:
    """Reasons: the sentence takes up less than half of what its evidence puts before all that it says."""
    opening = CONDITION.match(evidence)
    shown = _tokens(opening[0]) if opening else []
    weighty = {one.stem for one in shown if not _relates(one) and one.text.lower() not in REPORTING | JOINING}
    if opening and weighty and 2 * len(weighty & {one.stem for one in _tokens(sentence)}) < len(weighty):
        return [f"it leaves out the condition {opening[0].rstrip(',')!r}"]
    return []


def _tokens(text: str) -> list[Token]:
    return [
        Token(stem(match[0].lower()), match[0], match.start())
        for match in WORD.finditer(text)
        if match[0].lower() not in EMPTY
    ]


def _inside(token: Token, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= token.start < end for start, end in spans)


def _limits(dropped: Sequence[Token], evidence: str) -> bool:
    """Whether the words left out limit what the evidence says; who reports it can go from its start alone."""
    if not dropped:
        return False
    behind = evidence[dropped[-1].start + len(dropped[-1].text) :]
    opening = not _tokens(evidence[: dropped[0].start]) and OPENING_END.match(behind)
    free = SLIGHT | (frozenset() if NEGATION.search(evidence) else PRESSING)
    left = [one for one in dropped if one.text.lower() not in free]
    if opening and any(not _relates(one) for one in left):
        left = [one for one in left if not _relates(one) and one.text.lower() not in REPORTING | JOINING]
    return bool(left)


def _is_last_clause(theirs: Sequence[Token], first: int, evidence: str) -> bool:
    """Whether what is left out from there on is a clause of its own that puts no condition on what stands before it."""
    before = theirs[first - 1]
    if not LAST_CLAUSE.match(evidence, before.start + len(before.text)):
        return False
    return not any(
        _relates(one) and one.text.lower() not in ("and", "while", "whilst", "whereas") for one in theirs[first:]
    )


def _only_reports(brought: Sequence[Token]) -> bool:
    """Whether what is brought in tells who says it: `according to the authors`."""
    return any(one.text.lower() in REPORTING for one in brought) and all(
        one.text.lower() in REPORTING or one.text.lower() in ("to", "by", "in", "of") for one in brought
    )


def _relates(token: Token) -> bool:
    """Whether it is a small word that says how others stand to one another."""
    return token.text.lower() in STOPWORDS


def _show(dropped: Sequence[Token], evidence: str) -> str:
    start, last = dropped[0].start, dropped[-1]
    return repr(" ".join(evidence[start : last.start + len(last.text)].split()))
