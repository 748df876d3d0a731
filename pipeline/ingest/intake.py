"""Take a source in: read, compare with what is known, give ids, and keep. What is kept is kept whole, with its cursor."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipeline.errors import DeferredError, SourceError
from pipeline.ingest.lines import lines_table
from pipeline.ingest.raw import drop_old, keep_raw, kept_answers
from pipeline.ingest.source import Batch, NetworkSettings, Reach, SourceSettings
from pipeline.progress import Progress
from pipeline.records import HarvestReport, Rejected
from pipeline.store.database import Connection, open_reader, transaction
from pipeline.store.harvest import (
    Reading,
    Told,
    count_states,
    keep_turn,
    load_cursor,
    load_newest,
    load_usual_records,
    read_lines,
    save_cursor,
    save_harvest,
    sort_turn,
)
from pipeline.store.ledger import grow_ledger, sync_ledger

MAX_NAMED = 20
"""Rejected records that the report names; the rest are counted."""
LARGE_BATCH = 50_000
"""Lines from which on a batch is written to the database file at once, and not to its log first."""
USUAL_HARVESTS = 3
"""Harvests that must have brought something before another can be unusual."""
UNUSUAL = (0.5, 10.0)
"""Times the usual number of records that were not known: below the first or above the second, the report warns."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Where a harvest is kept, and what it knows of the world."""

    connection: Connection
    ledger: Path
    prefix: str
    raw: Path
    """Folder of the raw answers."""
    raw_days: int
    """Days that raw answers are kept."""
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    progress: Progress


@dataclass(slots=True)
class _Tally:
    """What a harvest has brought so far."""

    pages: int = 0
    records: int = 0
    withdrawn: int = 0
    states: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    named: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def reject(self, reasons: Counter[str], named: tuple[Rejected, ...]) -> None:
        self.reasons += reasons
        room = max(0, MAX_NAMED - len(self.named))
        self.named += [f"{one.place}: record skipped: {one.reason}" for one in named[:room]]


def take_in_again(entry: NetworkSettings, archive: Archive) -> HarvestReport:
    """Read the answers that were kept of a source, without the network. Where its next harvest goes on does not change."""
    tally = _Tally()
    sync_ledger(archive.connection, archive.ledger, archive.prefix)
    _keep_all(_read_again(entry, archive), entry, archive, tally)
    return _report(entry.name, tally, None, (0, 0.0))


def take_in(entry: SourceSettings, archive: Archive) -> HarvestReport:
    """Read a source to its end, or as far as it goes: its own errors are in the report, what came before them is kept.

    Raises LedgerError where an id would come to mean another preprint.
    """
    started, tally, connection = archive.now(), _Tally(), archive.connection
    sync_ledger(connection, archive.ledger, archive.prefix)
    newest = load_newest(connection, source=entry.origin_name)
    reach = Reach(
        archive.now,
        archive.sleep,
        archive.ledger.parent,
        newest and min(newest, started.date()),  # a source may state a day that is yet to come
        lambda done, total: archive.progress(f"ingest {entry.name}", done, total),
    )
    batches = entry.open(reach).batches(load_cursor(connection, source=entry.name))
    problem = _keep_all(batches, entry, archive, tally)
    drop_old(archive.raw, entry.name, started.date(), archive.raw_days)
    usual = load_usual_records(connection, source=entry.name)
    report = _report(entry.name, tally, problem, usual)
    save_harvest(connection, started=started, report=report)
    return report


def _read_again(entry: NetworkSettings, archive: Archive) -> Iterator[Batch]:
    for file, content in kept_answers(archive.raw, entry.name):
        try:
            yield entry.read_again(content, str(file))
        except ValueError as error:
            yield Batch(b"", str(file), None, rejected=(Rejected(str(file), f"not an answer: {error}"),))


