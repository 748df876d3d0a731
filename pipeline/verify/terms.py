"""Terms: names, acronyms and weighty words of the sentence stand in the evidence, also when the question has them. Pure."""

import re
from bisect import bisect
from itertools import pairwise

from pipeline.words import STOPWORDS, WORD, salient_stems, stem, words

MIN_WORDS = 5
MIN_KEPT = 0.7
"""Share of the evidence's weighty words that the sentence must keep: a dropped condition makes a claim stronger."""
NAME = re.compile(r"\b(?:[A-Z][\w-]*[A-Z\d][\w-]*|[A-Z]{2,}s?|[^\W\d]*+\d\w*[A-Za-z]\w*|(?<=[a-z,] )[A-Z][a-z]+)\b")
"""An acronym, a name with inner capitals or digits, or a capitalised word inside the sentence."""
FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us|[Oo]urselves)\b")
REPORTING = frozenset(
    """
    according approach approaches author authors demonstrate demonstrated demonstrates find finding findings
    found method methods paper preprint report reported reports research result results show showed shown
    shows studies study
    """.split()
)
"""Words that only tell who says it: the ones that a sentence may bring in, as far as the coverage allows."""
TELLING = frozenset(
    """
    above after against all before below both could each every few may might more most no nor not only over
    same than under until without
    """.split()
)
"""Stop words that turn a claim round: they may not be brought in, and their place counts."""
LINK = re.compile(r"\b(?:and|or|but|while|whilst|whereas|although|though|however|versus|vs)\b|[;:]", re.IGNORECASE)
"""Where one clause or one side of a comparison ends and the next begins."""


def check_names(sentence: str, evidence: str) -> list[str]:
    """Reasons: every name or acronym of the sentence that the evidence does not hold."""
    held = {part for word in words(evidence) for part in (word, *re.split("['’]", word)[:1])}
    named = set(NAME.findall(evidence))
    missing = [name for name in dict.fromkeys(NAME.findall(sentence)) if name not in named and not _holds(held, name)]
    return [f"the evidence does not name {name}" for name in missing]


def _holds(held: set[str], name: str) -> bool:
    if sum(map(str.isupper, name)) > 1 and name.lower() in STOPWORDS:  # `OF`, the acronym, is not held by `of`
        return False
    return all(part in held or part.removesuffix("s") in held for part in words(name))


def coverage(sentence: str, evidence: str) -> float:
    """Share of the sentence's weighty words that the evidence holds, 0 to 1; 0 for a sentence without any."""
    ours, theirs = salient_stems(sentence), set(salient_stems(evidence))
    return sum(one in theirs for one in ours) / len(ours) if ours else 0.0


def check_terms(sentence: str, evidence: str, min_coverage: float) -> list[str]:
    """Reasons: too few of the sentence's weighty words stand in the evidence, or one that does not says more than who reports it."""
    theirs = {word for word, _ in _placed(evidence)}
    missing = [word for word in dict.fromkeys(words(sentence)) if _counts(word) and stem(word) not in theirs]
    foreign = [word for word in missing if word not in REPORTING]
    if not foreign and coverage(sentence, evidence) >= min_coverage:
        return []
    if not missing:
        return ["it says nothing of weight"]
    return [f"the evidence does not speak of {', '.join((foreign or missing)[:5])}"]


def check_whole(sentence: str, evidence: str) -> list[str]:
    """Reasons: it is a fragment, or leaves out so much of the evidence that a condition may be gone."""
    if fragment := check_sentence_form(sentence):
        return fragment
    if coverage(evidence, sentence) < MIN_KEPT:
        return ["it leaves out too much of what the evidence says"]
    return []


def check_sentence_form(sentence: str) -> list[str]:
    """Reasons: it is a fragment."""
    whole = len(words(sentence)) >= MIN_WORDS and sentence.rstrip("”\"')").endswith((".", "!", "?"))
    return [] if whole else ["it is no whole sentence"]


def check_person(sentence: str, evidence: str) -> list[str]:
    """Reasons: in its own words it speaks as the authors do, and on our page `we` would be us. A word for word copy is shown as a quote."""
    found = FIRST_PERSON.search(sentence)
    if not found or sentence.strip() == evidence.strip():
        return []
    return [f"it says “{found[0]}”, as if it were the authors of the preprint"]


def check_order(sentence: str, evidence: str) -> list[str]:
    """Reasons: the shared words come in another order, as when the two sides of a comparison are swapped, or what was left out
    between two of them bridges two clauses: `A reaches 90% and B reaches 80%` does not carry `A reaches 80%`.
    """
    if not _follows(sentence, evidence, across_clauses=True):
        return ["its words come in another order than in the evidence, so it may turn it round"]
    if not _follows(sentence, evidence, across_clauses=False):
        return ["it joins words of two clauses that the evidence keeps apart"]
    return []


def _follows(sentence: str, evidence: str, across_clauses: bool) -> bool:
    """Whether the evidence holds the shared words in the sentence's order; across clauses only where the sentence has a link too."""
    theirs = _placed(evidence)
    held = {word for word, _ in theirs}
    ours = [one for one in _placed(sentence) if one[0] in held]
    reached = {place for place, (word, _) in enumerate(theirs) if ours and word == ours[0][0]}
    for (_, before), (wanted, after) in pairwise(ours):
        free = across_clauses or before != after
        nearest: int | None = None
        found = set()
        for place, (word, clause) in enumerate(theirs):
            if word == wanted and nearest is not None and (free or theirs[nearest][1] == clause):
                found.add(place)
            nearest = place if place in reached else nearest
        reached = found
    return bool(reached) or not ours


def _placed(text: str) -> list[tuple[str, int]]:
    """Stem of every word that counts, with the number of its clause."""
    links = [match.start() for match in LINK.finditer(text)]
    return [
        (stem(match[0].lower()), bisect(links, match.start()))
        for match in WORD.finditer(text)
        if _counts(match[0].lower())
    ]


def _counts(word: str) -> bool:
    return word not in STOPWORDS or word in TELLING
