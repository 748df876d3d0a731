"""Numbers: every number of the sentence stands in the evidence, with its unit and scale, and in the same order. Pure.

What is written in two ways is one number: `70%`, `70 per cent`, `0.7` and `seven of ten`; `1.5 million` and `1,500,000`;
`3x` and `three-fold`; `2 weeks` and `14 days`. A rounded number is another number: `99.7%` is not `99.67%`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import eq
from typing import TypeVar

from pipeline.words import STOPWORDS

Item = TypeVar("Item")

SPELLED = {
    word: str(value)
    for value, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
UNCOUNTED = ("zero", "one")
"""Words that are mostly no number but in `one of five`."""
SCALES = {"": 0, "k": 3, "thousand": 3, "M": 6, "million": 6, "B": 9, "bn": 9, "billion": 9, "trillion": 12}
"""Powers of ten."""
KINDS = {
    "time": "ns 1e-9 us 1e-6 µs 1e-6 μs 1e-6 ms 1e-3 s 1 sec 1 second 1 min 60 minute 60 h 3600 hr 3600 hour 3600 day 86400 week 604800",
    "calendar": "month 1 year 12 yr 12",
    "mass": "ng 1e-9 µg 1e-6 μg 1e-6 ug 1e-6 mg 1e-3 g 1 kg 1e3",
    "length": "nm 1e-9 µm 1e-6 μm 1e-6 um 1e-6 mm 1e-3 cm 1e-2 m 1 km 1e3",
    "volume": "µl 1e-6 μl 1e-6 ul 1e-6 ml 1e-3 mL 1e-3 dl 1e-1 dL 1e-1 l 1 L 1",
    "memory": "KB 1e3 MB 1e6 GB 1e9 TB 1e12",
    "frequency": "Hz 1 kHz 1e3 MHz 1e6 GHz 1e9",
    "energy": "meV 1e-3 eV 1 keV 1e3 MeV 1e6 GeV 1e9 TeV 1e12",
    "level": "dB 1",
    "fold": "fold 1 x 1 × 1 times 1",
}
UNITS = {
    unit: (kind, Decimal(size))
    for kind, sizes in KINDS.items()
    for unit, size in zip(sizes.split()[::2], sizes.split()[1::2], strict=True)
}
"""Kind of every unit, and how many of the kind's base unit it is."""
GLUED = [unit for unit in UNITS if len(unit) > 1 or unit in "x×"]
"""Units that may follow a number without a space: `5s` may be a plural."""

