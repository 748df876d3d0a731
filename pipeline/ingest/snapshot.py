"""Read a bulk file of JSON lines in stretches, plain or compressed. [edge]"""

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
from pydantic import TypeAdapter, ValidationError

from pipeline.errors import SourceError
from pipeline.ingest.lines import line_ends
from pipeline.ingest.source import Batch, Reach

TOO_LONG = b'"a line too long to be a preprint"\n'
"""Stands for a line that was skipped, so that it is counted and rejected like any other."""
PRINT_BYTES = 65_536
DAMAGE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError)
"""What reading a damaged file raises; the last is for a zip with a password, or packed in a way that Python does not know."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is held at a time."""

    stretch_lines: int = 122_880
    """Lines kept at a time: a row group of DuckDB's, so that each is written once and whole."""
    stretch_bytes: int = 512 << 20
    """Bytes kept at a time, give or take a line: a column of text holds 2 GiB."""
    block_bytes: int = 1 << 19
    """Bytes read at a time: few enough that they stay in the processor's cache while lines are found in them."""
    line_bytes: int = 64 << 20
    """A line that is longer, by a block or more, is no preprint; it is skipped instead of filling the memory."""


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Place:
    """How far a file has been read."""

    print: str
    """Fingerprint of the file."""
    offset: int = 0
    """Bytes of the text, decompressed."""
    line: int = 0
    """Lines before the offset."""
    done: bool = False


PLACE = TypeAdapter(Place)


def fingerprint_file(path: Path) -> str:
    """Size, time of change, and SHA-256 of the file's first and last bytes: cheap for a file of any size."""
    with _open(path) as file:
        head = file.read(PRINT_BYTES)
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - PRINT_BYTES))
        digest = hashlib.sha256(head + file.read()).hexdigest()
    return f"{size}-{path.stat().st_mtime_ns}-{digest}"


def read_batches(path: Path, cursor: str | None, reach: Reach, limits: Limits | None = None) -> Iterator[Batch]:
    """Yield the file in stretches of whole lines, from where the cursor left it; nothing where it was read to its end.

    A file that changed is read from its start. Raises SourceError where it is missing, unreadable or cut off; what was yielded
    before stands.
    """
    place = Place(fingerprint_file(path))
    if (last := _last_place(cursor)) and last.print == place.print:
        place = last
    if place.done:
        return
    with _open(path) as raw:
        size = path.stat().st_size
        try:
            stream = _decompressed(path, raw)
            _skip(stream, place.offset)
            for lines, count, consumed in _stretches(stream, limits or LIMITS):
                first = place.line + 1
                place = replace(place, offset=place.offset + consumed, line=place.line + count)
                reach.progress(raw.tell(), size)
                yield Batch(lines, str(path), _cursor(place), first)
        except DAMAGE as error:
            raise SourceError(
                f"{path}: damaged or cut off after line {place.line}: {error}",
                "fetch the file again; what was read before is kept",
            ) from error
    yield Batch(lines=b"", place=str(path), cursor=_cursor(replace(place, done=True)))


def _last_place(cursor: str | None) -> Place | None:
    """None too where the cursor is another kind's: the source changed its kind under one name."""
    try:
        return PLACE.validate_json(cursor or "")
    except ValidationError:
        return None


def _cursor(place: Place) -> str:
    return PLACE.dump_json(place).decode()


def _stretches(stream: BinaryIO, limits: Limits) -> Iterator[tuple[bytes, int, int]]:
    """Whole lines, each ended by a newline, how many they are, and how many bytes of the text they stand for; before an error
    what came so far."""
    blocks: list[bytes] = []
    count = consumed = 0
    try:
        for block, length in _blocks(stream, limits):
            lines = block.count(b"\n")
            while count + lines >= limits.stretch_lines:
                cut = int(line_ends(block)[limits.stretch_lines - count - 1])
                taken = cut if cut < len(block) else length
                yield b"".join([*blocks, block[:cut]]), limits.stretch_lines, consumed + taken
                block, length, lines = block[cut:], length - taken, lines - (limits.stretch_lines - count)
                blocks, count, consumed = [], 0, 0
            blocks.append(block)
            count, consumed = count + lines, consumed + length
            if consumed >= limits.stretch_bytes:
                yield b"".join(blocks), count, consumed
                blocks, count, consumed = [], 0, 0
    except DAMAGE:
        yield b"".join(blocks), count, consumed
        raise
    if consumed:
        yield b"".join(blocks), count, consumed


def _blocks(stream: BinaryIO, limits: Limits) -> Iterator[tuple[bytes, int]]:
    """Blocks of whole lines, each ended by a newline, and how many bytes of the text they stand for: as many, but for a line
    that was skipped, which is a block of its own, and for a last line without its newline."""
    rest = b""
    while block := stream.read(limits.block_bytes):
        text = rest + block
        cut = text.rfind(b"\n") + 1
        if not cut and len(text) > limits.line_bytes:
            yield TOO_LONG, len(text) + _skip_line(stream)
            rest = b""
            continue
        if cut:
            yield text[:cut], cut
        rest = text[cut:]
    if rest:
        yield rest + b"\n", len(rest)


def _skip_line(stream: BinaryIO) -> int:
    """Read on to the end of the line; how many bytes that were."""
    length = 0
    while piece := stream.readline(1 << 20):
        length += len(piece)
        if piece.endswith(b"\n"):
            break
    return length


def _skip(stream: BinaryIO, count: int) -> None:
    """Go forward to where the last harvest was kept."""
    if stream.seekable() and not isinstance(stream, (gzip.GzipFile, zipfile.ZipExtFile)):
        stream.seek(count)
        return
    while count > 0 and (piece := stream.read(min(count, 1 << 20))):
        count -= len(piece)


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
    if path.suffix == ".zip":
        return _only_member(path, zipfile.ZipFile(raw))
    return raw


def _only_member(path: Path, archive: zipfile.ZipFile) -> BinaryIO:
    """The file of JSON lines inside a zip as it is downloaded."""
    members = [name for name in archive.namelist() if name.endswith((".json", ".jsonl"))]
    if len(members) != 1:
        raise SourceError(
            f"{path}: holds {len(members)} files of JSON, not one", "name a zip with one .json file, or unpack it"
        )
    return archive.open(members[0])  # type: ignore[return-value]  # a ZipExtFile reads like any binary file
