"""A night that is killed at any moment is finished by the next one: nothing lost, nothing done twice."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.ids import empty_mark, read_entries
from pipeline.settings import read_settings
from pipeline.steps import ingest
from tests.fakes import FakeEncoder, QuotingEngine
from tests.fire.children import moments, run_child
from tests.nights import box_records, make_archive, night, read_answers, read_ids, read_site, run_night

KILLS = 10
TABLES = (
    "preprints", "texts", "versions", "ledger", "ledger_read", "cursors", "embeddings", "retrievals", "passages", "drafts",
    "answers", "outcomes",
)  # fmt: skip
"""But not the harvests: a night that was killed has begun one more."""


def state_of(config: Path) -> dict[str, Any]:
    """Everything that a night leaves behind; of the database what it holds, since its bytes depend on its history."""
    settings = read_settings(config)
    with night(config) as opened:
        ids = read_ids(opened.connection)
        counts = {
            table: opened.connection.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608  # our own names
            for table in TABLES
        }
    return {
        "ids": ids,
        "ledger": settings.archive.ledger.read_bytes(),
        "counts": counts,
        "answers": read_answers(config),
        "site": read_site(settings),
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], float]:
    """What a night leaves behind that nobody disturbs, and how long it takes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    config = make_archive(folder / "archive")
    seconds = run_child(run_night, config, mark=folder / "began")
    assert seconds is not None
    return state_of(config), seconds


def assert_ledger_is_whole(config: Path) -> None:
    """Every id once; the last line may be cut off, which the next night mends."""
    ledger = config.parent / "archive" / "ids.csv"
    if ledger.exists():
        copy = ledger.with_suffix(".copy")
        shutil.copyfile(ledger, copy)
        entries, _ = read_entries(copy, empty_mark(), "AG")
        copy.unlink()
        for column in ("archive_id", "source_id"):
            assert len(entries.column(column).unique()) == entries.num_rows


@pytest.mark.slow
def test_one_archive_killed_again_and_again_ends_as_if_nothing_had_been(
    undisturbed: tuple[dict[str, Any], float], tmp_path: Path
) -> None:
    """The same night is begun anew after each kill, so that every kill meets what the one before has left."""
    whole, seconds = undisturbed
    config = make_archive(tmp_path / "archive")
    for moment in sorted(moments(KILLS // 2, seconds)):
        run_child(run_night, config, mark=tmp_path / "began", kill_after=moment)
        assert_ledger_is_whole(config)
    run_night(config)
    assert state_of(config) == whole
    assert_a_further_night_does_nothing(config)


@pytest.mark.parametrize("kill", range(KILLS // 2))
def test_a_night_killed_once_is_finished_by_the_next(
    undisturbed: tuple[dict[str, Any], float], tmp_path: Path, kill: int
) -> None:
    whole, seconds = undisturbed
    config = make_archive(tmp_path / "archive")
    run_child(run_night, config, mark=tmp_path / "began", kill_after=moments(KILLS // 2, seconds, seed=11)[kill])
    assert_ledger_is_whole(config)
    run_night(config)
    assert state_of(config) == whole


def test_a_ledger_cut_off_in_the_middle_of_a_line_gives_the_same_ids(
    undisturbed: tuple[dict[str, Any], float], tmp_path: Path
) -> None:
    whole, _ = undisturbed
    for cut in (5, 40, 100, len(whole["ledger"]) - 1):
        config = make_archive(tmp_path / f"cut-{cut}")
        ledger = read_settings(config).archive.ledger
        ledger.parent.mkdir()
        ledger.write_bytes(whole["ledger"][:cut])
        with night(config) as opened:
            assert ingest(opened).done == len(box_records())
            assert read_ids(opened.connection) == whole["ids"]
        assert ledger.read_bytes() == whole["ledger"]


def assert_a_further_night_does_nothing(config: Path) -> None:
    encoder, engine = FakeEncoder(), QuotingEngine()
    reports = run_night(config, engine, encoder)
    assert (encoder.encoded, engine.prompts) == ([], [])
    assert [one.done for one in reports.values()] == [0] * len(reports)
