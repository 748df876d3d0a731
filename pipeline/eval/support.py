"""How often a check accepts claims that their source supports, contradicts, or says nothing of.

The pairs stand in a file of JSON lines, `{"claim": …, "source": …, "label": "supported" | "contradicted" | "unsupported"}`;
other keys are let be.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from pipeline.errors import PipelineError
from pipeline.eval.json_lines import read_objects
from pipeline.verify.support import Support

Label = Literal["supported", "contradicted", "unsupported"]
LABELS: tuple[Label, ...] = get_args(Label)
FORM = 'a line is {"claim": …, "source": …, "label": …}'
BATCH = 64
"""Pairs that the check is given at a time."""


class PairsError(PipelineError):
    """A file of pairs is wrong."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, a source, and what people say that the one is to the other."""

    claim: str
    source: str
    label: Label
    line: int
    """Where it stands in its file, from 1."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A pair that the check got wrong."""

    pair: Pair
    support: Support


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the claims with one label were accepted."""

    accepted: int
    of: int


@dataclass(frozen=True, slots=True)
class SupportReport:
    """What the check accepted of each label, and what it should not have accepted or refused."""

    shares: dict[Label, Share]
    wrong: tuple[Wrong, ...]
    """False acceptances first, the surest ones foremost."""
    judged: tuple[tuple[Label, Support], ...]
    """Label of every pair in the order of the file, and what the check says of it."""


def read_pairs(file: Path) -> list[Pair]:
    """The pairs of a file in order. Raises PairsError that names the line."""
    records = read_objects(file, PairsError, what="pair", form=FORM)
    return [_parse(f"{file}, line {number}", number, record) for number, record in records]


def evaluate_support(
    pairs: Sequence[Pair],
    check: Callable[[Sequence[tuple[str, str]]], Sequence[Support]],
    on_progress: Callable[[int], None] = lambda _: None,
) -> SupportReport:
    """Ask the check about every (claim, source), a batch at a time; `on_progress` is told how many are done.

    Pairs with one source come beside one another, since a judge reads it once for all that stand together.
    """
    order = sorted(range(len(pairs)), key=lambda place: pairs[place].source)
    found: dict[int, Support] = {}
    for start in range(0, len(pairs), BATCH):
        places = order[start : start + BATCH]
        told = check([(pairs[place].claim, pairs[place].source) for place in places])
        found |= zip(places, told, strict=True)
        on_progress(len(found))
    judged = [(pair, found[place]) for place, pair in enumerate(pairs)]
    shares = {
        label: Share(
            sum(support.accepted for pair, support in judged if pair.label == label),
            sum(pair.label == label for pair in pairs),
        )
        for label in LABELS
    }
    wrong = [Wrong(pair, support) for pair, support in judged if support.accepted != (pair.label == "supported")]
    wrong.sort(key=lambda one: (not one.support.accepted, -abs(one.support.margin), one.pair.line))
    return SupportReport(shares, tuple(wrong), tuple((pair.label, support) for pair, support in judged))


def _parse(where: str, number: int, record: Mapping[str, Any]) -> Pair:
    for key in ("claim", "source"):
        if not isinstance(record.get(key), str) or not record[key].strip():
            raise PairsError(f"{where}: {key!r} is missing, empty, or no text", FORM)
    if record.get("label") not in LABELS:
        raise PairsError(f"{where}: 'label' is {record.get('label')!r}", f"it is one of {', '.join(LABELS)}")
    return Pair(record["claim"], record["source"], record["label"], number)