NUMBER = re.compile(
    rf"""
    (?: (?<![\w.]) (?P<digits> [-+−]? (?: \d+ (?:[.,·]\d+)* | \.\d+ ) )
      | \b (?P<spelled> (?ai:{"|".join(SPELLED)}) ) (?= \b | fold\b ) )
    (?P<percent> \s? (?: % | (?i:per\ ?cent) \b ) )?
    (?: \s? (?P<scale> (?ai:thousand|million|billion|trillion) | bn ) \b | (?P<letter> [kMB] ) (?![\w-]) )?
    (?: (?: [\s-] (?P<unit> {"|".join(UNITS)} ) | (?P<glued> {"|".join(GLUED)} ) ) s? (?![\w/]) )?
    """,
    re.VERBOSE,
)
COUNTED = re.compile(r"[\s-]([^\W\d_]+)")
"""The word after a number."""
RATIO = re.compile(r"\s(?:out of|of|in)(?: every)?(?: the)?\s", re.IGNORECASE)
"""What stands between the two numbers of `seven out of ten`."""
YEARS = range(1800, 2200)
SIGNS = {
    "<": (
        r"<=?|[≤≲⩽]|\\(?:leq?|leqslant|lesssim|lt)\b",
        r"less than|below|under|fewer than|at most|up to|no more than",
    ),
    ">": (
        r">=?|[≥≳⩾]|\\(?:geq?|geqslant|gtrsim|gt)\b",
        r"more than|above|over|at least|exceed(?:s|ed|ing)?|no less than",
    ),
    "~": (r"[~∼≈≃]|\\(?:sim|simeq|approx)\b", r"about|approximately|around|roughly|nearly|some|circa"),
    "^": (r"\^", r"to the power of"),
}
"""What a bound, an estimate or an exponent is written with before its number: signs, and words that say the same."""
BEFORE = {
    sign: (re.compile(rf"(?:{signs})[\s${{(]*$"), re.compile(rf"\b(?:{said})\s$", re.IGNORECASE))
    for sign, (signs, said) in SIGNS.items()
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a text states it."""

    text: str
    """In one form: no thousands comma, per cent as `%`, words as digits."""
    value: Decimal | None
    """None where the digits are no number: `15,00`."""
    percent: bool = False
    unit: str = ""
    """A key of UNITS, or empty."""
    of: Decimal | None = None
    """The ten of `seven of ten`."""
    bare: bool = True
    """Nothing follows that it could count or measure: `0.5`, not `0.5 points`."""

    @property
    def share(self) -> Decimal | None:
        """The number as a share of one; None where it can't be one."""
        if self.value is None or self.of == 0:
            return None
        if self.of is not None:
            return self.value / self.of
        if self.percent:
            return self.value / 100
        return self.value if abs(self.value) <= 1 and self.bare and not self.unit else None

    def says(self, other: "Quantity") -> bool:
        """Whether both are one number."""
        if (self.percent, self.of is None) != (other.percent, other.of is None):
            return self.share is not None and self.share == other.share
        if self.value is None or other.value is None:
            return self.text == other.text
        if self.unit and other.unit:
            (kind, size), (other_kind, other_size) = UNITS[self.unit], UNITS[other.unit]
            return kind == other_kind and self.value * size == other.value * other_size
        return (self.value, self.of) == (other.value, other.of)


def quantities_in(text: str) -> list[Quantity]:
    """The numbers of a text in order; `seven of ten` is one quantity."""
    found: list[Quantity] = []
    end = 0
    for match in NUMBER.finditer(text):
        one, link, end = _quantity(match), RATIO.fullmatch(text, end, match.start()), match.end()
        if found and link and _is_share(found[-1], one, link[0]):
            found[-1] = replace(found[-1], text=f"{found[-1].value} of {one.text}", of=one.value)
        else:
            found.append(one)
    return [one for one in found if one.text not in UNCOUNTED]


def missing_numbers(sentence: str, evidence: str) -> list[str]:
    """The sentence's numbers that the evidence does not state, each once."""
    theirs = _parts(quantities_in(evidence))
    ours = [one for one in quantities_in(sentence) if not any(map(one.says, theirs))]
    return list(dict.fromkeys(f"{one.text} {one.unit}".strip() for one in ours))


def check_numbers(sentence: str, evidence: str) -> list[str]:
    """Reasons against the sentence; none where its numbers are the evidence's, in the evidence's order."""
    if missing := missing_numbers(sentence, evidence):
        return [f"the number {number} is not in the evidence" for number in missing]
    if reasons := check_bounds(sentence, evidence):
        return reasons
    kept = is_subsequence(quantities_in(sentence), _parts(quantities_in(evidence)), Quantity.says)
    return [] if kept else ["its numbers stand in another order than in the evidence"]


def check_bounds(sentence: str, evidence: str) -> list[str]:
    """Reasons: a bound, an estimate or an exponent (`z<=1`, `~140`, `10^5`) is told as a plain number, or a plain number as one.

    Only where one of the two is written as a sign; those in words are told apart by `copied.py`.
    """
    ours, theirs = _bounds(sentence), _bounds(evidence)
    reasons = []
    for number in ours.keys() & theirs.keys():
        held = {sign for sign, _ in theirs[number]}
        changed = {sign for sign, _ in ours[number]} - held
        if changed and any(written for _, written in ours[number] | theirs[number]):
            one = min(changed)
            said = f"it says {one}{number}" if one else f"it says {number} and leaves out {max(held)}"
            reasons.append(f"{said}, unlike the evidence" if one else said)
    return sorted(reasons)


def _bounds(text: str) -> dict[str, set[tuple[str, bool]]]:
    """By number: what stands before it (a key of SIGNS, or nothing), and whether it is written as a sign."""
    found: dict[str, set[tuple[str, bool]]] = {}
    for match in NUMBER.finditer(text):
        before = text[max(0, match.start() - 24) : match.start()]
        bound = next(
            (
                (sign, bool(signed.search(before)))
                for sign, (signed, said) in BEFORE.items()
                if signed.search(before) or said.search(before)
            ),
            ("", False),
        )
        found.setdefault(_quantity(match).text, set()).add(bound)
    return found


def is_subsequence(ours: Iterable[Item], theirs: Iterable[Item], same: Callable[[Item, Item], bool] = eq) -> bool:
    """Whether `ours` can be had from `theirs` by leaving items out."""
    rest = iter(theirs)
    return all(any(same(one, other) for other in rest) for one in ours)


def _quantity(match: re.Match[str]) -> Quantity:
    spelled, unit = match["spelled"], match["unit"] or match["glued"] or ""
    if spelled:
        text = spelled.lower()
        text = text if text in UNCOUNTED else SPELLED[text]
        digits = SPELLED[spelled.lower()]
    else:
        digits = re.sub(r",(?=\d{3}\b)", "", match["digits"]).replace("−", "-").replace("·", ".").lstrip("+")
        text = digits = re.sub(r"^(-?)\.", r"\g<1>0.", digits)
    power = SCALES[(match["scale"] or "").lower() or match["letter"] or ""]
    value = Decimal(digits).scaleb(power) if re.fullmatch(r"-?\d+(?:\.\d+)?", digits) else None
    text += "%" if match["percent"] else f" {match['scale'] or match['letter']}" if power else ""
    following = COUNTED.match(match.string, match.end())
    return Quantity(text, value, bool(match["percent"]), unit, bare=not following or following[1].lower() in STOPWORDS)


def _is_share(one: Quantity, whole: Quantity, link: str) -> bool:
    """Whether `one in whole` is a share and not, say, `5 in 2010`."""
    if one.value is None or whole.value is None or one.percent or whole.percent or one.unit or one.of is not None:
        return False
    return 0 <= one.value <= whole.value and whole.value >= 2 and not ("in" in link and whole.value in YEARS)


def _parts(quantities: Sequence[Quantity]) -> list[Quantity]:
    """The quantities, after each share its two numbers."""
    return [
        part
        for one in quantities
        for part in ([one] if one.of is None else [one, replace(one, of=None), replace(one, value=one.of, of=None)])
    ]
