"""The database: opening, migrating, transactions, and every query against the schema."""

import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from pipeline.errors import BusyError, StoreError
from pipeline.ingest.lines import lines_table
from pipeline.ingest.source import ARXIV_ID
from pipeline.records import Answer, Evidence, HarvestReport, Override, Passage, Provenance
from pipeline.store import answers, database, dumps, harvest, kept, ledger, preprints, runs
from pipeline.store.answers import StoredDraft
from pipeline.store.database import (
    Connection,
    Migration,
    connect,
    copy_database,
    migrate,
    migration_names,
    open_database,
    pending_migrations,
    read_sql,
    released_migrations,
    transaction,
    upgrade,
)
from pipeline.store.harvest import Reading, read_lines
from tests.archive import as_lines

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
        harvest.save_cursor(connection, source="arxiv", cursor="abc")
        before = tables(connection)
    with open_database(file) as connection:
        assert harvest.load_cursor(connection, source="arxiv") == "abc"
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


@pytest.mark.parametrize(
    ("error", "mend"),
    [
        (duckdb.IOException('Could not write file "x": No space left on device'), "make room"),
        (duckdb.OutOfMemoryException("could not allocate block"), "free memory"),
        (duckdb.FatalException("invalidated because of a previous fatal error"), "look at the disk"),
        (duckdb.TransactionException("Failed to commit: x: No space left on device"), "make room"),
    ],
    ids=["full disk", "no memory", "fatal", "full at the commit"],
)
def test_a_database_that_the_system_stops_says_what_to_do(tmp_path: Path, error: duckdb.Error, mend: str) -> None:
    """A fixed bug: a full disk gave a traceback."""
    file = tmp_path / "archive.duckdb"
    with pytest.raises(StoreError, match="could not go on") as stopped, open_database(file):
        raise error
    assert stopped.value.what.startswith(f"{file}: ") and mend in stopped.value.mend
    with open_database(file) as connection:  # closed properly, so it opens again
        assert tables(connection)


def test_a_fault_in_a_transaction_of_ours_stays_a_bug(tmp_path: Path) -> None:
    with pytest.raises(duckdb.TransactionException), open_database(tmp_path / "archive.duckdb") as connection:
        connection.execute("COMMIT")


def test_a_database_that_may_not_be_opened_is_not_one_to_bring_back(tmp_path: Path) -> None:
    """A fixed bug: the mend for `Permission denied` was to restore the archive."""
    told = database._unreadable(tmp_path, duckdb.IOException('Cannot open file "x": Permission denied'))
    assert told.mend == "give the file and its folder to the user who runs this"
    assert "antigravity restore" in database._unreadable(tmp_path, duckdb.IOException("not a valid file")).mend


@pytest.mark.parametrize("released", range(len(migration_names())), ids=migration_names())
def test_a_database_of_every_released_version_is_brought_up_to_date_on_a_copy(tmp_path: Path, released: int) -> None:
    """A file as that version made it, with something in it; one more migration stands for the version that comes next."""
    file = tmp_path / "archive.duckdb"
    migrations = released_migrations()
    coming = (*migrations, Migration("9999_coming", "CREATE TABLE coming (one INTEGER)"))
    with connect(file) as connection:
        migrate(connection, migrations[: released + 1])
        harvest.save_cursor(connection, source="arxiv", cursor="abc")
    old = file.read_bytes()
    upgrade(file, coming)
    with connect(file) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM migrations ORDER BY name").fetchall()]
        assert names == [migration.name for migration in coming]
        assert harvest.load_cursor(connection, source="arxiv") == "abc"
        assert ("coming", 1) in tables(connection)
    kept = file.with_name(f"{file.name}.before-{coming[released + 1].name}")
    assert kept.read_bytes() == old
    assert sorted(path.name for path in tmp_path.iterdir()) == [file.name, kept.name]


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


@contextmanager
def holding(file: Path) -> Iterator[None]:
    """Another process that works with a database."""
    command = [sys.executable, "-c", HOLD, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=STORE.parents[1]) as other:
        assert other.stdin and other.stdout
        assert other.stdout.readline() == b"open\n"
        yield
        other.stdin.close()
        assert other.wait(timeout=20) == 0


def test_a_database_that_another_process_holds_is_busy_and_free_again_once_it_ends(tmp_path: Path) -> None:
    file = tmp_path / "archive.duckdb"
    with holding(file):
        with pytest.raises(BusyError, match="another process is using this archive") as refused, open_database(file):
            raise AssertionError("it was opened")
        assert refused.value.retryable
    with open_database(file) as connection:
        assert tables(connection)


