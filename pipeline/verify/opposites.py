"""Words that turn a claim round: more and less, negations, and other opposites, read from `opposites.toml` by their stems."""

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pipeline.words import STOPWORDS, WORD, stem

LISTS = Path(__file__).with_suffix(".toml")
NOT = "not"
CLAUSE = re.compile(
    r"[,;:()\[\]]|\b(?:but|whereas|while|although|though|which|who|thereby|because|since|however|by|through|via|when|if|than"
    r"|compared|versus|vs|suggesting|indicating|resulting|leading)\b",
    re.IGNORECASE,
)
"""Where a clause ends."""
PREFIXED = re.compile(r"\b(up|down|over|under|in|un|de|hyper|hypo|re)-(?=[a-z]{4})", re.IGNORECASE)
FUNCTION = re.compile(r"\b(gain|loss)-of-function\b", re.IGNORECASE)
KNOCKED = re.compile(r"\bknock(?:ed|ing)?[- ](down|out)\b", re.IGNORECASE)
CONTRACTED = re.compile(r"(\bcan)['’]t\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, as the checks of direction see it."""

    stem: str
    """`not` for every negation: which of them it is makes no difference."""
    direction: int
    """1: more of what it speaks of; -1: less of it; 0: neither."""
    negates: bool
    weighty: bool
    """It names what the text is about: no stop word, direction or negation."""
    clause: int
    """Number of its clause within the text, from 0."""

    @property
    def turns(self) -> bool:
        """Whether the claim would be turned round without it."""
        return self.negates or self.direction < 0


@dataclass(frozen=True, slots=True)
class Lists:
    """What `opposites.toml` holds; stems, but for the negations and the neutral words."""

    direction: dict[str, int]
    negation: frozenset[str]
    neutral: frozenset[str]
    opposites: dict[str, frozenset[str]]

    def direction_of(self, word: str) -> int:
        """1, -1 or 0 for a lower-case word."""
        return 0 if word in self.negation or word in self.neutral else self.direction.get(stem(word), 0)


@cache
def read_lists() -> Lists:
    """The lists of the file beside this module."""
    document = tomllib.loads(LISTS.read_text(encoding="utf-8"))
    opposites: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in (map(stem, pair.split()) for pair in document["pairs"]):
        opposites[one].add(other)
        opposites[other].add(one)
    return Lists(
        {stem(word): sign for sign, words in ((1, document["up"]), (-1, document["down"])) for word in words.split()},
        frozenset(document["negation"].split()),
        frozenset(document["neutral"].split()),
        {one: frozenset(others) for one, others in opposites.items()},
    )


@lru_cache(maxsize=16384)
def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text in order; `isn't` is read as `is not`, and `up-regulated` as one word."""
    text = PREFIXED.sub(r"\1", FUNCTION.sub(r"\1", KNOCKED.sub(r"knock\1", CONTRACTED.sub(r"\1 not", text))))
    lists, found, clause, end = read_lists(), [], 0, 0
    for match in WORD.finditer(text):
        word = match[0].lower()
        clause += bool(CLAUSE.search(text, end, match.end()))
        end = match.end()
        negates, direction = word in lists.negation, lists.direction_of(word)
        weighty = not (negates or direction or word in STOPWORDS)
        found.append(Word(NOT if negates else stem(word), direction, negates, weighty, clause))
    return tuple(found)
