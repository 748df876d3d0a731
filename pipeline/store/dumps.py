"""Dumps of the whole archive, written and read back by DuckDB: the same database gives the same bytes.

`dumps/NAME.sql` writes the file NAME, `restores/TABLE.sql` reads a table back from one.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import StoreError
from pipeline.store.database import Connection, migration_names, read_sql, records

DUMPS = (
    "answers.parquet",
    "answers.jsonl",
    "citations.parquet",
    "preprints.parquet",
    "versions.parquet",
    "restore/outcomes.parquet",
    "restore/drafts.parquet",
    "restore/retrievals.parquet",
    "restore/passages.parquet",
    "restore/cursors.parquet",
)
"""Files of a folder of dumps that come from the database."""

RESTORES = (
    ("preprints", "preprints.parquet"),
    ("texts", "preprints.parquet"),
    ("versions", "versions.parquet"),
    ("texts", "versions.parquet"),
    ("answers", "answers.parquet"),
    ("outcomes", "restore/outcomes.parquet"),
    ("drafts", "restore/drafts.parquet"),
    ("retrievals", "restore/retrievals.parquet"),
    ("passages", "restore/passages.parquet"),
    ("cursors", "restore/cursors.parquet"),
)
"""Which table each file brings back, in this order."""

NOT_DUMPED = {
    "embeddings": "the next night computes them again",
    "kept": "the next night computes it again",
    "ledger": "read from ids.csv",
    "ledger_read": "read from ids.csv",
    "migrations": "made with the schema",
    "harvests": "the operator's log; a backup holds it",
    "runs": "the operator's log; a backup holds it",
}
"""Tables that the dumps leave out, and why nothing is lost by that."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What the archive holds of one source."""

    source: str
    preprints: int
    newest: date | None
    """Day of the newest first submission."""
    retold: int
    withdrawn: int


def write_dump(connection: Connection, name: str, file: Path) -> int:
    """Write the dump of that name; returns its rows."""
    statement = read_sql("dumps", Path(name).name)
    [(written,)] = connection.execute(statement, {"file": str(file)}).fetchall()
    return int(written)


def read_dump(connection: Connection, table: str, file: Path) -> None:
    """Add the rows of a dump to a table. Raises StoreError where the file is not what it should be."""
    try:
        connection.execute(read_sql("restores", table), {"file": str(file)})
    except duckdb.Error as error:
        raise StoreError(f"{file}: can't be read back: {error}", "take another copy of the dumps") from error


def load_origins(connection: Connection) -> tuple[Origin, ...]:
    """By name of the source."""
    return tuple(Origin(**row) for row in records(connection, "load_origins"))


def load_makers(connection: Connection) -> list[dict[str, Any]]:
    """Every set of models and rules that an answer was ever made with, and how many revisions each made."""
    return records(connection, "load_makers")


def schema_version() -> str:
    """The newest migration that this version knows."""
    return migration_names()[-1]
