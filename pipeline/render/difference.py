"""What became of a text, word by word, for a person to read: over difflib. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

ALIKE = 0.5
"""Share of words from which two lines count as one line that changed."""
TOKEN = re.compile(r"\S+")

Fate = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Piece:
    fate: Fate
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line that changed, in pieces; or, without pieces, so many lines in a row that did not."""

    pieces: tuple[Piece, ...] = ()
    unchanged: int = 0


def compare_lines(before: Sequence[str], after: Sequence[str]) -> tuple[Line, ...]:
    """The lines in the order of `after`; a line that was reworded is one line with both wordings."""
    found: list[Line] = []
    for tag, start, end, start_after, end_after in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Line(unchanged=end - start))
        else:
            found += _replaced(before[start:end], after[start_after:end_after])
    return tuple(found)


def compare_words(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both texts, each once where it stayed."""
    was, became = TOKEN.findall(before), TOKEN.findall(after)
    pieces: list[Piece] = []
    for tag, start, end, start_after, end_after in SequenceMatcher(None, was, became, autojunk=False).get_opcodes():
        fates: tuple[tuple[Fate, list[str]], ...] = (
            (("same", was[start:end]),)
            if tag == "equal"
            else (("removed", was[start:end]), ("added", became[start_after:end_after]))
        )
        pieces += [Piece(fate, " ".join(words)) for fate, words in fates if words]
    return tuple(pieces)


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Every new line beside the old one that it is most like, then the old lines that are left."""
    left = list(before)
    for line in after:
        best = max(left, key=lambda one: _likeness(one, line), default=None)
        if best is not None and _likeness(best, line) >= ALIKE:
            left.remove(best)
            yield Line(compare_words(best, line))
        else:
            yield Line((Piece("added", line),))
    yield from (Line((Piece("removed", line),)) for line in left)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, TOKEN.findall(one), TOKEN.findall(other), autojunk=False).ratio()
