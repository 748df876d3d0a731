"""The database: opening, migrating, transactions, and every query against the schema."""

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from pipeline.errors import BusyError, StoreError
from pipeline.records import Answer, Evidence, Passage, Preprint, Provenance, Version
from pipeline.store import answers, database, preprints
from pipeline.store.answers import StoredDraft
from pipeline.store.database import Connection, migration_names, open_database, read_sql, save_run, transaction

STORE = Path(database.__file__).parent


def tables(connection: Connection) -> list[tuple[str, int]]:
    """Every table with its number of columns."""
    found = connection.execute("SELECT table_name, column_count FROM duckdb_tables() ORDER BY table_name").fetchall()
    return [(name, columns) for name, columns in found]


# --- opening and migrating ---------------------------------------------------------------------------------------


def test_a_new_database_has_every_migration(connection: Connection) -> None:
    applied = connection.execute("SELECT name FROM migrations ORDER BY name").fetchall()
    assert [name for (name,) in applied] == migration_names() == sorted(migration_names())


def test_opening_again_keeps_what_is_there_and_migrates_nothing_twice(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "archive.duckdb"
    with open_database(file) as connection:
        preprints.save_harvest(connection, source="arxiv", fingerprint="abc")
        before = tables(connection)
    with open_database(file) as connection:
        assert preprints.load_harvest(connection, source="arxiv") == "abc"
        assert tables(connection) == before


def test_a_migration_that_was_killed_is_done_by_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "archive.duckdb"
    with open_database(file) as connection:
        whole = tables(connection)
    killed = duckdb.connect(str(tmp_path / "killed.duckdb"))
    killed.execute("CREATE TABLE migrations (name VARCHAR PRIMARY KEY)")
    killed.execute("BEGIN")
    killed.execute(read_sql("migrations", migration_names()[0]))
    killed.close()  # no COMMIT
    with open_database(tmp_path / "killed.duckdb") as connection:
        assert tables(connection) == whole


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "archive.duckdb"
    with open_database(file) as connection:
        connection.execute("INSERT INTO migrations VALUES ('9999_from_the_future')")
    with (
        pytest.raises(StoreError, match=r"newer version \(it has 9999_from_the_future\)\n.*git pull"),
        open_database(file),
    ):
        raise AssertionError("it was opened")
    with duckdb.connect(str(file)) as raw:
        assert ("9999_from_the_future",) in raw.execute("SELECT name FROM migrations").fetchall()


HOLD = """
import sys
from pathlib import Path
from pipeline.store.database import open_database
with open_database(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_database_that_another_process_holds_is_busy_and_free_again_once_it_ends(tmp_path: Path) -> None:
    file = tmp_path / "archive.duckdb"
    command = [sys.executable, "-c", HOLD, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=STORE.parents[1]) as other:
        assert other.stdin and other.stdout
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(BusyError, match="another process is using this archive") as refused, open_database(file):
            raise AssertionError("it was opened")
        assert refused.value.retryable
        other.stdin.close()
        assert other.wait(timeout=20) == 0
    with open_database(file) as connection:
        assert tables(connection)


def damaged_header(whole: bytes) -> bytes:
    return whole[:4096] + b"\xff" * 100 + whole[4196:]


def damaged_blocks(whole: bytes) -> bytes:
    return whole[:12288] + bytes(byte ^ 0xFF for byte in whole[12288:])


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda whole: b"no database at all " * 500, id="something else"),
        pytest.param(lambda whole: b"", id="an empty file"),
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut off"),
        pytest.param(damaged_header, id="bad header"),
        pytest.param(damaged_blocks, id="bad blocks, whose message speaks of a block and not of a lock"),
    ],
)
def test_a_damaged_database_is_an_error_an_operator_can_mend_and_not_a_busy_one(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "archive.duckdb"
    with open_database(file) as connection:
        preprints.save_harvest(connection, source="arxiv", fingerprint="x" * 100_000)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(StoreError, match="can't open the database") as refused, open_database(file):
        raise AssertionError("it was opened")
    assert type(refused.value) is StoreError


def test_no_extension_is_fetched_behind_the_operators_back(connection: Connection) -> None:
    assert connection.execute("SELECT current_setting('autoinstall_known_extensions')").fetchone() == (False,)


# --- transactions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_a_failed_transaction_wrote_is_gone_and_the_error_goes_on(
    connection: Connection, error: type[BaseException]
) -> None:
    with pytest.raises(error), transaction(connection):
        preprints.save_harvest(connection, source="arxiv", fingerprint="abc")
        raise error
    assert preprints.load_harvest(connection, source="arxiv") is None


def test_a_query_that_fails_inside_a_transaction_tells_its_own_error(connection: Connection) -> None:
    answers.save_answer(connection, AN_ANSWER)
    with pytest.raises(duckdb.ConstraintException), transaction(connection):
        answers.save_answer(connection, AN_ANSWER)


def test_a_batch_table_is_gone_after_its_query(connection: Connection, preprint: Preprint) -> None:
    preprints.save_preprints(connection, [preprint])
    with pytest.raises(duckdb.CatalogException, match="batch does not exist"):
        connection.execute("SELECT * FROM batch")


def test_a_run_is_kept_with_its_report(connection: Connection) -> None:
    started = datetime(2024, 6, 1, 2, 30)
    save_run(connection, started=started, report={"steps": [{"name": "ingest", "done": 3}], "note": "café"})
    [(kept, report)] = connection.execute("SELECT started, report FROM runs").fetchall()
    assert (kept, json.loads(report)) == (started, {"steps": [{"name": "ingest", "done": 3}], "note": "café"})


# --- every query -------------------------------------------------------------------------------------------------

A_PASSAGE = Passage("AG-2024.01-0001", 1, "hash", 1, 0.5, 3.2, 0.03)
AN_EVIDENCE = Evidence("AG-2024.01-0001", "A sentence.", 0, 11, 0.7)
AN_ANSWER = Answer(
    slug="slug",
    question="Why?",
    status="not_answered",
    reason="nothing_near",
    answered_by="model",
    answered_on=date(2024, 6, 1),
    revision=1,
    opening="",
    findings=(),
    missing=(),
    bottom_line="",
    cut=(),
    sources=(),
    follow_ups=(),
    provenance=Provenance("model", "sha", "prompt", "sampling", "encoder", "checks", "key", 1),
)
A_PREPRINT = Preprint(
    "arxiv", "2401.15804", "T", "A.", (), (), (Version(1, None),), "2024.01", archive_id="AG-2024.01-0001"
)
SAMPLES: dict[str, Any] = {
    "answer": AN_ANSWER,
    "answer_key": "key",
    "archive_ids": ["AG-2024.01-0001"],
    "draft": StoredDraft("reply", (AN_EVIDENCE,), 10, 20),
    "draft_key": "key",
    "encoder": "fake-64",
    "fingerprint": "fingerprint",
    "passages": [A_PASSAGE],
    "preprints": [A_PREPRINT],
    "report": {},
    "retrieval_key": "key",
    "revision": 1,
    "save_passages.preprints": 1,  # a count there
    "slug": "slug",
    "source": "arxiv",
    "source_ids": ["2401.15804"],
    "started": datetime(2024, 6, 1),
    "text_hashes": ["hash"],
    "vectors": np.ones((1, 2), np.float32),
}
"""A value for every parameter of the store's functions; a new name needs one here."""
PLUMBING = {"arrow", "migrate", "records", "rows", "transaction"}
QUERIES = [
    function
    for module in (database, preprints, answers)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_") and name not in PLUMBING
    if "connection" in inspect.signature(function).parameters
]
"""The typed functions, one or more queries each."""
SQL = {file.read_text(encoding="utf-8"): file.stem for file in (STORE / "queries").glob("*.sql")}


class RecordingConnection:
    """A real connection that writes down which query ran with which parameter names."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.ran: dict[str, set[str]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, query: str, parameters: dict[str, Any] | None = None) -> Connection:
        self.ran[SQL[query]] = set(parameters or ())
        return self._connection.execute(query, parameters)

    def sql(self, query: str, params: dict[str, Any] | None = None) -> duckdb.DuckDBPyRelation:
        self.ran[SQL[query]] = set(params or ())
        return self._connection.sql(query, params=params)


def run(function: Callable[..., Any], connection: Connection) -> dict[str, set[str]]:
    """The queries that a typed function runs, each with the names of its parameters: DuckDB has prepared and run it."""
    recording = RecordingConnection(connection)
    names = list(inspect.signature(function).parameters)[1:]
    function(recording, **{name: SAMPLES.get(f"{function.__name__}.{name}", SAMPLES[name]) for name in names})
    return recording.ran


@pytest.mark.parametrize("function", QUERIES, ids=[function.__name__ for function in QUERIES])
def test_every_query_runs_on_the_migrated_schema_with_exactly_its_names(
    connection: Connection, function: Callable[..., Any]
) -> None:
    ran = run(function, connection)
    assert ran == {name: set(re.findall(r"\$(\w+)", read_sql("queries", name))) for name in ran} != {}


def test_every_query_belongs_to_a_typed_function(connection: Connection) -> None:
    assert {name for function in QUERIES for name in run(function, connection)} == set(SQL.values())
