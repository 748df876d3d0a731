"""The ledger of archive ids: a file that is only ever appended to, and lives outside the database. [edge: the file]

A line reaches the disk before the database knows the id, so a kill between the two loses nothing: the next run finds the line.
A database rebuilt from nothing gives every preprint its old id back. The database holds a copy of the lines and how far it has
read, so a night reads only what was added since.
"""

import hashlib
import io
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from pipeline.errors import LedgerError

HEADER = ("archive_id", "source", "source_id", "assigned")
SCHEMA = pa.schema([(name, pa.string()) for name in HEADER])
DIGEST_BYTES = 65_536
"""Bytes before a mark that its digest covers: enough to tell one ledger from another without reading it whole."""
RESTORE = "restore ids.csv from a backup; never edit it"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a ledger has been read."""

    size: int
    """Bytes."""
    digest: str
    """SHA-256 of the last bytes up to there."""


def read_entries(path: Path, mark: Mark, prefix: str) -> tuple[pa.Table, Mark]:
    """Read the lines after the mark: a table of HEADER's columns, and the new mark. An absent ledger is empty.

    A last line without its newline was cut off by a kill before anything used it: it is taken off the file.
    Raises LedgerError where the ledger lost lines, is another one, or holds what is no line of a ledger.
    """
    if not path.exists():
        if mark.size:
            raise LedgerError(f"{path}: the ledger is gone, and the database has used it", RESTORE)
        return SCHEMA.empty_table(), mark
    with path.open("rb") as file:
        if mark.size > path.stat().st_size or _digest(file, mark.size) != mark.digest:
            raise LedgerError(f"{path}: this is not the ledger that the database has used, or it lost lines", RESTORE)
        if mark.size:
            _refuse_prefix(path, file, prefix)
        file.seek(mark.size)
        added = file.read()
    whole = added[: added.rfind(b"\n") + 1]
    if len(whole) < len(added):
        os.truncate(path, mark.size + len(whole))
    entries = _parse_entries(path, whole, prefix, starts=mark.size == 0)
    with path.open("rb") as file:
        size = mark.size + len(whole)
        return entries, Mark(size, _digest(file, size))


def append_entries(path: Path, entries: pa.Table, today: date) -> Mark:
    """Append lines (`archive_id`, `source`, `source_id`), wait until the disk has them, and return the new mark."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists() or path.stat().st_size == 0
    assigned = pa.repeat(pa.scalar(today.isoformat()), entries.num_rows)
    text = _format_entries(entries.select(HEADER[:3]).append_column("assigned", assigned).cast(SCHEMA))
    with path.open("a+b") as file:
        if new:
            file.write((",".join(HEADER) + "\n").encode())
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
        mark = Mark(size, _digest(file, size))
    if new:
        _sync_folder(path.parent)
    return mark


def empty_mark() -> Mark:
    """The mark of a ledger of which nothing was read."""
    return Mark(0, hashlib.sha256().hexdigest())


def _format_entries(entries: pa.Table) -> bytes:
    """Lines, with quotes only where an id needs them: the writer's own rule would put all text in quotes."""
    needed = pc.any(pc.match_substring_regex(entries.column("source_id"), r'[",\r\n]')).as_py()
    text = io.BytesIO()
    csv.write_csv(entries, text, csv.WriteOptions(include_header=False, quoting_style="needed" if needed else "none"))
    return text.getvalue()


def _parse_entries(path: Path, text: bytes, prefix: str, *, starts: bool) -> pa.Table:
    header = (",".join(HEADER) + "\n").encode()
    body = text.removeprefix(header) if starts else text
    if not body:
        return SCHEMA.empty_table()
    refused: list[str] = []

    def refuse(row: csv.InvalidRow) -> str:
        refused.append(row.text)
        return "skip"

    try:
        entries = csv.read_csv(
            io.BytesIO(body),
            csv.ReadOptions(column_names=HEADER),
            csv.ParseOptions(invalid_row_handler=refuse),
            csv.ConvertOptions(column_types=dict.fromkeys(HEADER, pa.string())),
        )
    except pa.ArrowInvalid as error:
        raise LedgerError(f"{path}: not a ledger: {error}", RESTORE) from error
    dated = pc.match_substring_regex(entries.column("assigned"), r"^\d{4}-\d\d-\d\d$")
    ours = pc.match_substring_regex(entries.column("archive_id"), rf"^{prefix}-\d{{4}}\.\d\d-\d{{4,9}}$")
    if refused or not pc.all(dated, min_count=0).as_py():
        wrong = refused or [",".join(row.values()) for row in entries.filter(pc.invert(dated)).slice(0, 1).to_pylist()]
        raise LedgerError(f"{path}: not a line of a ledger: {wrong[0][:80]}", RESTORE)
    if not pc.all(ours, min_count=0).as_py():
        wrong = entries.filter(pc.invert(ours)).column("archive_id").slice(0, 1).to_pylist()
        raise _foreign(path, wrong[0], prefix)
    return entries


def _refuse_prefix(path: Path, file: io.BufferedReader, prefix: str) -> None:
    """Raise LedgerError where the first id, which was read long ago, has another prefix than those that are given now."""
    file.seek(len(",".join(HEADER)) + 1)
    first = file.readline().partition(b",")[0].decode("ascii", "replace")
    if first and not first.startswith(f"{prefix}-"):
        raise _foreign(path, first, prefix)


def _foreign(path: Path, archive_id: str, prefix: str) -> LedgerError:
    return LedgerError(
        f"{path}: the ledger holds {archive_id!r}, which is no {prefix} id",
        "set site.id_prefix back to what it was; ids never change",
    )


def _digest(file: io.BufferedReader | io.BufferedRandom, size: int) -> str:
    start = max(0, size - DIGEST_BYTES)
    file.seek(start)
    return hashlib.sha256(file.read(size - start)).hexdigest()


def _sync_folder(folder: Path) -> None:
    """Wait until the disk has the folder's list of files, so that a new file outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
