"""Open, migrate and query the DuckDB file.

Batches travel as Arrow tables registered under the fixed names `batch` and `wanted`, so no SQL is ever built from strings.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.errors import MENDS, BusyError, StoreError

Connection = duckdb.DuckDBPyConnection
STOPS = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException)
"""What DuckDB raises where the disk or the memory gives out."""


@dataclass(frozen=True, slots=True)
class Migration:
    """A step of the schema."""

    name: str
    sql: str


@cache
def read_sql(folder: str, name: str) -> str:
    return (resources.files("pipeline.store") / folder / f"{name}.sql").read_text(encoding="utf-8")


def migration_names() -> list[str]:
    files = (resources.files("pipeline.store") / "migrations").iterdir()
    return sorted(file.name.removesuffix(".sql") for file in files if file.name.endswith(".sql"))


def released_migrations() -> tuple[Migration, ...]:
    """Every migration of this version, in their order."""
    return tuple(Migration(name, read_sql("migrations", name)) for name in migration_names())


@contextmanager
def open_database(path: Path | None) -> Iterator[Connection]:
    """Open (None: in memory), migrate, and close again. Raises BusyError while another process writes to it."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            upgrade(path, released_migrations())
    with connect(path) as connection:
        with _readable(path):
            migrate(connection, released_migrations())
            connection.execute(read_sql("", "macros"))
        yield connection


@contextmanager
def connect(path: Path | None) -> Iterator[Connection]:
    """Open a database as it is, and close it again. Raises BusyError while another process writes to it."""
    try:
        connection = duckdb.connect(str(path) if path else ":memory:")
    except duckdb.Error as error:
        if "could not set lock" in str(error).lower():
            raise BusyError(
                f"{path}: another process is using this archive",
                "wait for it to end (one night may run at a time), then run again",
            ) from error
        raise _unreadable(path, error) from error
    try:
        # nothing is downloaded behind the operator's back
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET enable_progress_bar = false")
        # a day is the same on every machine
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    except STOPS as error:
        raise _stopped(path, error) from error
    except duckdb.TransactionException as error:
        if "Failed to commit" not in str(error):
            raise
        raise _stopped(path, error) from error
    finally:
        connection.close()


@contextmanager
def _readable(path: Path | None) -> Iterator[None]:
    """Raise StoreError where the file turns out to be damaged."""
    try:
        yield
    except duckdb.IOException as error:
        raise _unreadable(path, error) from error


@contextmanager
def open_reader() -> Iterator[Connection]:
    """A database of its own, empty and in memory, for what reads lines and nothing that is kept: a thread may use it while the
    archive is written to, and no transaction of it ever puts a checkpoint of the archive off."""
    with connect(None) as reader:
        reader.execute(read_sql("", "macros"))
        yield reader


def _unreadable(path: Path | None, error: duckdb.Error) -> StoreError:
    mend = (
        "bring it back with antigravity restore, from a backup or from published dumps; without either, move it aside and "
        "run again: the ledger keeps every id, but earlier revisions are gone"
    )
    return StoreError(f"{path}: can't open the database: {error}", _mend_of(str(error), mend))


