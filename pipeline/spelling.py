"""How words are spelled: the known one that an unknown one is most like, and one thing or many. Pure, without a library."""

import difflib
from collections.abc import Iterable


def nearest(word: str, words: Iterable[str]) -> str:
    """Ask back with the word that is spelled most like this one; empty where none is."""
    near = difflib.get_close_matches(word[:80], words, 1)
    return f" (did you mean {near[0]}?)" if near else ""


def counted(number: int, what: str) -> str:
    """`1 file`, `2 files`, `3,000 files`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
