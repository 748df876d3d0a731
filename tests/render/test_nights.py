"""What a night did, in words."""

from datetime import datetime
from typing import Any

import pytest

from pipeline.render.nights import SourceView, format_time, view_night, view_nights
from pipeline.store.runs import Run

NIGHT = datetime(2026, 2, 1, 3, 17)
INGEST = {"name": "ingest", "done": 12, "skipped": 3, "failed": 0, "seconds": 1.5}
IDLE = {"name": "ingest", "done": 0, "skipped": 15, "failed": 0, "seconds": 1.5}
RENDER = {"name": "render", "done": 80, "skipped": 0, "failed": 0, "seconds": 2.0, "warnings": ["no address"]}


def run(*steps: dict[str, Any]) -> Run:
    return Run(NIGHT, {"steps": list(steps), "warnings": []})


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        pytest.param([INGEST], 1, id="something new"),
        pytest.param([IDLE | {"failed": 1}], 1, id="a failure"),
        pytest.param([IDLE | {"warnings": ["the source was slow"]}], 1, id="a warning"),
        pytest.param([IDLE], 0, id="nothing to do"),
        pytest.param([IDLE, RENDER], 0, id="only pages"),
        pytest.param([], 0, id="killed before its first step"),
    ],
)
def test_a_night_is_told_where_it_did_something(steps: list[dict[str, Any]], told: int) -> None:
    assert len(view_nights([run(*steps)])) == told


def test_a_step_says_what_it_counts_and_a_step_of_another_name_only_its_counts() -> None:
    [step, other] = view_night(NIGHT, [INGEST, {"name": "tidy", "done": 1}]).steps
    assert (step.about, step.done, step.kept, step.failed, step.took) == ("preprints taken in", 12, 3, 0, "1.5 s")
    assert (other.about, other.done, other.kept) == ("", 1, 0)


@pytest.mark.parametrize(
    ("source", "told", "fault"),
    [
        ({"new": 1200, "revised": 0, "unchanged": 3}, "1,200 new, 3 unchanged", ""),
        ({"new": 0}, "nothing new", ""),
        ({"new": 5, "failed": True}, "5 new", "not read to its end"),
        ({"deferred": True}, "nothing new", "put off"),
    ],
)
def test_a_source_tells_only_what_it_had(source: dict[str, Any], told: str, fault: str) -> None:
    night = view_night(NIGHT, [INGEST | {"sources": [{"source": "arxiv", **source}]}])
    assert night.sources == (SourceView("arxiv", told, fault),)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (1.5, "1.5 s"),
        (18.26, "18 s"),
        (59.7, "1 min 0 s"),
        (639.99, "10 min 40 s"),
        (7500, "2 h 5 min"),
    ],
)
def test_times_are_told_as_people_tell_them(seconds: float, text: str) -> None:
    assert format_time(seconds) == text
