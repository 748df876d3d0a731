"""What counts as worse, and which figures are kept."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.eval.answers import Figures
from pipeline.eval.regression import FiguresError, Measured, Record, enter, find_drops, read_records, write_records
from pipeline.hashes import content_hash

KEPT = Figures(
    questions=90,
    failed=0,
    answered_answerable=50,
    answered_unanswerable=2,
    refused_answerable=10,
    refused_unanswerable=28,
    partly_answerable=9,
    partly_unanswerable=1,
    citation_recall=0.95,
    citation_precision=0.9,
    sources_retrieved=0.8,
    sources_cited=0.7,
    sentences=200,
    cut=40,
    quoted=150,
    seconds=300.0,
    tokens=100_000,
)
DAY = date(2026, 11, 22)
BEFORE, NOW = Measured(DAY, KEPT), Measured(date(2026, 12, 1), replace(KEPT, cut=41))


@pytest.mark.parametrize(
    ("changes", "drops"),
    [
        pytest.param({}, [], id="the same"),
        pytest.param(
            {"answered_unanswerable": 3}, ["3 unanswerable questions were answered, 2 before"], id="false answer"
        ),
        pytest.param({"answered_unanswerable": 0, "seconds": 999.0, "cut": 99}, [], id="better, slower, more cut"),
        pytest.param({"answered_answerable": 47}, [], id="three of sixty fewer"),
        pytest.param(
            {"answered_answerable": 46}, ["46 answerable questions were answered, 50 before"], id="four of sixty fewer"
        ),
        pytest.param({"citation_recall": 0.93}, [], id="recall within what is tolerated"),
        pytest.param({"citation_recall": 0.929}, ["citation recall is 0.929, 0.950 before"], id="recall falls"),
        pytest.param({"citation_precision": 0.87}, ["citation precision is 0.870, 0.900 before"], id="precision falls"),
        pytest.param({"citation_recall": None}, ["citation recall is nothing, 0.950 before"], id="no sentence at all"),
        pytest.param({"failed": 1}, ["1 questions failed, 0 before"], id="a question fails"),
    ],
)
def test_what_got_worse_is_named(changes: dict[str, Any], drops: list[str]) -> None:
    assert find_drops(KEPT, replace(KEPT, **changes)) == drops


def test_of_few_questions_one_may_be_refused_and_not_two() -> None:
    few = replace(KEPT, answered_answerable=10, refused_answerable=3)
    assert find_drops(few, replace(few, answered_answerable=9)) == []
    assert find_drops(few, replace(few, answered_answerable=8)) == ["8 answerable questions were answered, 10 before"]


def test_where_nothing_was_cited_before_nothing_can_fall() -> None:
    silent = replace(KEPT, citation_recall=None, citation_precision=None)
    assert find_drops(silent, KEPT) == []


def test_the_first_figures_are_kept_and_held_against_nothing() -> None:
    assert enter([], "box", "tiny", "hash", BEFORE, keep=False) == (
        [Record("box", "tiny", "hash", BEFORE, BEFORE)],
        None,
    )


def test_later_figures_are_the_latest_and_the_kept_ones_stay_however_often_it_runs() -> None:
    records = [Record("box", "tiny", "hash", BEFORE, BEFORE)]
    for _ in range(2):
        records, before = enter(records, "box", "tiny", "hash", NOW, keep=False)
        assert (records, before) == ([Record("box", "tiny", "hash", BEFORE, NOW)], BEFORE)


def test_figures_are_kept_anew_where_that_is_wanted_or_the_questions_changed() -> None:
    records = [Record("box", "tiny", "hash", BEFORE, BEFORE)]
    assert enter(records, "box", "tiny", "hash", NOW, keep=True) == (
        [Record("box", "tiny", "hash", NOW, NOW)],
        BEFORE,
    )
    assert enter(records, "box", "tiny", "other", NOW, keep=False) == (
        [Record("box", "tiny", "other", NOW, NOW)],
        None,
    )


def test_another_set_or_model_has_figures_of_its_own() -> None:
    records = [Record("box", "tiny", "hash", BEFORE, BEFORE)]
    records, before = enter(records, "archive", "tiny", "hash", NOW, keep=False)
    assert before is None
    records, before = enter(records, "box", "large", "hash", NOW, keep=False)
    assert before is None
    assert [(one.name, one.model) for one in records] == [("archive", "tiny"), ("box", "large"), ("box", "tiny")]


def test_records_come_back_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    assert read_records(file) == []
    records = [Record("box", "tiny", "hash", BEFORE, NOW)]
    write_records(file, records)
    assert read_records(file) == records
    [plain] = json.loads(file.read_text(encoding="utf-8"))
    assert (plain["set"], plain["model"], plain["kept"]["date"]) == ("box", "tiny", "2026-11-22")
    assert plain["latest"]["figures"]["cut"] == 41
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"set": "box"}]', "{}x"])
def test_a_broken_file_of_figures_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "figures.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FiguresError, match=r"figures\.json can't be read"):
        read_records(file)


def test_the_figures_of_this_repository_are_of_the_questions_that_stand_beside_them() -> None:
    folder = Path(__file__).parents[2] / "evaluation"
    records = read_records(folder / "figures.json")
    assert "box" in {one.name for one in records}
    for one in records:
        assert one.questions_hash == content_hash((folder / f"{one.name}.jsonl").read_text(encoding="utf-8")), one.name
