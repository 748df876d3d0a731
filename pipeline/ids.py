"""Archive ids and the ledger that gives each of them once.

The ledger is a CSV file that is only ever appended to, and lives outside the database: a database rebuilt from nothing gives
every preprint its old id back. A line reaches the disk before the database knows the id, so a kill between the two loses
nothing: the next run finds the line.
"""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from pipeline.errors import LedgerError
from pipeline.records import Preprint

HEADER = ("archive_id", "source", "source_id", "assigned")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    archive_id: str
    source: str
    source_id: str
    assigned: date


@dataclass(slots=True)
class Ledger:
    """All ids given so far, and the highest number of each month."""

    prefix: str
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Take an entry in. Raises LedgerError where it contradicts an earlier one."""
        key = (entry.source, entry.source_id)
        month, _, number = entry.archive_id.removeprefix(f"{self.prefix}-").partition("-")
        if not entry.archive_id.startswith(f"{self.prefix}-") or not (number.isascii() and number.isdigit()):
            raise LedgerError(
                f"the ledger holds {entry.archive_id!r}, which is no {self.prefix} id",
                "set site.id_prefix back to what it was; ids never change",
            )
        if key in self.ids or int(number) <= self.highest.get(month, 0):
            raise LedgerError(
                f"the ledger gives {entry.archive_id} out of order or a second id to {entry.source} {entry.source_id}",
                "restore ids.csv from a backup; never edit it",
            )
        self.ids[key] = entry.archive_id
        self.highest[month] = int(number)

    def assign(self, preprints: Iterable[Preprint], today: date) -> tuple[list[Preprint], list[Entry]]:
        """Give every preprint its id: the one it has, else the next free number of its month.

        Returns the preprints with their ids, in the order given, and the entries that are new.
        """
        named, new = [], []
        for preprint in preprints:
            key = (preprint.source, preprint.source_id)
            if key not in self.ids:
                number = self.highest.get(preprint.month, 0) + 1
                entry = Entry(f"{self.prefix}-{preprint.month}-{number:04d}", *key, today)
                self.add(entry)
                new.append(entry)
            named.append(replace(preprint, archive_id=self.ids[key]))
        return named, new


def read_ledger(path: Path, prefix: str) -> Ledger:
    """Read the ledger; an absent one is empty.

    A last line without its newline was cut off by a kill before anything used it: it is taken off the file.
    """
    ledger = Ledger(prefix)
    if not path.exists():
        return ledger
    raw = path.read_bytes()
    whole = raw[: raw.rfind(b"\n") + 1]
    if len(whole) < len(raw):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    try:
        text = whole.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LedgerError(f"{path}: not UTF-8 at byte {error.start}", "restore ids.csv from a backup") from error
    lines = csv.reader(io.StringIO(text))
    for number, line in enumerate(lines, 1):
        if number == 1 and tuple(line) == HEADER:
            continue
        try:
            archive_id, source, source_id, assigned = line
            entry = Entry(archive_id, source, source_id, date.fromisoformat(assigned))
        except ValueError as error:
            raise LedgerError(
                f"{path}:{number}: not a line of a ledger: {','.join(line)[:80]}", "restore ids.csv from a backup"
            ) from error
        ledger.add(entry)
    return ledger


def append_entries(path: Path, entries: Sequence[Entry]) -> None:
    """Append to the ledger and wait until the disk has it."""
    if not entries:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists() or path.stat().st_size == 0
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if new:
        writer.writerow(HEADER)
    writer.writerows((entry.archive_id, entry.source, entry.source_id, entry.assigned.isoformat()) for entry in entries)
    with path.open("ab") as file:
        file.write(text.getvalue().encode())
        file.flush()
        os.fsync(file.fileno())
    if new:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Wait until the disk has the folder's list of files, so that a new file outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
