"""Preprints, their texts, and their vectors."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.records import EarlierText, Preprint, Version
from pipeline.store.database import Connection, arrow, records, rows

VECTOR_SCHEMA = pa.schema([("text_hash", pa.string()), ("vector", pa.list_(pa.float32()))])

Vectors = np.ndarray[Any, np.dtype[np.float32]]


def load_preprints(connection: Connection, archive_ids: Iterable[str]) -> dict[str, Preprint]:
    """The preprints of these ids in the order of their ids; unknown ids are left out."""
    wanted = pa.table({"archive_id": pa.array(sorted(set(archive_ids)), pa.string())})
    found = records(connection, "load_preprints", wanted=wanted)
    return {row["archive_id"]: _preprint(row) for row in found}


def _preprint(row: dict[str, Any]) -> Preprint:
    sequences: dict[str, Any] = {name: tuple(row[name]) for name in ("authors", "categories")}
    return Preprint(**row | sequences | {"versions": tuple(Version(**version) for version in row["versions"])})


def load_known_source_ids(connection: Connection, source_ids: Iterable[str]) -> set[str]:
    """Those of the ids that the archive holds, as their sources have them, whichever source it is."""
    wanted = pa.table({"source_id": pa.array(sorted(set(source_ids)), pa.string())})
    return {source_id for (source_id,) in rows(connection, "load_known_source_ids", wanted=wanted)}


def load_withdrawn_ids(connection: Connection) -> set[str]:
    """Preprints that are withdrawn."""
    return {archive_id for (archive_id,) in rows(connection, "load_withdrawn_ids")}


def load_fingerprint(connection: Connection, *, encoder: str) -> tuple[int, str]:
    """Number of preprints, and a fingerprint of everything that retrieval reads: texts, facts, and how many have a vector."""
    [(preprints, embedded, fingerprint)] = rows(connection, "load_fingerprint", {"encoder": encoder})
    return preprints, f"{fingerprint}/{preprints}/{embedded}"


def load_counts(connection: Connection) -> tuple[int, date | None]:
    """Number of preprints, and the date of the newest."""
    [(preprints, latest)] = rows(connection, "load_counts")
    return preprints, latest


def load_texts(connection: Connection, *, encoder: str) -> list[str]:
    """Texts (title and abstract) of all preprints that have a vector, by id."""
    texts: list[str] = arrow(connection, "load_texts", {"encoder": encoder}).column("text").to_pylist()
    return texts


def load_filed(connection: Connection, *, encoder: str) -> list[tuple[str, list[str], date]]:
    """Id, categories and date of first submission of all preprints that have a vector, by id."""
    return rows(connection, "load_filed", {"encoder": encoder})


def load_same_work(connection: Connection, archive_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Other preprints of the archive that a doi tells to be the same work, by id; ids without any are left out."""
    wanted = pa.table({"archive_id": pa.array(sorted(set(archive_ids)), pa.string())})
    found: dict[str, tuple[str, ...]] = {}
    for archive_id, other_id in rows(connection, "load_same_work", wanted=wanted):
        found[archive_id] = (*found.get(archive_id, ()), other_id)
    return found


def load_earlier_texts(connection: Connection) -> dict[tuple[str, int], EarlierText]:
    """Texts of the versions before the latest that any answer read, by id and number, as far as the archive holds them."""
    found = rows(connection, "load_earlier_texts")
    return {(archive_id, number): EarlierText(title, abstract) for archive_id, number, title, abstract in found}


# --- vectors -----------------------------------------------------------------------------------------------------


def count_pending_embeddings(connection: Connection, *, encoder: str) -> int:
    """How many texts of preprints have no vector for this encoder."""
    [(count,)] = rows(connection, "count_pending_embeddings", {"encoder": encoder})
    return int(count)


def pending_embeddings(connection: Connection, *, encoder: str, limit: int) -> list[tuple[str, str]]:
    """Hash and text of the first preprints, by hash, that have no vector for this encoder."""
    return rows(connection, "pending_embeddings", {"encoder": encoder, "limit": limit})


def pending_texts(connection: Connection, *, encoder: str, text_hashes: Iterable[str]) -> set[str]:
    """Those of the hashes that have no vector for this encoder."""
    wanted = pa.table({"text_hash": pa.array(sorted(set(text_hashes)), pa.string())})
    return {found for (found,) in rows(connection, "pending_texts", {"encoder": encoder}, wanted=wanted)}


def save_embeddings(connection: Connection, *, encoder: str, text_hashes: Sequence[str], vectors: Vectors) -> None:
    """Keep one vector a text; `vectors` is (texts, dimensions) float32."""
    if not text_hashes:
        return
    offsets = np.arange(0, vectors.size + 1, vectors.shape[1], dtype=np.int32)
    batch = pa.table(
        {
            "text_hash": pa.array(text_hashes, pa.string()),
            "vector": pa.ListArray.from_arrays(pa.array(offsets), pa.array(vectors.ravel())),
        },
        schema=VECTOR_SCHEMA,
    )
    rows(connection, "save_embeddings", {"encoder": encoder}, batch=batch)


def load_vectors(connection: Connection, *, encoder: str) -> tuple[list[str], Vectors]:
    """Ids of all preprints that have a vector, by id, and the (preprints, dimensions) float32 matrix of unit rows."""
    table = arrow(connection, "load_vectors", {"encoder": encoder})
    return table.column("archive_id").to_pylist(), _matrix(table)


def load_text_vectors(connection: Connection, *, encoder: str, text_hashes: Iterable[str]) -> dict[str, Vectors]:
    """Vectors of texts by their hash."""
    wanted = pa.table({"text_hash": pa.array(sorted(set(text_hashes)), pa.string())})
    table = arrow(connection, "load_text_vectors", {"encoder": encoder}, wanted=wanted)
    return dict(zip(table.column("text_hash").to_pylist(), _matrix(table), strict=True))


def _matrix(table: pa.Table) -> Vectors:
    flat = table.column("vector").combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(table.num_rows, -1) if table.num_rows else np.empty((0, 0), np.float32)
