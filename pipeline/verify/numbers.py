"""Numbers: every number of the sentence stands in the evidence, in the same form and the same order. Pure."""

import re

NUMBER = re.compile(r"(?<![\w.])[-+−]?(?:\d+(?:[.,]\d+)*|\.\d+)(?:\s?(?:%|percent\b|per cent\b))?", re.IGNORECASE)
SPELLED = {
    word: str(value)
    for value, word in enumerate(
        """
    zero one two three four five six seven eight nine ten eleven twelve
    """.split()
    )
    if value not in (0, 1)  # "one" is mostly no number
}
SPELLED_NUMBER = re.compile(r"\b(?:" + "|".join(SPELLED) + r")\b", re.IGNORECASE)


def numbers_in(text: str) -> list[str]:
    """Numbers in order, thousands commas gone, per cent as `%`, words up to twelve as digits: `99.67%`, `1500`, `2`."""
    found = [(match.start(), _normal(match[0])) for match in NUMBER.finditer(text)]
    found += [(match.start(), SPELLED[match[0].lower()]) for match in SPELLED_NUMBER.finditer(text)]
    return [number for _, number in sorted(found)]


def check_numbers(sentence: str, evidence: str) -> list[str]:
    """Reasons against the sentence; none where its numbers are the evidence's, in the evidence's order."""
    ours, theirs = numbers_in(sentence), numbers_in(evidence)
    missing = [number for number in ours if number not in theirs]
    if missing:
        return [f"the number {number} is not in the evidence" for number in dict.fromkeys(missing)]
    return [] if is_subsequence(ours, theirs) else ["its numbers stand in another order than in the evidence"]


def is_subsequence(ours: list[str], theirs: list[str]) -> bool:
    """Whether `ours` can be had from `theirs` by leaving items out."""
    rest = iter(theirs)
    return all(item in rest for item in ours)


def _normal(text: str) -> str:
    number = re.sub(r"\s?(?:%|percent|per cent)$", "%", text.strip(), flags=re.IGNORECASE)
    number = re.sub(r",(?=\d{3}\b)", "", number).replace("−", "-").lstrip("+")
    return re.sub(r"^(-?)\.", r"\g<1>0.", number)