# --- older databases, tried on a copy first ----------------------------------------------------------------------

NOTED = Migration("0002_notes", "ALTER TABLE cursors ADD COLUMN note VARCHAR; UPDATE cursors SET note = 'old'")
WRONG = Migration("0003_wrong", "ALTER TABLE cursors ADD COLUMN note VARCHAR; SELECT * FROM no_such_table")


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A database as the version before left it."""
    file = tmp_path / "archive.duckdb"
    with open_database(file) as connection:
        harvest.save_cursor(connection, source="arxiv", cursor="abc")
    return file


def test_an_older_database_is_brought_up_to_date_and_the_old_file_stays_beside_it(older: Path) -> None:
    before = older.read_bytes()
    upgrade(older, [*released_migrations(), NOTED])
    with connect(older) as connection:
        assert connection.execute("SELECT * FROM cursors").fetchall() == [("arxiv", "abc", "old")]
        assert pending_migrations(connection, [*released_migrations(), NOTED]) == []
    assert {path.name: path.read_bytes() for path in older.parent.iterdir() if path != older} == {
        "archive.duckdb.before-0002_notes": before
    }


def test_a_migration_that_fails_leaves_the_database_as_it_was(older: Path) -> None:
    before = older.read_bytes()
    with pytest.raises(StoreError, match="a copy of it could not be brought up to date, so it stays as it was"):
        upgrade(older, [*released_migrations(), NOTED, WRONG])
    assert {path.name: path.read_bytes() for path in older.parent.iterdir()} == {older.name: before}


def test_a_database_that_is_up_to_date_is_not_copied(older: Path) -> None:
    number = older.stat().st_ino
    upgrade(older, released_migrations())
    assert (older.stat().st_ino, [path.name for path in older.parent.iterdir()]) == (number, [older.name])


def test_a_copy_that_a_kill_left_behind_is_in_nobodys_way(older: Path) -> None:
    (older.parent / ".archive.duckdb.migrating").write_bytes(b"half a database")
    upgrade(older, [*released_migrations(), NOTED])
    assert sorted(path.name for path in older.parent.iterdir()) == [older.name, "archive.duckdb.before-0002_notes"]


def test_a_copy_holds_what_the_database_holds_and_is_refused_while_another_process_writes(older: Path) -> None:
    copy = older.with_name("copy.duckdb")
    copy_database(older, copy)
    with open_database(copy) as connection:
        assert harvest.load_cursor(connection, source="arxiv") == "abc"
    with holding(older), pytest.raises(BusyError):
        copy_database(older, copy.with_name("second.duckdb"))


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
        harvest.save_cursor(connection, source="arxiv", cursor="x" * 100_000)
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
        harvest.save_cursor(connection, source="arxiv", cursor="abc")
        raise error
    assert harvest.load_cursor(connection, source="arxiv") is None


@pytest.mark.parametrize(("large", "logged"), [(False, True), (True, False)])
def test_a_large_transaction_reaches_the_file_without_the_log(tmp_path: Path, large: bool, logged: bool) -> None:
    file = tmp_path / "archive.duckdb"
    with open_database(file) as connection:
        connection.execute("CHECKPOINT")
        with transaction(connection, large=large):
            connection.execute("INSERT INTO kept SELECT i, 'key', 'content'::BLOB FROM range(50_000) numbers(i)")
        assert (file.with_name(f"{file.name}.wal").exists(), connection.execute("FROM kept").fetchall() != []) == (
            logged,
            True,
        )
        [(threshold,)] = connection.execute("SELECT current_setting('checkpoint_threshold')").fetchall()
        assert threshold == "16.0 MiB"


def test_a_query_that_fails_inside_a_transaction_tells_its_own_error(connection: Connection) -> None:
    answers.save_answer(connection, AN_ANSWER)
    with pytest.raises(duckdb.ConstraintException), transaction(connection):
        answers.save_answer(connection, AN_ANSWER)


def test_a_batch_table_is_gone_after_its_query(connection: Connection) -> None:
    preprints.load_preprints(connection, ["AG-2024.01-0001"])
    with pytest.raises(duckdb.CatalogException, match="wanted does not exist"):
        connection.execute("SELECT * FROM wanted")


def test_days_and_moments_are_utc_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    with open_database(None) as connection:
        [found] = connection.execute(
            "SELECT day('Mon, 2 Apr 2007 19:18:42 -0700'), '2024-01-01'::TIMESTAMPTZ"
        ).fetchall()
    assert found == (date(2007, 4, 3), datetime(2024, 1, 1, tzinfo=UTC))


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
STATES = ["new", "revised", "touched", "earlier", "deleted", "unchanged"]
LINES = as_lines(
    *(
        {"id": f"2401.{number:05}", "title": "T", "abstract": "A.", "versions": [{"version": "v1"}]}
        for number in range(1, len(STATES) + 1)
    )
)
SORTED = pa.table(
    {
        "number": range(1, len(STATES) + 1),
        "source_id": [f"2401.{number:05}" for number in range(1, len(STATES) + 1)],
        "month": ["2024.01"] * len(STATES),
        "state": STATES,
        "newly_withdrawn": [False] * len(STATES),
        "unnamed": [state == "new" for state in STATES],
        "archive_id": [f"AG-2024.01-{number:04}" for number in range(1, len(STATES) + 1)],
        "place": range(len(STATES)),
    }
)
SAMPLES: dict[str, Any] = {
    "answer": AN_ANSWER,
    "answer_key": "key",
    "archive_ids": ["AG-2024.01-0001"],
    "content": b"content",
    "cursor": "cursor",
    "draft": StoredDraft("reply", (AN_EVIDENCE,), 10, 20),
    "draft_key": "key",
    "encoder": "fake-64",
    "key": "key",
    "limit": 10,
    "lines": lines_table(LINES, 1),
    "most": 20,
    "name": "name",
    "overrides": [Override("arxiv", "2401.00001", "standing", "It stands.")],
    "passages": [A_PASSAGE],
    "place": "feed",
    "prefix": "AG",
    "preprints": 1,
    "reading": Reading("arxiv", ARXIV_ID, ("cs.AI",), date(2024, 1, 1)),
    "report": HarvestReport("arxiv"),
    "retrieval_key": "key",
    "revision": 1,
    "save_run.report": {},
    "slug": "slug",
    "slugs": ["slug"],
    "sort_turn.turn": 1,
    "source": "arxiv",
    "source_ids": ["2401.00001"],
    "started": datetime(2024, 6, 1),
    "text_hashes": ["hash"],
    "today": date(2024, 6, 1),
    "turn": SORTED,
    "vectors": np.ones((1, 2), np.float32),
}
"""A value for every parameter of the store's functions; a new name needs one here."""
PLUMBING = {"arrow", "migrate", "pending_migrations", "read_dump", "records", "rows", "transaction", "write_dump"}
QUERIES = [
    function
    for module in (database, preprints, answers, harvest, ledger, dumps, kept, runs)
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
        if query in SQL:  # and not a transaction's
            self.ran[SQL[query]] = set(parameters or ())
        return self._connection.execute(query, parameters)

    def sql(self, query: str, params: dict[str, Any] | None = None) -> duckdb.DuckDBPyRelation:
        self.ran[SQL[query]] = set(params or ())
        return self._connection.sql(query, params=params)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, set[str]]]:
    """By typed function the queries that it runs, each with the names of its parameters: DuckDB has prepared and run them."""
    folder, found = tmp_path_factory.mktemp("queries"), {}
    with open_database(None) as shared:
        told = read_lines(shared, SAMPLES["lines"], reading=SAMPLES["reading"], place="feed", most=20).table
        for function in QUERIES:
            path = folder / f"{function.__name__}.csv"
            path.write_text("archive_id,source,source_id,assigned\nAG-2024.01-0009,arxiv,2401.00009,2024-06-01\n")
            # each with a database of its own where its mark belongs to one ledger
            with open_database(None) if function.__module__ == ledger.__name__ else nullcontext(shared) as connection:
                recording = RecordingConnection(connection)
                names = list(inspect.signature(function).parameters)[1:]
                samples = SAMPLES | {"told": told}
                given = {name: samples.get(f"{function.__name__}.{name}", samples.get(name, path)) for name in names}
                function(recording, **given)
                found[function.__name__] = recording.ran
    return found


@pytest.mark.parametrize("name", [function.__name__ for function in QUERIES])
def test_every_query_runs_on_the_migrated_schema_with_exactly_its_names(
    ran: dict[str, dict[str, set[str]]], name: str
) -> None:
    assert ran[name] == {query: set(re.findall(r"\$(\w+)", read_sql("queries", query))) for query in ran[name]} != {}


def test_every_query_belongs_to_a_typed_function(ran: dict[str, dict[str, set[str]]]) -> None:
    assert {query for queries in ran.values() for query in queries} == set(SQL.values())
