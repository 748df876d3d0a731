"""Where the formulas of a text begin and end: between dollars that are no prices, in brackets, in environments. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.render.formula import MAX_LENGTH

OPENING = re.compile(
    r"(?P<dollar>\$\$?)|\\(?P<bracket>[(\[])|\\begin\{(?P<environment>equation|align|eqnarray|gather|multline|displaymath|math)(?P<star>\*?)\}|\\.",
    re.DOTALL,
)
"""What may begin a formula; any other escaped character is stepped over whole."""
DOLLAR = re.compile(r"(?:[^$\\]|\\.)*?(?<!\\)\$", re.DOTALL)
COMMAND = re.compile(r"\\[A-Za-z]+\s*(?:\{[^{}]*\})?")
WORD = re.compile(r"(?:^|(?<=[\s(]))[A-Za-z][a-z]+(?=[\s,.;:)~]|$)")
AMOUNT = re.compile(r"\d[\d.,]*\s?[KMBkmb]?\s?[-–—/~,]*\s*")
WORDS_APART = re.compile(r"\s+[a-z]{2,}(?:,?\s+[a-z]{2,})*,?\s+")
"""`1.7$ and $x$`: a dollar is missing before."""
PROSE = 5
"""Words in a row that no formula has: the dollars stand round something else."""
TRIES = 4
"""Dollars to look past for the one that closes an open brace: `$\\text{if $x$ is odd}$`."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A formula in a text: `text[start:end]` with its delimiters."""

    start: int
    end: int
    source: str
    """What stands between the delimiters."""
    display: bool


@lru_cache(maxsize=8192)
def find_formulas(text: str) -> tuple[Stretch, ...]:
    """Every formula, in order; none overlaps another."""
    return tuple(_stretches(text))


def whole_span(text: str, start: int, end: int) -> tuple[int, int]:
    """`start` and `end`, further apart where one would cut a formula in two."""
    for one in find_formulas(text):
        if one.start < start < one.end:
            start = one.start
        if one.start < end < one.end:
            end = one.end
    return start, end


def _stretches(text: str) -> Iterator[Stretch]:
    place = 0
    while found := OPENING.search(text, place):
        stretch = _close(text, found)
        if stretch:
            yield stretch
        place = stretch.end if stretch else found.end()


def _close(text: str, opening: re.Match[str]) -> Stretch | None:
    """The formula that begins here, if one does."""
    start = opening.end()
    if opening["dollar"] == "$":
        return _between_dollars(text, start)
    closing, display = "", True
    if opening["dollar"]:
        closing = "$$"
    elif opening["bracket"]:
        closing, display = {"(": (r"\)", False), "[": (r"\]", True)}[opening["bracket"]]
    elif opening["environment"]:
        closing = rf"\end{{{opening['environment']}{opening['star']}}}"
    end = text.find(closing, start, start + 2 * MAX_LENGTH) if closing else -1
    source = text[start:end] if end > start else ""
    if not source.strip():
        return None
    if opening["environment"] and ("&" in source or r"\\" in source):
        source = rf"\begin{{aligned}}{source.replace('&=&', '&=')}\end{{aligned}}"
    return Stretch(opening.start(), end + len(closing), source, display)


def _between_dollars(text: str, start: int) -> Stretch | None:
    ends = _dollars(text, start)
    if not ends or not text[start : ends[0]].strip():
        return None
    end = next((end for end in ends if _balanced(text[start:end])), ends[0])
    source = text[start:end]
    return None if _is_prose(source, text[end + 1 : end + 2]) else Stretch(start - 1, end + 1, source, False)


def _dollars(text: str, start: int) -> list[int]:
    """The next places of a bare dollar, as far as a formula may reach."""
    places: list[int] = []
    place = start
    while len(places) < TRIES and (found := DOLLAR.match(text, place, start + MAX_LENGTH)):
        places.append(found.end() - 1)
        place = found.end()
    return places


def _balanced(source: str) -> bool:
    depth = 0
    for sign in re.findall(r"(?<!\\)[{}]", source):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _is_prose(source: str, following: str) -> bool:
    """What stands between two prices, or between a stray dollar and the next: no formula."""
    words = len(WORD.findall(COMMAND.sub(" ", source)))
    if words >= PROSE or "\n\n" in source:
        return True
    if WORDS_APART.fullmatch(source):
        return True
    if not source[0].isdigit():
        return False
    if following.isdigit() and AMOUNT.fullmatch(source) and not source[-1].isalnum():
        return True
    return words > 0 and (words > 2 or source[-1] in " \n(~-–—/" or following.isdigit())
