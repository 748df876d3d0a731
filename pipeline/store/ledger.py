"""The database's copy of the ledger: brought up to date from the file, and grown together with it. [edge]"""

from datetime import date
from pathlib import Path

import pyarrow as pa

from pipeline.errors import LedgerError
from pipeline.ids import RESTORE, Mark, append_entries, empty_mark, read_entries
from pipeline.store.database import Connection, rows, transaction


def sync_ledger(connection: Connection, path: Path, prefix: str) -> None:
    """Read the lines that the database does not know yet: all of them where it was rebuilt, those before a kill, or none.

    Raises LedgerError where an id would come to mean another preprint.
    """
    mark = _load_mark(connection)
    entries, new_mark = read_entries(path, mark, prefix)
    if new_mark == mark:
        return
    with transaction(connection):
        if clashes := rows(connection, "load_ledger_clashes", batch=entries):
            archive_id, source, source_id = clashes[0]
            raise LedgerError(
                f"{path}: the ledger gives {archive_id} twice, or a second id to {source} {source_id}", RESTORE
            )
        rows(connection, "save_ledger_tail", batch=entries)
        if mark.size == 0 and (strangers := rows(connection, "load_unledgered")):
            archive_id, source, source_id = strangers[0]
            raise LedgerError(
                f"{path}: the database holds {source} {source_id} as {archive_id}, the ledger says otherwise", RESTORE
            )
        _save_mark(connection, new_mark)


def check_ledger(connection: Connection, path: Path, prefix: str) -> None:
    """Raise LedgerError where the file is gone, lost lines, or is not the one that the database has read; nothing is changed."""
    read_entries(path, _load_mark(connection), prefix)


def grow_ledger(connection: Connection, path: Path, turn: pa.Table, *, source: str, today: date) -> None:
    """Append the new ids of a sorted turn to the file. The caller's transaction may still fail: the next sync reads them."""
    new = turn.filter(turn.column("unnamed")).select(["archive_id", "source_id"])
    if not new.num_rows:
        return
    entries = new.append_column("source", pa.repeat(pa.scalar(source), new.num_rows))
    _save_mark(connection, append_entries(path, entries, today))


def _load_mark(connection: Connection) -> Mark:
    found = rows(connection, "load_ledger_read")
    return Mark(*found[0]) if found else empty_mark()


def _save_mark(connection: Connection, mark: Mark) -> None:
    rows(connection, "delete_ledger_read")
    rows(connection, "save_ledger_read", {"bytes": mark.size, "digest": mark.digest})
