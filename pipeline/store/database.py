"""Open, migrate and query the DuckDB file.

Batches travel as Arrow tables registered under the fixed names `batch` and `wanted`, so no SQL is ever built from strings.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.errors import BusyError, StoreError

Connection = duckdb.DuckDBPyConnection


@cache
def read_sql(folder: str, name: str) -> str:
    return (resources.files("pipeline.store") / folder / f"{name}.sql").read_text(encoding="utf-8")


def migration_names() -> list[str]:
    files = (resources.files("pipeline.store") / "migrations").iterdir()
    return sorted(file.name.removesuffix(".sql") for file in files if file.name.endswith(".sql"))


@contextmanager
def open_database(path: Path | None) -> Iterator[Connection]:
    """Open (None: in memory), migrate, and close again. Raises BusyError while another process writes to it."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
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
        try:
            migrate(connection)
            connection.execute(read_sql("", "macros"))
        except duckdb.IOException as error:
            raise _unreadable(path, error) from error
        yield connection
    finally:
        connection.close()


def _unreadable(path: Path | None, error: duckdb.Error) -> StoreError:
    mend = "restore it from a backup; without one, move it aside and run again: the ledger keeps every id, but earlier revisions are gone"
    return StoreError(f"{path}: can't open the database: {error}", mend)


def migrate(connection: Connection) -> None:
    """Bring the schema up to date; each migration shares a transaction with its record."""
    connection.execute("CREATE TABLE IF NOT EXISTS migrations (name VARCHAR PRIMARY KEY)")
    applied = {name for (name,) in connection.execute("SELECT name FROM migrations ORDER BY name").fetchall()}
    if unknown := applied - set(migration_names()):
        raise StoreError(
            f"the database was written by a newer version (it has {', '.join(sorted(unknown))})",
            "update this checkout: git pull",
        )
    for name in migration_names():
        if name not in applied:
            with transaction(connection):
                connection.execute(read_sql("migrations", name))
                connection.execute("INSERT INTO migrations VALUES ($name)", {"name": name})


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Everything inside is kept, or nothing."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


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
