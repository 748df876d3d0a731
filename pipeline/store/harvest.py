"""Take lines of preprints into the database: read, sort into new, revised and known, name, and keep. [edge]

Set by set, in SQL, so that three million lines cost little more than writing them. The caller holds the transaction.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.hashes import hash_text
from pipeline.records import HarvestReport, Override, Rejected
from pipeline.store.database import Connection, arrow, rows

HASHED_ROWS = 1_024
"""Texts that are objects of Python at a time."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a source's lines are to be read."""

    origin: str
    """Whose ids they are."""
    id_pattern: str
    """RE2; an id matches it whole."""
    categories: tuple[str, ...] = ()
    """Only preprints in one of these; empty for all."""
    since: date | None = None
    """Only preprints that changed on this day or later."""


@dataclass(frozen=True, slots=True)
class Told:
    """A batch as it was read."""

    table: pa.Table
    """One row a line, cleaned and typed, with `reason` where it is no preprint (`read_lines.sql` tells the columns)."""
    turns: int
    """How often the preprint is told of that is told of most."""
    reasons: Counter[str]
    """Lines that are no preprints, by reason."""
    rejected: tuple[Rejected, ...]
    """The first of them, with their places."""

    @property
    def lines(self) -> int:
        return self.table.num_rows  # type: ignore[no-any-return]  # pyarrow has no types


def read_lines(connection: Connection, lines: pa.Table, *, reading: Reading, place: str, most: int) -> Told:
    """Clean and type lines (`number` int64, `line` string); at most so many rejected ones are named. Reads nothing that is kept."""
    parameters = {"id_pattern": reading.id_pattern, "categories": list(reading.categories), "since": reading.since}
    told = _with_hashes(arrow(connection, "read_lines", parameters, lines=lines))
    [(turns,)] = rows(connection, "count_turns", told=told)
    refused = rows(connection, "load_rejected", told=told)
    reasons = Counter(re.sub(r"^id .* is ", "id is ", reason) for _, reason in refused)
    return Told(told, turns, reasons, tuple(Rejected(f"{place}:{number}", why) for number, why in refused[:most]))


def _with_hashes(told: pa.Table) -> pa.Table:
    """With `text_hash`, of title and abstract; some rows at a time, since all texts as objects would take the memory twice."""
    texts = told.select(["title", "abstract"]).cast(pa.schema([("title", pa.binary()), ("abstract", pa.binary())]))
    hashes = [
        hash_text(title, abstract)
        for rows in texts.to_batches(max_chunksize=HASHED_ROWS)
        for title, abstract in zip(rows["title"].to_pylist(), rows["abstract"].to_pylist(), strict=True)
    ]
    return told.append_column("text_hash", pa.array(hashes, pa.string()))


def sort_turn(connection: Connection, told: pa.Table, *, source: str, prefix: str, turn: int) -> pa.Table:
    """What is to be done with each preprint told of for the `turn`-th time in `Told.table` (from 1), and its id.

    Columns: `number`, `source_id`, `month`, `state` (new, revised, touched, earlier, deleted, unchanged), `newly_withdrawn`,
    `unnamed` (the id is new), `archive_id`, `place` (its row in `preprints`, for this transaction; NULL where it is new). A later
    turn may only be sorted after the one before it was kept.
    """
    return arrow(connection, "classify", {"source": source, "prefix": prefix, "turn": turn}, told=told)


def count_states(turn: pa.Table) -> tuple[Counter[str], int]:
    """How many preprints of a sorted turn are in each state, and how many were withdrawn with it."""
    counts = pc.value_counts(turn.column("state")).to_pylist()
    withdrawn = pc.sum(turn.column("newly_withdrawn"), min_count=0).as_py()
    return Counter({one["values"]: one["counts"] for one in counts}), withdrawn


def keep_turn(connection: Connection, told: pa.Table, turn: pa.Table, *, source: str) -> None:
    """Write what a turn sorted; texts that are replaced are kept under the number of their version."""
    states = set(pc.unique(turn.column("state")).to_pylist())
    if states & {"new", "revised", "earlier"}:
        rows(connection, "save_texts", told=told, wanted=arrow(connection, "load_new_texts", told=told, sorted=turn))
    if "new" in states:
        rows(connection, "save_new", {"source": source}, told=told, sorted=turn)
        rows(connection, "save_ledger", {"source": source}, sorted=turn)
    if states & {"revised", "earlier"}:
        rows(connection, "save_versions", told=told, sorted=turn)
    if states & {"revised", "touched"}:
        rows(connection, "save_revised", told=told, sorted=turn)
    if "earlier" in states:
        rows(connection, "save_earlier", told=told, sorted=turn)
    if "deleted" in states:
        rows(connection, "save_deleted", told=told, sorted=turn)


def save_overrides(connection: Connection, overrides: Sequence[Override]) -> None:
    """Let the operator's word on what is withdrawn prevail; rows that are no longer named go back to their signal."""
    rows(connection, "save_overrides", overrides=_table(overrides))


def load_strange_overrides(connection: Connection, overrides: Sequence[Override]) -> list[tuple[str, str]]:
    """Source and id of those that name no preprint of the archive."""
    return rows(connection, "load_strange_overrides", overrides=_table(overrides))


def _table(overrides: Sequence[Override]) -> pa.Table:
    columns = ("source", "source_id", "state", "why")
    schema = pa.schema([(name, pa.string()) for name in columns])
    return pa.Table.from_pylist([{name: getattr(one, name) for name in columns} for one in overrides], schema=schema)


def load_cursor(connection: Connection, *, source: str) -> str | None:
    """Where the source goes on; None before its first batch."""
    found = rows(connection, "load_cursor", {"source": source})
    return found[0][0] if found else None


def save_cursor(connection: Connection, *, source: str, cursor: str) -> None:
    rows(connection, "save_cursor", {"source": source, "cursor": cursor})


def load_newest(connection: Connection, *, source: str) -> date | None:
    """The newest change that the archive holds of this origin."""
    [(newest,)] = rows(connection, "load_newest", {"source": source})
    return newest  # type: ignore[no-any-return]  # a DATE or NULL


def load_usual_records(connection: Connection, *, source: str) -> tuple[int, float]:
    """Number of harvests that the figure rests on, and how many records one usually brings."""
    [(harvests, usual)] = rows(connection, "load_usual_records", {"source": source})
    return harvests, usual or 0.0


@dataclass(frozen=True, slots=True)
class LastEnd:
    """When a source was last read to its end."""

    since: datetime
    """UTC, without a zone; of the first try where it never was."""
    ever: bool


def load_last_ends(connection: Connection) -> dict[str, LastEnd]:
    """By name of the source."""
    return {source: LastEnd(since, ever) for source, since, ever in rows(connection, "load_last_ends")}


def save_harvest(connection: Connection, *, started: Any, report: HarvestReport) -> None:
    parameters = {
        "source": report.source,
        "started": started,
        "pages": report.pages,
        "records": report.records,
        "new": report.new,
        "revised": report.revised,
        "unchanged": report.unchanged,
        "withdrawn": report.withdrawn,
        "rejected": report.rejected,
        "ended": not (report.deferred or report.failed),
    }
    rows(connection, "save_harvest", parameters)
