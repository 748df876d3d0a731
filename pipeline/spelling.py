"""A word that is not known, and the known one that is spelled most like it. Pure, and of nothing but the standard library."""

import difflib
from collections.abc import Iterable


def nearest(word: str, words: Iterable[str]) -> str:
    """Ask back with the word that is spelled most like this one; empty where none is."""
    near = difflib.get_close_matches(word[:80], words, 1)
    return f" (did you mean {near[0]}?)" if near else ""