def _stopped(path: Path | None, error: duckdb.Error) -> StoreError:
    """The system gave out while the database was at work; what was committed before is kept."""
    told = str(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        mend = "free memory, or take a machine with more; then run again: what was finished is kept"
    else:
        mend = "look at the disk, then run again; antigravity check tells whether all is whole"
    place = path or "the database in memory"
    return StoreError(f"{place}: the database could not go on: {told.splitlines()[0]}", _mend_of(told, mend))


def _mend_of(told: str, otherwise: str) -> str:
    """What to do where the system refused, by the words of its error, which is all that DuckDB passes on."""
    return next((mend for code, mend in MENDS.items() if os.strerror(code) in told), otherwise)


def upgrade(path: Path, migrations: Sequence[Migration]) -> None:
    """Bring a database of an older version up to date: on a copy, which takes its place once that went well.

    The old file stays beside it, named after the first migration that it lacked. Raises StoreError, with the database as it
    was, where it is newer than this version or a migration fails.
    """
    with connect(path) as connection, _readable(path):
        pending = pending_migrations(connection, migrations)
    if not pending:
        return
    copy, kept = path.with_name(f".{path.name}.migrating"), path.with_name(f"{path.name}.before-{pending[0].name}")
    for stale in (copy, copy.with_name(f"{copy.name}.wal"), kept):
        stale.unlink(missing_ok=True)
    copy_database(path, copy)
    try:
        with connect(copy) as connection:
            migrate(connection, migrations)
    except duckdb.Error as error:
        copy.unlink(missing_ok=True)
        raise StoreError(
            f"{path}: a copy of it could not be brought up to date, so it stays as it was: {error}",
            "go back to the version that wrote it, and report this with the message",
        ) from error
    try:
        os.link(path, kept)
    except OSError:  # a file system without hard links
        shutil.copyfile(path, kept)
    copy.replace(path)


def copy_database(path: Path, target: Path) -> None:
    """Copy a database file whole, while no other process may write to it. Raises BusyError while one does."""
    # opened before the lock is taken, since closing any handle of a file gives up all of a process's locks on it
    with path.open("rb") as whole, connect(path) as connection:
        connection.execute("CHECKPOINT")
        with target.open("wb") as copy:
            shutil.copyfileobj(whole, copy, 1 << 22)
            copy.flush()
            os.fsync(copy.fileno())


def pending_migrations(connection: Connection, migrations: Sequence[Migration]) -> list[Migration]:
    """Those that the database has not seen. Raises StoreError where a newer version wrote it."""
    connection.execute("CREATE TABLE IF NOT EXISTS migrations (name VARCHAR PRIMARY KEY)")
    applied = {name for (name,) in connection.execute("SELECT name FROM migrations ORDER BY name").fetchall()}
    if unknown := applied - {migration.name for migration in migrations}:
        raise StoreError(
            f"the database was written by a newer version (it has {', '.join(sorted(unknown))})",
            "update this checkout: git pull",
        )
    return [migration for migration in migrations if migration.name not in applied]


def migrate(connection: Connection, migrations: Sequence[Migration]) -> None:
    """Bring the schema up to date; each migration shares a transaction with its record."""
    for migration in pending_migrations(connection, migrations):
        with transaction(connection):
            connection.execute(migration.sql)
            connection.execute("INSERT INTO migrations VALUES ($name)", {"name": migration.name})


@contextmanager
def transaction(connection: Connection, *, large: bool = False) -> Iterator[None]:
    """Everything inside is kept, or nothing. A large one goes straight into the file as it ends: the log would be a second copy."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    if large:
        connection.execute("SET checkpoint_threshold = '1MB'")
    connection.execute("COMMIT")
    if large:
        connection.execute("RESET checkpoint_threshold")


def rows(connection: Connection, name: str, parameters: dict[str, Any] | None = None, **tables: pa.Table) -> list[Any]:
    """Run the query of that name and return its rows; `tables` are the Arrow tables that it reads."""
    with _registered(connection, tables):
        return connection.execute(read_sql("queries", name), parameters).fetchall()


def records(
    connection: Connection, name: str, parameters: dict[str, Any] | None = None, **tables: pa.Table
) -> list[dict[str, Any]]:
    """Like rows, with each row as a dict by column."""
    with _registered(connection, tables):
        cursor = connection.execute(read_sql("queries", name), parameters)
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def arrow(connection: Connection, name: str, parameters: dict[str, Any] | None = None, **tables: pa.Table) -> pa.Table:
    """Like rows, as one Arrow table."""
    with _registered(connection, tables):
        return connection.sql(read_sql("queries", name), params=parameters).to_arrow_table()


@contextmanager
def _registered(connection: Connection, tables: dict[str, pa.Table]) -> Iterator[None]:
    for name, table in tables.items():
        connection.register(name, table)
    try:
        yield
    finally:
        with suppress(duckdb.TransactionException):  # the query failed inside a transaction: its own error goes on
            for name in tables:
                connection.unregister(name)
