"""What was measured, read and counted."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.render.figures import DayCount, Figures, daily_counts, parse_figures, tally
from tests.render.samples import ANSWERED, FIRST, UNANSWERED

ENTRY = {
    "set": "scifact",
    "model": "tiny",
    "date": "2026-11-20",
    "figures": {"fused": {"ndcg@10": 0.71}, "queries": 300},
}
READ = Figures("scifact", "tiny", "2026-11-20", (("fused ndcg@10", 0.71), ("queries", 300.0)))


@pytest.mark.parametrize(
    ("document", "found"),
    [
        pytest.param([ENTRY], (READ,), id="a list"),
        pytest.param({"figures": [ENTRY], "note": "n"}, (READ,), id="a list in an object"),
        pytest.param(ENTRY, (READ,), id="one entry"),
        pytest.param(
            [{"figures": {"a": 1, "b": "text", "c": True, "d": None}}],
            (Figures("unnamed set", "", "", (("a", 1.0),)),),
            id="only numbers",
        ),
        pytest.param(
            [{"set": "s", "date": "<b>yesterday", "figures": {"a": 1}}],
            (Figures("s", "", "", (("a", 1.0),)),),
            id="no day",
        ),
        pytest.param(
            [
                {
                    "set": "box",
                    "model": "tiny",
                    "kept": {"date": "2026-11-20", "figures": {"a": 0.5}},
                    "latest": {"date": "2026-11-21", "figures": {"a": 0.6}},
                }
            ],
            (Figures("box", "tiny", "2026-11-20", (("a", 0.5),)), Figures("box", "tiny", "2026-11-21", (("a", 0.6),))),
            id="kept and latest",
        ),
        pytest.param(
            [
                {
                    "set": "box",
                    "kept": {"date": "2026-11-20", "figures": {"a": 1}},
                    "latest": {"date": "2026-11-20", "figures": {"a": 1}},
                }
            ],
            (Figures("box", "", "2026-11-20", (("a", 1),)),),
            id="the latest is the kept one",
        ),
        pytest.param([{"set": "s"}, 7, None, {"figures": {}}], (), id="no entries"),
        pytest.param("text", (), id="no list"),
    ],
)
def test_figures_are_read_tolerantly(document: Any, found: tuple[Figures, ...]) -> None:
    assert parse_figures(json.dumps(document)) == found


def test_what_is_no_json_holds_no_figures() -> None:
    assert parse_figures("{") == ()


def test_entries_come_by_day() -> None:
    later, earlier = ENTRY | {"date": "2026-11-21"}, ENTRY | {"date": "2026-11-19T03:00:00"}
    assert [one.day for one in parse_figures(json.dumps([later, earlier]))] == ["2026-11-19", "2026-11-21"]


def test_a_day_counts_the_newest_answers_as_they_stood_at_its_end() -> None:
    assert daily_counts(map(tally, (FIRST, ANSWERED, UNANSWERED)), 60) == (
        DayCount(date(2024, 3, 1), 0, 0, 1, 0, 0, 0),
        DayCount(date(2024, 6, 1), 0, 0, 2, 0, 0, 0),
        DayCount(date(2024, 6, 2), 1, 0, 1, 3, 1, 1),
    )
    again = replace(ANSWERED, revision=3, status="partly", findings=())
    assert daily_counts(map(tally, (ANSWERED, again)), 60) == (DayCount(date(2024, 6, 2), 0, 1, 0, 0, 0, 1),)
    assert daily_counts([], 60) == ()


def test_only_the_last_days_are_counted_with_all_that_came_before() -> None:
    assert daily_counts(map(tally, (FIRST, ANSWERED, UNANSWERED)), 1) == (DayCount(date(2024, 6, 2), 1, 0, 1, 3, 1, 1),)


def test_shares_are_per_cent_of_what_there_is() -> None:
    count = DayCount(date(2024, 6, 2), 1, 0, 1, 3, 1, 1)
    assert (count.cut_share, count.quoted_share) == (25.0, 33.3)
    none = DayCount(date(2024, 6, 2), 0, 0, 1, 0, 0, 0)
    assert (none.cut_share, none.quoted_share) == (0.0, 0.0)
