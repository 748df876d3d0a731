"""Keep the answers of servers as they came, compressed, to be read again without the network. [edge]

`FOLDER/SOURCE/YYYY-MM-DD/NAME.zst`: a day's folder is what `kind = "oai-folder"` replays.
"""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain, count
from pathlib import Path

import pyarrow as pa

from pipeline.ingest.source import Batch

CODEC = pa.Codec("zstd", compression_level=3)


def keep_raw(folder: Path, source: str, today: date, batch: Batch) -> None:
    """Write the answer aside, then rename it: a kill leaves no half answer, and no answer replaces another."""
    if batch.raw is None:
        return
    day = folder / source / today.isoformat()
    day.mkdir(parents=True, exist_ok=True)
    stem, _, suffix = batch.raw_name.rpartition(".")
    # a tilde comes after the point, so an answer that was asked for again is read after the first
    names = (f"{stem}{turn}.{suffix}.zst" for turn in chain([""], (f"~{number:02d}" for number in count(2))))
    file = next(path for name in names if not (path := day / name).exists())
    part = file.with_suffix(".part")
    part.write_bytes(CODEC.compress(batch.raw, asbytes=True))
    part.replace(file)


def kept_answers(folder: Path, source: str) -> Iterator[tuple[Path, bytes]]:
    """Every kept answer of a source, oldest first; one that can't be unpacked any more is empty."""
    for file in sorted((folder / source).glob("????-??-??/*.zst")):
        try:
            yield file, pa.CompressedInputStream(pa.OSFile(str(file)), "zstd").read()
        except (OSError, pa.ArrowException):
            yield file, b""


def drop_old(folder: Path, source: str, today: date, days: int) -> int:
    """Remove the days' folders that are older than that many days; how many they were. Nothing else is touched."""
    dropped = 0
    for day in sorted((folder / source).glob("????-??-??")) if (folder / source).is_dir() else []:
        try:
            kept_on = date.fromisoformat(day.name)
        except ValueError:
            continue
        if kept_on < today - timedelta(days=days) and day.is_dir() and not day.is_symlink():
            shutil.rmtree(day)
            dropped += 1
    return dropped
