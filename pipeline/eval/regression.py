"""Whether a set of questions is answered worse than before: the figures that are kept, and what may not drop. [edge: figures.json]

A run is held against the figures that somebody kept on purpose, not against the last run: many small drops are a drop too.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.eval.answers import Figures
from pipeline.swap import write_aside

ANSWERED_TOLERANCE = 0.05
"""Share of the answerable questions that may be answered fewer; one question always may, since drafts vary a little."""
CITATION_TOLERANCE = 0.02
"""How far citation recall and precision may fall."""


class FiguresError(PipelineError):
    """The file of figures is wrong."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one run."""

    measured_on: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class Record:
    """The figures of one set of questions with one model."""

    name: str
    """Of the set."""
    model: str
    questions_hash: str
    """Of the set's file: figures of other questions can't be compared."""
    kept: Measured
    """What a run is held against."""
    latest: Measured


def find_drops(kept: Figures, found: Figures) -> list[str]:
    """What got worse by more than is tolerated, in words; nothing where all is well."""
    drops = []
    if found.answered_unanswerable > kept.answered_unanswerable:
        drops.append(
            f"{found.answered_unanswerable} unanswerable questions were answered, {kept.answered_unanswerable} before"
        )
    answerable = kept.answered_answerable + kept.refused_answerable
    if kept.answered_answerable - found.answered_answerable > max(1, ANSWERED_TOLERANCE * answerable):
        drops.append(
            f"{found.answered_answerable} answerable questions were answered, {kept.answered_answerable} before"
        )
    if found.failed > kept.failed:
        drops.append(f"{found.failed} questions failed, {kept.failed} before")
    for name in ("citation_recall", "citation_precision"):
        before, now = getattr(kept, name), getattr(found, name)
        if before is not None and (now is None or round(before - now, 4) > CITATION_TOLERANCE):
            drops.append(
                f"{name.replace('_', ' ')} is {'nothing' if now is None else f'{now:.3f}'}, {before:.3f} before"
            )
    return drops


def enter(
    records: Sequence[Record], name: str, model: str, questions_hash: str, found: Measured, keep: bool
) -> tuple[list[Record], Measured | None]:
    """The records with what was found as the latest, and what to hold it against; None where there is nothing.

    It becomes what later runs are held against where that is wanted, or where there was nothing for these questions.
    """
    old = next((one for one in records if (one.name, one.model) == (name, model)), None)
    if old is None or old.questions_hash != questions_hash:
        before, entered = None, Record(name, model, questions_hash, found, found)
    else:
        before, entered = old.kept, replace(old, latest=found, kept=found if keep else old.kept)
    others = [one for one in records if one is not old]
    return sorted([*others, entered], key=lambda one: (one.name, one.model)), before


def read_records(file: Path) -> list[Record]:
    """The records of the file; none where there is no file. Raises FiguresError that says what is wrong."""
    if not file.exists():
        return []
    try:
        return [_parse(one) for one in json.loads(file.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise FiguresError(
            f"{file} can't be read: {type(error).__name__}: {error}", "take it from the repository again"
        ) from error


def write_records(file: Path, records: Sequence[Record]) -> None:
    """Write aside, then rename."""
    write_aside(file, json.dumps([_plain(one) for one in records], indent=2, ensure_ascii=False) + "\n")


def _plain(record: Record) -> dict[str, Any]:
    return {
        "set": record.name,
        "model": record.model,
        "questions": record.questions_hash,
        **{
            name: {"date": one.measured_on.isoformat(), "figures": asdict(one.figures)}
            for name, one in (("kept", record.kept), ("latest", record.latest))
        },
    }


def _parse(one: dict[str, Any]) -> Record:
    return Record(one["set"], one["model"], one["questions"], _measured(one["kept"]), _measured(one["latest"]))


def _measured(one: dict[str, Any]) -> Measured:
    figures = {field.name: one["figures"][field.name] for field in fields(Figures)}
    return Measured(date.fromisoformat(one["date"]), Figures(**figures))
