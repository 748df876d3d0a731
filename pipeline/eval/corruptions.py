"""Make claims from real sentences, and false claims from those: directions flipped, negations moved, sides and numbers swapped. Pure.

What a true sentence says is known, and so is what a change made of it: a labelled set that needs no one to label it.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

Kind = Literal["direction", "negated", "unnegated", "number", "partners", "hedge", "name"]

LISTS = Path(__file__).with_suffix(".toml")
STATED = re.compile(
    r"\b(?:shows?|showed|shown|finds?|found|demonstrate[sd]?|observe[sd]?|reveal(?:s|ed)?|indicate[sd]?|suggest(?:s|ed)?"
    r"|confirm(?:s|ed)?|conclude[sd]?|report(?:s|ed)?|prove[sd]?) that (?P<claim>[\w-][^$;]*\.)$"
)
"""`We show that X.`"""
LEANING = re.compile(r"(?:our|the proposed|this|these|it|its|they|their|we|such|both)\b", re.IGNORECASE)
"""Starts of a clause that only its abstract explains."""
WORDS = range(6, 29)
"""Words of a claim."""
VERB = (
    r"(?:is|are|can|may|cannot|do(?:es)? not|improves?|reduces?|increases?|decreases?|enables?|outperforms?|enhances?|promotes?"
    r"|inhibits?|suppress(?:es)?|prevents?|induces?|leads?|causes?|affects?|determines?|depends?|requires?|helps?|reveals?|explains?"
    r"|predicts?|regulates?|mediates?|influences?|emerges?|remains?|arises?|lacks?)"
)
ASSERTION = re.compile(
    rf"(?!(?:how|what|why|when|where|which|is|are|can|do|does|on|towards?|an?|new|some)\b)\w[\w-]*(?:\s[\w-]+){{0,6}}\s{VERB}\b(?!-)",
    re.IGNORECASE,
)
"""A title that states something: a subject of up to seven words, then a verb."""
TOKEN = re.compile(r"[A-Za-z]+")
AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|can|could|may|might|will|would|should|must|does|do|did)\b(?! (?:not|no)\b)"
)
NEGATED = re.compile(r"\b(?:is|are|was|were|can|could|may|will|would|should|does|do|did)( not)\b")
DIGITS = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?")
BEATEN = re.compile(
    r"(?P<left>.{8,}?) (?P<verb>(?:\w+ly )?(?:outperforms?|surpass(?:es)?|exceeds?)) (?P<right>[^,.]{6,})(?P<rest>.*)"
)
COMPARED = re.compile(
    r"(?P<left>.{4,}?) (?P<verb>(?:is|are|was|were|has|have|achieves?|shows?)\b.*?\b\w+(?:er|ore|ess)\b.*? than)"
    r" (?P<right>[^.,]{4,})(?P<rest>.*)"
)
HEDGED = re.compile(r"\b(?:may|might|could|can) (?=[a-z])|\b(?:possibly|potentially|likely|probably) ")
NAMED = re.compile(r"\b(?:[A-Z][\w-]*[A-Z\d][\w-]*)\b")


@dataclass(frozen=True, slots=True)
class Corruption:
    """A claim that says something else than the one that it was made from."""

    kind: Kind
    text: str


def claim_in(sentence: str) -> str | None:
    """The claim of a sentence that says what was found, able to stand alone; None for other sentences."""
    match = STATED.search(sentence)
    if not match or LEANING.match(match["claim"]) or len(match["claim"].split()) not in WORDS:
        return None
    return match["claim"][0].upper() + match["claim"][1:]


def claim_of_title(title: str) -> str | None:
    """The title, or what follows its colon, where it states something."""
    body = title.rpartition(": ")[2]
    return f"{body}." if ASSERTION.match(body) and not body.endswith("?") else None


def corrupt(claim: str, random: Random, names: Sequence[str] = ()) -> list[Corruption]:
    """One false claim of every kind that the sentence allows; `names`: others to put in place of one of its own."""
    found = [
        _replace("direction", claim, TOKEN, random, lambda word: _read()[0].get(word.lower(), ())),
        _replace("negated", claim, AUXILIARY, random, lambda word: (f"{word} not",)),
        _replace("number", claim, DIGITS, random, lambda number: (_other_number(number, random),)),
        _replace("hedge", claim, HEDGED, random, lambda _: ("",)),
        _replace("name", claim, NAMED, random, lambda name: [one for one in names if one != name]),
    ]
    if match := NEGATED.search(claim):
        found.append(Corruption("unnegated", claim[: match.start(1)] + claim[match.end(1) :]))
    if match := BEATEN.fullmatch(claim) or COMPARED.fullmatch(claim):
        found.append(Corruption("partners", f"{match['right']} {match['verb']} {match['left']}{match['rest']}"))
    return [one for one in found if one]


def reword(claim: str, random: Random, share: float = 0.7) -> str:
    """The claim with that share of its directions in other words of the same sense; as true as before."""
    alike = _read()[1]

    def other(match: re.Match[str]) -> str:
        choices = alike.get(match[0].lower(), ())
        return _cased(random.choice(choices), match[0]) if choices and random.random() < share else match[0]

    return TOKEN.sub(other, claim)


def mirror(text: str) -> str:
    """Every direction of the text turned round: what was true of it is true of the mirrored text once it is mirrored too."""
    opposites = _read()[0]
    return TOKEN.sub(
        lambda match: _cased(opposites[match[0].lower()][0], match[0]) if match[0].lower() in opposites else match[0],
        text,
    )


def inflect(verb: str) -> tuple[str, str, str, str]:
    """A regular verb: `block`, `blocks`, `blocked`, `blocking`."""
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x")) else f"{verb}s"
    base = verb.removesuffix("e")
    return verb, third, f"{base}ed", f"{base}ing"


@cache
def _read() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Opposites, and words alike, of every word of the file beside this module."""
    document = tomllib.loads(LISTS.read_text(encoding="utf-8"))
    pairs = [pair.split() for pair in document["words"]]
    pairs += [[*forms] for pair in document["verbs"] for forms in zip(*map(inflect, pair.split()), strict=True)]
    opposites: defaultdict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        opposites[one].append(other)
        opposites[other].append(one)
    groups = [group.split() for group in document["alike"]]
    return dict(opposites), {word: [one for one in group if one != word] for group in groups for word in group}


def _replace(
    kind: Kind, claim: str, pattern: re.Pattern[str], random: Random, others: Callable[[str], Sequence[str]]
) -> Corruption | None:
    """One match of the pattern, drawn from those that can be replaced, replaced."""
    places = [(match, choices) for match in pattern.finditer(claim) if (choices := others(match[0]))]
    if not places:
        return None
    match, choices = random.choice(places)
    other = _cased(random.choice(choices), match[0])
    return Corruption(kind, claim[: match.start()] + other + claim[match.end() :])


def _cased(word: str, like: str) -> str:
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def _other_number(number: str, random: Random) -> str:
    """The number with one digit changed to another but zero."""
    place = random.choice([place for place, one in enumerate(number) if one.isdigit()])
    digit = random.choice([one for one in "123456789" if one != number[place]])
    return number[:place] + digit + number[place + 1 :]
