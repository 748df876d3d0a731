"""A source taken in: once, whole, and again only where something changed."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import LedgerError, SourceError
from pipeline.ids import read_ledger
from pipeline.ingest.intake import MAX_NAMED, Taken, take_in
from pipeline.progress import silent
from pipeline.settings import SourceSettings
from pipeline.store.database import Connection
from pipeline.store.preprints import load_counts, load_preprints

TODAY = date(2024, 6, 1)


def record(source_id: str, **fields: Any) -> dict[str, Any]:
    return {"id": source_id, "title": f"Title {source_id}", "abstract": "Abstract."} | fields


def write(folder: Path, *records: dict[str, Any] | str) -> Path:
    path = folder / "feed.jsonl"
    path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in records))
    return path


def take(connection: Connection, path: Path) -> Taken:
    """A night's run: the ledger is read anew."""
    ledger_path = path.parent / "ids.csv"
    source = SourceSettings(name="arxiv", kind="jsonl", path=path)
    return take_in(source, connection, read_ledger(ledger_path, "AG"), ledger_path, TODAY, silent)


def titles(connection: Connection) -> dict[str, str]:
    ids = [archive_id for (archive_id,) in connection.execute("SELECT archive_id FROM preprints").fetchall()]
    return {archive_id: one.title for archive_id, one in load_preprints(connection, ids).items()}


def test_every_record_gets_its_id_and_is_kept(connection: Connection, tmp_path: Path) -> None:
    assert take(connection, write(tmp_path, record("2401.00002"), record("2401.00001"))) == Taken(new=2)
    assert titles(connection) == {"AG-2024.01-0001": "Title 2401.00002", "AG-2024.01-0002": "Title 2401.00001"}


def test_a_file_that_did_not_change_is_not_read_again(connection: Connection, tmp_path: Path) -> None:
    path = write(tmp_path, record("2401.00001"))
    take(connection, path)
    assert take(connection, path) == Taken()


def test_a_file_that_grew_adds_what_is_new_and_leaves_what_was_there(connection: Connection, tmp_path: Path) -> None:
    take(connection, write(tmp_path, record("2401.00001")))
    assert take(connection, write(tmp_path, record("2401.00001"), record("2401.00002"))) == Taken(new=1, unchanged=1)
    assert list(titles(connection)) == ["AG-2024.01-0001", "AG-2024.01-0002"]


def test_a_revision_keeps_its_id(connection: Connection, tmp_path: Path) -> None:
    take(connection, write(tmp_path, record("2401.00001")))
    assert take(connection, write(tmp_path, record("2401.00001", title="New"))) == Taken(revised=1)
    assert titles(connection) == {"AG-2024.01-0001": "New"}


def test_an_older_version_never_replaces_a_newer_one(connection: Connection, tmp_path: Path) -> None:
    second = record("2401.00001", title="Second", versions=[{"version": "v1"}, {"version": "v2"}])
    take(connection, write(tmp_path, second))
    assert take(
        connection, write(tmp_path, record("2401.00001", title="First", versions=[{"version": "v1"}]))
    ) == Taken(unchanged=1)
    assert titles(connection) == {"AG-2024.01-0001": "Second"}


def test_of_one_preprint_twice_in_a_file_the_latest_version_counts(connection: Connection, tmp_path: Path) -> None:
    second = record("2401.00001", title="Second", versions=[{"version": "v2"}])
    first = record("2401.00001", title="First", versions=[{"version": "v1"}])
    assert take(connection, write(tmp_path, second, first)) == Taken(new=1, unchanged=1)
    assert titles(connection) == {"AG-2024.01-0001": "Second"}


def test_a_record_that_cannot_be_read_is_told_and_the_others_come_in(connection: Connection, tmp_path: Path) -> None:
    path = write(tmp_path, "{", record("2401.00001"), record("2401.1", title="T"))
    taken = take(connection, path)
    assert (taken.new, taken.rejected) == (1, 2)
    assert [warning.partition(": record skipped: ")[0] for warning in taken.warnings] == [f"{path}:1", f"{path}:3"]


def test_of_many_bad_records_some_are_named_and_the_rest_are_counted(connection: Connection, tmp_path: Path) -> None:
    path = write(tmp_path, *["{"] * (MAX_NAMED + 5))
    taken = take(connection, path)
    assert (taken.rejected, len(taken.warnings)) == (MAX_NAMED + 5, MAX_NAMED + 1)
    assert taken.warnings[-1] == f"{path}: 5 more records skipped"


def test_a_file_that_was_cut_off_fails_and_is_read_again_once_it_is_whole(
    connection: Connection, tmp_path: Path
) -> None:
    whole = gzip.compress(b"".join(json.dumps(record(f"2401.{n:05}")).encode() + b"\n" for n in range(1, 3001)))
    path = tmp_path / "feed.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="damaged or cut off"):
        take(connection, path)
    path.write_bytes(whole)
    taken = take(connection, path)
    assert taken.new + taken.unchanged == 3000
    assert load_counts(connection)[0] == 3000


def test_a_database_rebuilt_from_nothing_gets_the_same_ids(connection: Connection, tmp_path: Path) -> None:
    take(connection, write(tmp_path, record("2401.00002"), record("2401.00001"), record("2312.00001")))
    before = titles(connection)
    for table in ("preprints", "harvests", "versions"):
        connection.execute(f"TRUNCATE {table}")
    take(connection, write(tmp_path, record("2312.00001"), record("2401.00001"), record("2401.00002")))
    assert titles(connection) == before


def test_a_lost_ledger_is_refused_and_no_other_begun(connection: Connection, tmp_path: Path) -> None:
    take(connection, write(tmp_path, record("2401.00001")))
    (tmp_path / "ids.csv").unlink()
    with pytest.raises(LedgerError, match=r"restore ids\.csv from a backup"):
        take(connection, write(tmp_path, record("2401.00002"), record("2401.00003")))
    assert not (tmp_path / "ids.csv").exists()
    assert list(titles(connection)) == ["AG-2024.01-0001"]
