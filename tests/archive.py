"""Preprints put into the database past the network: as records, or told in lines as a source tells them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from pipeline.hashes import text_hash
from pipeline.ingest.lines import lines_table
from pipeline.ingest.source import ARXIV_ID
from pipeline.records import Preprint
from pipeline.store.database import Connection
from pipeline.store.harvest import Reading, Told, keep_turn, read_lines, sort_turn
from pipeline.store.preprints import load_preprints

Line = dict[str, Any] | bytes


def keep_preprints(connection: Connection, preprints: Sequence[Preprint]) -> None:
    """Insert them as they are, or put them in the place of those with the same archive ids; the ledger knows none of it."""
    for one in preprints:
        assert one.archive_id, f"{one.source_id} has no archive id"
        connection.execute("DELETE FROM preprints WHERE archive_id = $archive_id", {"archive_id": one.archive_id})
        facts = asdict(one)
        text = {"title": facts.pop("title"), "abstract": facts.pop("abstract"), "text_hash": text_hash(one)}
        connection.execute(
            "INSERT INTO texts BY NAME SELECT $text_hash AS text_hash, $title AS title, $abstract AS abstract "
            "WHERE $text_hash NOT IN (SELECT text_hash FROM texts)",
            text,
        )
        row = facts | {
            "versions": list(facts["versions"]),
            "withdrawal_text": one.withdrawn,
            "withdrawal_signal": "stated" if one.withdrawn else None,
            "withdrawal_strength": "certain" if one.withdrawn else None,
            "text_hash": text["text_hash"],
            "facts_hash": "",
        }
        values = ", ".join(f"${name} AS {name}" for name in row)
        connection.execute(f"INSERT INTO preprints BY NAME SELECT {values}", row)


def as_lines(*lines: Line) -> bytes:
    """Records as a source writes them; bytes stand as they are."""
    return b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)


def tell(
    connection: Connection,
    *lines: Line,
    id_pattern: str = ARXIV_ID,
    categories: tuple[str, ...] = (),
    since: date | None = None,
    most: int = 20,
) -> Told:
    """Read lines, and let the connection see them as the table `told`."""
    reading = Reading("arxiv", id_pattern, categories, since)
    told = read_lines(connection, lines_table(as_lines(*lines), 1), reading=reading, place="feed", most=most)
    connection.register("told", told.table)
    return told


def take(
    connection: Connection, *lines: Line, origin: str = "arxiv", id_pattern: str = ARXIV_ID
) -> list[tuple[str, str]]:
    """Tell, sort and keep, without a ledger's file: id and state of each, turn by turn."""
    sorted_as = []
    told = tell(connection, *lines, id_pattern=id_pattern)
    for turn in range(1, told.turns + 1):
        table = sort_turn(connection, told.table, source=origin, prefix="AG", turn=turn)
        keep_turn(connection, told.table, table, source=origin)
        sorted_as += [(row["source_id"], row["state"]) for row in table.to_pylist()]
    return sorted_as


def all_preprints(connection: Connection) -> dict[str, Preprint]:
    """Every preprint of the archive, by archive id."""
    ids = [archive_id for (archive_id,) in connection.execute("SELECT archive_id FROM preprints").fetchall()]
    return load_preprints(connection, ids)


def earlier_texts(connection: Connection) -> list[tuple[str, int, str]]:
    """Source's id, number and title of the versions before the latest."""
    return connection.execute(
        "SELECT source_id, number, title FROM versions JOIN preprints USING (archive_id) "
        "JOIN texts ON texts.text_hash = versions.text_hash ORDER BY ALL"
    ).fetchall()
