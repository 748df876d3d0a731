"""Take a source in: read, compare with what is known, give ids, and keep. Each batch is whole or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.hashes import record_hash
from pipeline.ids import Ledger, append_entries
from pipeline.ingest.arxiv_json import parse_line
from pipeline.ingest.snapshot import fingerprint_file, read_lines
from pipeline.progress import Progress
from pipeline.records import Preprint, Rejected
from pipeline.settings import SourceSettings
from pipeline.store.database import Connection, transaction
from pipeline.store.preprints import load_harvest, load_known, save_harvest, save_preprints

BATCH = 5_000
MAX_NAMED = 20
"""Rejected records that the report names; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came in from one source."""

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    rejected: int = 0
    warnings: tuple[str, ...] = ()

    def plus(self, other: "Taken") -> "Taken":
        return Taken(
            self.new + other.new,
            self.revised + other.revised,
            self.unchanged + other.unchanged,
            self.rejected + other.rejected,
            self.warnings + other.warnings[: max(0, MAX_NAMED - len(self.warnings))],
        )


def take_in(
    source: SourceSettings, connection: Connection, ledger: Ledger, ledger_path: Path, today: date, progress: Progress
) -> Taken:
    """Read a source to its end; nothing to do where the file is the one that was read last time."""
    fingerprint = fingerprint_file(source.path)
    if load_harvest(connection, source=source.name) == fingerprint:
        return Taken()
    taken = Taken()
    for batch in _batches(source, progress):
        rejected = [item for item in batch if isinstance(item, Rejected)]
        warnings = tuple(f"{item.place}: record skipped: {item.reason}" for item in rejected[:MAX_NAMED])
        taken = taken.plus(Taken(rejected=len(rejected), warnings=warnings))
        preprints = [item for item in batch if isinstance(item, Preprint)]
        taken = taken.plus(_keep(preprints, source.name, connection, ledger, ledger_path, today))
    save_harvest(connection, source=source.name, fingerprint=fingerprint)
    if taken.rejected > len(taken.warnings):
        taken = replace(
            taken,
            warnings=(*taken.warnings, f"{source.path}: {taken.rejected - len(taken.warnings)} more records skipped"),
        )
    return taken


def _batches(source: SourceSettings, progress: Progress) -> Iterator[list[Preprint | Rejected]]:
    size = source.path.stat().st_size
    batch: list[Preprint | Rejected] = []
    for number, line in read_lines(source.path, lambda done: progress(f"ingest {source.name}", done, size)):
        batch.append(parse_line(source.name, line, f"{source.path}:{number}"))
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _keep(
    preprints: Sequence[Preprint], source: str, connection: Connection, ledger: Ledger, ledger_path: Path, today: date
) -> Taken:
    """Keep what is new or changed. The ledger's lines reach the disk before the database's transaction ends."""
    latest: dict[str, Preprint] = {}
    for preprint in preprints:
        earlier = latest.get(preprint.source_id)
        if earlier is None or preprint.latest.number >= earlier.latest.number:
            latest[preprint.source_id] = preprint
    known = load_known(connection, source=source, source_ids=latest)
    changed = [
        preprint
        for source_id, preprint in latest.items()
        if source_id not in known
        or (preprint.latest.number >= known[source_id].latest and record_hash(preprint) != known[source_id].record_hash)
    ]
    named, entries = ledger.assign(changed, today)
    if named:
        with transaction(connection):
            save_preprints(connection, named)  # refuses ids that contradict the database, so before the ledger grows
            append_entries(ledger_path, entries)
    revised = sum(preprint.source_id in known for preprint in named)
    return Taken(new=len(named) - revised, revised=revised, unchanged=len(preprints) - len(named))