def _keep_all(batches: Iterator[Batch], entry: SourceSettings, archive: Archive, tally: _Tally) -> SourceError | None:
    """Keep batch by batch, each in its transaction; what the source broke off with, if it did.

    Of what lies on disk the next batch is read while one is kept, by a thread of its own: a first load takes half as long so. An
    answer of a server is kept before the next is asked for.
    """
    waiting: deque[tuple[Batch, Future[Told]]] = deque()
    problem: SourceError | None = None
    with open_reader() as reader, ThreadPoolExecutor(max_workers=1) as pool:
        try:
            for batch in batches:
                waiting.append((batch, pool.submit(_read, reader, batch, entry)))
                while len(waiting) > int(batch.raw is None):
                    _keep(*waiting.popleft(), entry, archive, tally)
        except SourceError as error:
            problem = error
        while waiting:
            _keep(*waiting.popleft(), entry, archive, tally)
    return problem


def _read(reader: Connection, batch: Batch, entry: SourceSettings) -> Told:
    reading = Reading(entry.origin_name, entry.id_pattern, entry.categories, entry.since)
    return read_lines(reader, lines_table(batch.lines, batch.first), reading=reading, place=batch.place, most=MAX_NAMED)


def _keep(batch: Batch, read: Future[Told], entry: SourceSettings, archive: Archive, tally: _Tally) -> None:
    """Keep one batch, once it is read. The ledger's lines reach the disk before the transaction ends."""
    connection, origin, today = archive.connection, entry.origin_name, archive.now().date()
    told = read.result()
    tally.pages += bool(batch.lines or batch.raw)
    tally.records += told.lines + len(batch.rejected)
    tally.warnings += batch.warnings
    tally.reject(Counter(one.reason for one in batch.rejected), batch.rejected)
    tally.reject(told.reasons, told.rejected)
    with transaction(connection, large=told.lines >= LARGE_BATCH):
        keep_raw(archive.raw, entry.name, today, batch)
        for number in range(1, told.turns + 1):
            turn = sort_turn(connection, told.table, source=origin, prefix=archive.prefix, turn=number)
            grow_ledger(connection, archive.ledger, turn, source=origin, today=today)
            keep_turn(connection, told.table, turn, source=origin)
            states, withdrawn = count_states(turn)
            tally.states += states
            tally.withdrawn += withdrawn
        if batch.cursor is not None:
            save_cursor(connection, source=entry.name, cursor=batch.cursor)


def _report(name: str, tally: _Tally, problem: SourceError | None, usual: tuple[int, float]) -> HarvestReport:
    new, revised = tally.states["new"], sum(tally.states[one] for one in ("revised", "earlier", "deleted"))
    rejected = sum(tally.reasons.values())
    warnings = [*tally.warnings, *tally.named]
    if rejected > len(tally.named):
        warnings.append(f"source {name}: {rejected - len(tally.named)} more records skipped")
    if problem is not None:
        warnings.append(f"source {name} {'put off' if isinstance(problem, DeferredError) else 'failed'}: {problem}")
    elif unusual := _unusual(rejected + new + revised, *usual):
        warnings.append(f"source {name}: {unusual}")
    return HarvestReport(
        name,
        pages=tally.pages,
        records=tally.records,
        new=new,
        revised=revised,
        unchanged=tally.records - rejected - new - revised,
        withdrawn=tally.withdrawn,
        rejected=rejected,
        deferred=isinstance(problem, DeferredError),
        failed=problem is not None and not isinstance(problem, DeferredError),
        reasons=tuple(sorted(tally.reasons.items())),
        warnings=tuple(warnings),
    )


def _unusual(records: int, harvests: int, usual: float) -> str:
    """What is odd about that many records; nothing where too little is known, or where there is nothing new."""
    if harvests < USUAL_HARVESTS or records == 0 or UNUSUAL[0] * usual <= records <= UNUSUAL[1] * usual:
        return ""
    return f"{records:,} records that were not known, where {usual:,.0f} are usual; look at its answers if you did not expect that"
