"""Read a bulk file of JSON lines, plain or compressed. [edge]"""

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from pipeline.errors import SourceError

MAX_LINE_BYTES = 4_000_000
"""A longer line is no preprint; it is cut here and its rest skipped, instead of filling the memory."""


def fingerprint_file(path: Path) -> str:
    """SHA-256 of the file as it lies on disk."""
    digest = hashlib.sha256()
    with _open(path) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read_lines(path: Path, on_progress: Callable[[int], None] = lambda _: None) -> Iterator[tuple[int, bytes]]:
    """Yield (line number from 1, line) for every line that is not blank.

    `on_progress` is told how many bytes of the file on disk have been read so far.
    Raises SourceError where the file is missing, unreadable or cut off.
    """
    with _open(path) as raw:
        stream = _decompressed(path, raw)
        number = 0
        try:
            while line := stream.readline(MAX_LINE_BYTES):
                number += 1
                if line.strip():
                    yield number, line
                _skip_rest(stream, line)
                if number % 500 == 0:
                    on_progress(raw.tell())
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(
                f"{path}: damaged or cut off after line {number}: {error}",
                "fetch the file again; what was read before is kept",
            ) from error
        on_progress(raw.tell())


def _skip_rest(stream: BinaryIO, line: bytes) -> None:
    """Read on to the end of a line that was cut: its rest is no line of its own."""
    while len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
        line = stream.readline(MAX_LINE_BYTES)


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise SourceError(
            f"{path}: can't read this source: {error.strerror}", "mend `path` of that [[sources]] entry"
        ) from error


def _decompressed(path: Path, raw: BinaryIO) -> BinaryIO:
    if path.suffix == ".gz":
        return gzip.open(raw, "rb")  # type: ignore[return-value]  # a GzipFile reads like any binary file
    if path.suffix == ".zst":
        # pyarrow's reader, since zstandard's takes a file that was cut off for one that has ended
        return io.BufferedReader(pa.CompressedInputStream(raw, "zstd"))
    return raw
