"""Ask a set of labelled questions over an archive, and hold what was measured against the figures kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.eval.answers import Asked, Citations, ask_all, judge_citations, sum_up
from pipeline.eval.labelled import Labelled, read_labelled
from pipeline.eval.regression import Measured, enter, find_drops, read_records, write_records
from pipeline.hashes import content_hash
from pipeline.steps import Night, embed, ingest
from pipeline.store.preprints import load_known_source_ids
from pipeline.verify.support import check_support

FIGURES = "figures.json"
BOX = "box"
"""The set over the preprints in the box."""
Judged = list[tuple[Asked, Citations]]


@dataclass(frozen=True, slots=True)
class SetRun:
    """A set that was asked to its end."""

    name: str
    model: str
    judged: Judged
    found: Measured
    kept: Measured | None
    """What it is held against; None for the first figures of these questions."""

    @property
    def drops(self) -> list[str]:
        """What got worse by more than is tolerated, in words."""
        return find_drops(self.kept.figures, self.found.figures) if self.kept else []

    def document(self) -> dict[str, Any]:
        """What `eval regression --json` prints of it."""
        return {
            "set": self.name,
            "model": self.model,
            "figures": asdict(self.found.figures),
            "kept": asdict(self.kept.figures) if self.kept else None,
            "dropped": self.drops,
        }


class StoppedError(Exception):
    """A set was not asked to its end: by Ctrl-C, or by what the operator must mend, which is the cause."""

    def __init__(self, judged: Judged, total: int) -> None:
        super().__init__(f"stopped after {len(judged)} of {total} questions; nothing is stored")
        self.judged = judged


def measure(night: Night, questions: Sequence[Labelled]) -> Judged:
    """Ask every question, and judge what its answer cites. Raises StoppedError with what was measured before it was stopped."""
    judged: Judged = []
    try:
        for asked in ask_all(night, questions, lambda done: night.progress("eval answers", done, len(questions))):
            judged.append((asked, judge_citations(asked, lambda pairs: check_support(pairs, night.encoder.encode))))
    except (KeyboardInterrupt, PipelineError) as error:
        raise StoppedError(judged, len(questions)) from error
    return judged


def unknown_sources(night: Night, questions: Sequence[Labelled]) -> list[str]:
    """The preprints that the questions name as sources, and the archive does not hold."""
    named = {source_id for one in questions for source_id in one.sources}
    return sorted(named - load_known_source_ids(night.connection, named))


def run_set(night: Night, folder: Path, name: str, *, keep: bool = False) -> SetRun:
    """Ask the set `name.jsonl` of a folder, and write its figures beside those kept there; for the box it is taken in first.

    Raises PipelineError where the archive lacks its sources, StoppedError where it is stopped; then nothing is written.
    """
    file, kept = folder / f"{name}.jsonl", folder / FIGURES
    questions, records = read_labelled(file), read_records(kept)
    if name == BOX:
        ingest(night)
        embed(night)
    if unknown := unknown_sources(night, questions):
        raise PipelineError(
            f"{name}: the archive lacks {len(unknown)} of the preprints that the questions rest on: {few(unknown)}",
            "name the settings file of an archive that has taken them in",
        )
    judged = measure(night, questions)
    found, model = Measured(night.today, sum_up(judged)), night.engine.name
    records, before = enter(records, name, model, content_hash(file.read_text(encoding="utf-8")), found, keep)
    write_records(kept, records)
    return SetRun(name, model, judged, found, before)


def refuse_drops(runs: Sequence[SetRun], folder: Path) -> None:
    """Raise PipelineError where any set is answered worse than before."""
    if worse := [f"{run.name}: {drop}" for run in runs for drop in run.drops]:
        raise PipelineError(
            "the questions are answered worse than before:\n  " + "\n  ".join(worse),
            f"mend what did it; where it is meant: antigravity eval regression --keep, and commit {folder / FIGURES}",
        )


def few(texts: Sequence[str]) -> str:
    """The first five of them."""
    return ", ".join(texts[:5]) + (", …" if len(texts) > 5 else "")
