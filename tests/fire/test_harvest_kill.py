"""A harvest from a real server that is killed with SIGKILL at any moment, again and again: nothing lost, nothing twice."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.ingest.intake import Archive, take_in
from pipeline.ingest.sources.arxiv_oai import ArxivOaiSettings
from pipeline.progress import silent
from pipeline.store.database import open_database
from tests.fire.children import moments, run_child
from tests.harvests import june, preprints
from tests.oai_server import serving

PAGE, PREPRINTS, KILLS = 10, 120, 5


def harvest(url: str, folder: Path) -> dict[str, int]:
    """One harvest, as a night does it; what its report says."""
    entry = ArxivOaiSettings(name="arxiv", kind="arxiv-oai", base_url=url, start=june(1), pace_seconds=0)
    with open_database(folder / "archive.duckdb") as connection:
        archive = Archive(
            connection, folder / "ids.csv", "AG", folder / "raw", 30, lambda: datetime.now(UTC), time.sleep, silent
        )
        report = take_in(entry, archive)
        return {"new": report.new, "rejected": report.rejected, "failed": report.failed}


@pytest.mark.slow
def test_a_harvest_killed_again_and_again_ends_as_if_nothing_had_been(tmp_path: Path) -> None:
    records = preprints([number // 50 + 1 for number in range(PREPRINTS)])
    with serving(records, page_size=PAGE) as server:
        undisturbed = tmp_path / "undisturbed"
        seconds = run_child(harvest, server.url, undisturbed, mark=tmp_path / "began")
        assert seconds is not None
        killed = tmp_path / "killed"
        for moment in sorted(moments(KILLS, seconds)):
            run_child(harvest, server.url, killed, mark=tmp_path / "began", kill_after=moment)
        before = len(server.log)
        assert harvest(server.url, killed)["failed"] is False
        # what was kept before a kill was not fetched again: at the most the page that a kill cut off, and the last day
        assert len(server.log) - before <= PREPRINTS // PAGE
    with open_database(killed / "archive.duckdb") as connection:
        ids = dict(connection.execute("SELECT source_id, archive_id FROM preprints").fetchall())
        [(rows, texts)] = connection.execute(
            "SELECT (SELECT count(*) FROM preprints), (SELECT count(*) FROM texts)"
        ).fetchall()
    assert rows == texts == len(ids) == PREPRINTS
    assert set(ids) == {record.id for record in records}
    ledger = (killed / "ids.csv").read_text(encoding="utf-8").splitlines()
    assert ledger == (undisturbed / "ids.csv").read_text(encoding="utf-8").splitlines()
    assert {tuple(line.split(",")[:3:2]) for line in ledger[1:]} == {(ids[one], one) for one in ids}
