"""What was measured: the figures of evaluations, and what the answers of each day amounted to. Pure."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from pipeline.records import Answer, Status

LISTS = ("figures", "evaluations", "runs", "entries")
"""Keys under which a document may hold its list."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one evaluation measured."""

    name: str
    """Of the labelled set."""
    model: str
    day: str
    """ISO date; empty where it is not told."""
    values: tuple[tuple[str, float], ...]
    """Name and value of every figure, in the order of the file; figures inside figures are `outer inner`; counts are `int`."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one revision of an answer amounts to."""

    day: date
    slug: str
    revision: int
    status: Status
    sentences: int
    quoted: int
    cut: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """The newest answers as they stood at the end of a day."""

    day: date
    answered: int
    partly: int
    not_answered: int
    sentences: int
    quoted: int
    cut: int

    @property
    def cut_share(self) -> float:
        """Per cent of all sentences that were cut."""
        return round(100 * self.cut / (self.cut + self.sentences), 1) if self.cut + self.sentences else 0.0

    @property
    def quoted_share(self) -> float:
        """Per cent of the published sentences that are quotes."""
        return round(100 * self.quoted / self.sentences, 1) if self.sentences else 0.0


def parse_figures(text: str) -> tuple[Figures, ...]:
    """The entries of a file of figures, by day and name; what can't be read as one is left out.

    The file is a JSON list of `{"set", "model", "date", "figures": {name: number}}`, or an object that holds such a list. An
    entry may also hold its measurements one level down: `{"set", "model", "kept": {"date", "figures"}, "latest": {…}}`.
    """
    try:
        document = json.loads(text)
    except ValueError:
        return ()
    if isinstance(document, dict):
        document = next((document[key] for key in LISTS if isinstance(document.get(key), list)), [document])
    entries = {one for raw in document for one in _entries(raw)} if isinstance(document, list) else set()
    return tuple(sorted(entries, key=lambda one: (one.day, one.name, one.model, one.values)))


def tally(answer: Answer) -> Tally:
    """What one revision amounts to."""
    sentences = answer.sentences
    return Tally(
        answer.answered_on,
        answer.slug,
        answer.revision,
        answer.status,
        len(sentences),
        sum(sentence.verdict == "quoted" for sentence in sentences),
        len(answer.cut),
    )


def daily_counts(tallies: Iterable[Tally], most: int) -> tuple[DayCount, ...]:
    """One count for every day on which an answer was written, oldest first; of no more than the last `most` days."""
    written = sorted(tallies, key=lambda one: (one.day, one.slug, one.revision))
    newest: dict[str, Tally] = {}
    statuses, sums = Counter[str](), Counter[str]()
    counts = []
    for day, found in groupby(written, key=lambda one: one.day):
        for one in found:
            for sign, counted in ((-1, newest.get(one.slug)), (1, one)):
                if counted:
                    statuses[counted.status] += sign
                    sums.update({name: sign * getattr(counted, name) for name in ("sentences", "quoted", "cut")})
            newest[one.slug] = one
        of = statuses.__getitem__
        counts.append(
            DayCount(
                day, of("answered"), of("partly"), of("not_answered"), sums["sentences"], sums["quoted"], sums["cut"]
            )
        )
    return tuple(counts[-most:])


def _entries(raw: Any) -> Iterator[Figures]:
    if not isinstance(raw, dict):
        return
    measured = [raw, *(one for one in raw.values() if isinstance(one, dict) and isinstance(one.get("figures"), dict))]
    for one in measured:
        values = tuple(_numbers(one["figures"], "")) if isinstance(one.get("figures"), dict) else ()
        if values:
            texts = [str(one.get(key) or raw.get(key) or "") for key in ("set", "model", "date")]
            yield Figures(texts[0] or "unnamed set", texts[1], _iso_day(texts[2]), values)


def _iso_day(text: str) -> str:
    """The day that a text begins with; empty where it begins with none."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def _numbers(figures: Mapping[str, Any], outer: str) -> Iterator[tuple[str, float]]:
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from _numbers(value, f"{outer}{name} ")
        elif isinstance(value, int | float) and not isinstance(value, bool) and value == value:
            yield f"{outer}{name}", value
