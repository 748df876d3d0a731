"""What a night did, in the words of the status page. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.store.runs import Run

RENDER = "render"
"""The step that makes this page, and so can't stand on it."""
STEPS = {
    "ingest": "preprints taken in",
    "embed": "texts given a vector",
    "retrieve": "questions searched for",
    "answer": "answers drafted",
    "verify": "drafts checked",
}
"""What is counted as done."""
COUNTS = ("new", "revised", "withdrawn", "unchanged", "rejected")


@dataclass(frozen=True, slots=True)
class StepView:
    name: str
    about: str
    done: int
    kept: int
    failed: int
    took: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceView:
    """What a source had."""

    name: str
    told: str
    fault: str
    """Empty where it was read to its end."""


@dataclass(frozen=True, slots=True)
class NightView:
    started: datetime
    steps: tuple[StepView, ...]
    sources: tuple[SourceView, ...]


def view_nights(runs: Sequence[Run]) -> list[NightView]:
    """The runs that changed something or warned of something, each without the step that makes the pages.

    A night that found nothing to do leaves every page as it was, this one too.
    """
    return [view_night(run.started, steps) for run in runs if _did_something(steps := _steps(run))]


def view_night(started: datetime, steps: Sequence[Mapping[str, Any]]) -> NightView:
    sources = [source for step in steps for source in step.get("sources", ())]
    return NightView(started, tuple(map(_view_step, steps)), tuple(map(_view_source, sources)))


def format_time(seconds: float) -> str:
    """`0.5 s`, `18 s`, `10 min 40 s`, `2 h 5 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _view_step(step: Mapping[str, Any]) -> StepView:
    count = step.get
    return StepView(
        step["name"],
        STEPS.get(step["name"], ""),
        count("done", 0),
        count("skipped", 0),
        count("failed", 0),
        format_time(count("seconds", 0.0)),
        tuple(count("warnings", ())),
    )


def _view_source(source: Mapping[str, Any]) -> SourceView:
    counts = [f"{source[name]:,} {name}" for name in COUNTS if source.get(name)]
    fault = "not read to its end" if source.get("failed") else "put off" if source.get("deferred") else ""
    return SourceView(source["source"], ", ".join(counts) or "nothing new", fault)


def _steps(run: Run) -> list[dict[str, Any]]:
    return [step for step in run.report.get("steps", []) if step.get("name") != RENDER]


def _did_something(steps: Sequence[Mapping[str, Any]]) -> bool:
    return any(step.get("done") or step.get("failed") or step.get("warnings") for step in steps)
