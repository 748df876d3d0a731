"""Bulk files: plain or compressed, whole or damaged, read in stretches that each may be the last one kept."""

import gzip
import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from pipeline.errors import SourceError
from pipeline.ingest.snapshot import TOO_LONG, Limits, fingerprint_file, read_batches
from pipeline.ingest.source import Batch, Reach

TEXT = b'{"id": "1"}\n\n   \n{"id": "2"}\r\n{"id": "3"}'
MANY = b"".join(b"%d %s\n" % (number, hashlib.sha256(b"%d" % number).hexdigest().encode()) for number in range(5000))
SMALL = Limits(stretch_lines=400, block_bytes=10_000)
REACH = Reach(lambda: datetime(2024, 6, 1, tzinfo=UTC), lambda seconds: None, Path(), None)

Compress = Callable[[bytes], bytes]


def plain(data: bytes) -> bytes:
    return data


def zipped(*names: str) -> Compress:
    def compress(data: bytes) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, data)
        return file.getvalue()

    return compress


def halves(compress: Compress) -> Compress:
    """Two compressed files, one after the other, parted in the middle of a line."""
    return lambda data: compress(data[:5]) + compress(data[5:])


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def texts(batches: list[Batch]) -> list[tuple[int, bytes]]:
    """Number of the first line, and lines."""
    return [(batch.first, batch.lines) for batch in batches if batch.lines]


def arrive(path: Path, cursor: str | None = None, limits: Limits = SMALL) -> tuple[list[Batch], SourceError | None]:
    """Everything up to the end or to the error."""
    arrived: list[Batch] = []
    try:
        arrived.extend(read_batches(path, cursor, REACH, limits))
    except SourceError as error:
        return arrived, error
    return arrived, None


FORMATS = [
    pytest.param("a.jsonl", plain, id="plain"),
    pytest.param("a.jsonl.gz", gzip.compress, id="gz"),
    pytest.param("a.jsonl.gz", halves(gzip.compress), id="gz, two members"),
    pytest.param("a.jsonl.zst", zstandard.compress, id="zst"),
    pytest.param("a.jsonl.zst", halves(zstandard.compress), id="zst, two frames"),
    pytest.param("a.zip", zipped("arxiv-metadata.json"), id="zip"),
    pytest.param("a.zip", zipped("README.txt", "a.jsonl"), id="zip with another file in it"),
]


# --- whole files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "compress"), FORMATS)
def test_a_small_file_is_one_stretch_of_whole_lines_and_then_done(
    tmp_path: Path, name: str, compress: Compress
) -> None:
    path = written(tmp_path, name, compress(TEXT))
    first, last = read_batches(path, None, REACH)
    assert (first.lines, first.first, first.place) == (TEXT + b"\n", 1, str(path))
    assert (last.lines, last.place) == (b"", str(path))
    assert list(read_batches(path, last.cursor, REACH)) == []


@pytest.mark.parametrize(("name", "compress"), FORMATS)
def test_a_long_file_comes_in_stretches_that_each_may_be_the_last_one_kept(
    tmp_path: Path, name: str, compress: Compress
) -> None:
    path = written(tmp_path, name, compress(MANY))
    batches = list(read_batches(path, None, REACH, SMALL))
    lines = MANY.splitlines(keepends=True)
    assert texts(batches) == [(first + 1, b"".join(lines[first : first + 400])) for first in range(0, len(lines), 400)]
    for kept in (0, 4, 11, 12):
        assert list(read_batches(path, batches[kept].cursor, REACH, SMALL)) == batches[kept + 1 :]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
def test_an_empty_file_is_done_at_once(tmp_path: Path, name: str) -> None:
    [batch] = read_batches(written(tmp_path, name, b""), None, REACH)
    assert batch.lines == b""


@pytest.mark.parametrize("lines", [1, 2, 3, 4, 5, 7])
@pytest.mark.parametrize("block", [1, 3, 17, 64])
@pytest.mark.parametrize("tail", [b"", b"\n"], ids=["last line cut", "last line whole"])
def test_wherever_stretches_and_blocks_end_no_line_is_lost_or_read_twice(
    tmp_path: Path, lines: int, block: int, tail: bytes
) -> None:
    text = b"one\n\ntwo\r\nthree is longer than the others\nfour" + tail
    path = written(tmp_path, "a.jsonl", text)
    limits = Limits(stretch_lines=lines, block_bytes=block)
    batches = list(read_batches(path, None, REACH, limits))
    assert b"".join(batch.lines for batch in batches) == text.removesuffix(b"\n") + b"\n"
    assert [batch.lines.count(b"\n") for batch in batches[:-1]] == [min(lines, 5 - n) for n in range(0, 5, lines)]
    for number, batch in enumerate(batches):
        assert list(read_batches(path, batch.cursor, REACH, limits)) == batches[number + 1 :]


def test_a_stretch_ends_where_it_gets_too_large_whatever_its_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", b"x" * 999 + b"\n" + b"y" * 999 + b"\n" + b"z\n")
    limits = Limits(stretch_bytes=900, block_bytes=100)
    batches = list(read_batches(path, None, REACH, limits))
    assert [batch.lines[:1] for batch in batches] == [b"x", b"y", b"z", b""]
    assert list(read_batches(path, batches[0].cursor, REACH, limits)) == batches[1:]


def test_progress_ends_with_the_size_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl.gz", gzip.compress(MANY))
    told: list[tuple[int, int]] = []
    reach = Reach(REACH.now, REACH.sleep, Path(), None, lambda done, total: told.append((done, total)))
    list(read_batches(path, None, reach, SMALL))
    assert told == sorted(told)
    assert {total for _, total in told} == {path.stat().st_size} == {told[-1][0]}


# --- a file that changed -----------------------------------------------------------------------------------------


def test_a_file_that_changed_is_read_from_its_start(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", MANY)
    batches = list(read_batches(path, None, REACH, SMALL))
    path.write_bytes(MANY + b"more\n")
    for cursor in (batches[0].cursor, batches[-1].cursor):
        assert b"".join(batch.lines for batch in read_batches(path, cursor, REACH, SMALL)) == MANY + b"more\n"


@pytest.mark.parametrize("cursor", ['{"sets": {}}', "7", "nonsense", "2024-06-01"])
def test_a_cursor_of_another_kind_of_source_begins_at_the_start(tmp_path: Path, cursor: str) -> None:
    path = written(tmp_path, "a.jsonl", TEXT)
    assert texts(list(read_batches(path, cursor, REACH))) == [(1, TEXT + b"\n")]


def test_the_fingerprint_tells_size_time_and_both_ends(tmp_path: Path) -> None:
    data = bytes(range(256)) * 1024
    path = written(tmp_path, "a.gz", data)
    os.utime(path, ns=(0, 7))
    before = fingerprint_file(path)
    assert before == f"{len(data)}-7-{hashlib.sha256(data[:65_536] + data[-65_536:]).hexdigest()}"
    for changed in (b"!" + data[1:], data[:-1] + b"!", data + b"!"):
        path.write_bytes(changed)
        os.utime(path, ns=(0, 7))
        assert fingerprint_file(path) != before


# --- damage ------------------------------------------------------------------------------------------------------


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def broken(data: bytes) -> bytes:
    """With other bytes in its middle."""
    middle = len(data) // 2
    return data[:middle] + b"\xff" * 500 + data[middle + 500 :]


def with_another_sum(data: bytes) -> bytes:
    """A zip that tells another CRC of its one file, as if bytes of it had changed."""
    start = data.index(b"PK\x01\x02") + 16
    return data[:start] + bytes(byte ^ 0xFF for byte in data[start : start + 4]) + data[start + 4 :]


DAMAGED = [
    pytest.param("a.gz", cut(gzip.compress(MANY)), id="gz cut off"),
    pytest.param("a.gz", gzip.compress(MANY)[:-1], id="gz without its last byte"),
    pytest.param("a.gz", broken(gzip.compress(MANY)), id="gz with other bytes in it"),
    pytest.param("a.gz", gzip.compress(MANY) + b"trailing", id="gz with a tail"),
    pytest.param("a.zst", zstandard.compress(MANY)[:-1], id="zst without its last byte"),
    pytest.param("a.zst", zstandard.compress(MANY) + cut(zstandard.compress(MANY)), id="zst, second frame cut off"),
    pytest.param("a.zst", zstandard.compress(MANY) + b"trailing", id="zst with a tail"),
    pytest.param("a.zip", with_another_sum(zipped("a.json")(MANY)), id="zip whose text has another check sum"),
]
"""Damage after which something of the file is still to be had."""

LOST = [
    pytest.param("a.gz", TEXT, id="no gz at all"),
    pytest.param("a.zst", TEXT, id="no zst at all"),
    pytest.param("a.zip", TEXT, id="no zip at all"),
    pytest.param("a.zip", cut(zipped("a.json")(MANY)), id="zip cut off: its list of files is at its end"),
    pytest.param("a.gz", gzip.compress(MANY)[:5], id="half a header"),
]


@pytest.mark.parametrize(("name", "data"), [*DAMAGED, *LOST])
def test_a_damaged_file_is_never_taken_for_a_whole_one(tmp_path: Path, name: str, data: bytes) -> None:
    path = written(tmp_path, name, data)
    batches, error = arrive(path)
    assert error is not None and error.retryable
    assert f"{path}: damaged or cut off after line " in error.what
    kept = batches[-1].cursor if batches else None
    again, error = arrive(path, kept)
    assert error is not None and [batch.lines for batch in again] in ([], [b""]), "and it is not done"


@pytest.mark.parametrize(("name", "data"), DAMAGED)
def test_what_was_read_before_the_damage_arrives(tmp_path: Path, name: str, data: bytes) -> None:
    path = written(tmp_path, name, data)
    batches, error = arrive(path)
    arrived = b"".join(batch.lines for batch in batches)
    assert len(arrived) > 20_000 and (MANY + MANY).startswith(arrived)
    whole_lines = len(arrived.splitlines())
    assert error is not None and f"after line {whole_lines}: " in error.what


def with_password() -> bytes:
    """The flag of encryption set in both headers of a zip's one file."""
    data = bytearray(zipped("a.json")(TEXT))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def in_another_compression() -> bytes:
    data = bytearray(zipped("a.json")(TEXT))
    data[8] = data[data.index(b"PK\x01\x02") + 10] = 97
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(broken(zipped("a.json")(MANY)), "damaged or cut off after line", id="with other bytes in it"),
        pytest.param(zipped()(TEXT), "holds 0 files of JSON, not one", id="empty"),
        pytest.param(zipped("README.md")(TEXT), "holds 0 files of JSON, not one", id="no JSON"),
        pytest.param(zipped("a.json", "b.jsonl")(TEXT), "holds 2 files of JSON, not one", id="two"),
        pytest.param(with_password(), "damaged or cut off after line 0: .*password", id="with a password"),
        pytest.param(in_another_compression(), "damaged or cut off after line 0: .*compression", id="packed otherwise"),
    ],
)
def test_a_zip_that_cannot_be_read_is_refused_with_the_reason(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        list(read_batches(written(tmp_path, "a.zip", data), None, REACH))


@pytest.mark.parametrize("missing", ["nowhere.jsonl", "."], ids=["no such file", "a folder"])
def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path, missing: str) -> None:
    with pytest.raises(SourceError, match=r"can't read this source: .*\n  → mend `path`"):
        list(read_batches(tmp_path / missing, None, REACH))
    with pytest.raises(SourceError, match="can't read this source"):
        fingerprint_file(tmp_path / missing)


# --- lines without end -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [1, 2, 3, 100])
@pytest.mark.parametrize(("name", "compress"), [FORMATS[0], FORMATS[1], FORMATS[3], FORMATS[5]])
def test_a_line_without_end_is_skipped_whole_and_the_next_one_is_read(
    tmp_path: Path, name: str, compress: Compress, lines: int
) -> None:
    text = b"first\n" + b"x" * 3000 + b'{"id": "smuggled"}\nnext\n'
    path = written(tmp_path, name, compress(text))
    limits = Limits(stretch_lines=lines, block_bytes=100, line_bytes=1000)
    batches = list(read_batches(path, None, REACH, limits))
    assert b"".join(batch.lines for batch in batches) == b"first\n" + TOO_LONG + b"next\n"
    assert texts(batches)[-1][0] == {1: 3, 2: 3, 3: 1, 100: 1}[lines]
    for number, batch in enumerate(batches):
        assert list(read_batches(path, batch.cursor, REACH, limits)) == batches[number + 1 :]


def test_a_line_without_end_at_the_end_of_the_file_is_skipped_too(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", b"first\n" + b"x" * 3000)
    batches = list(read_batches(path, None, REACH, Limits(block_bytes=100, line_bytes=1000)))
    assert [batch.lines for batch in batches] == [b"first\n" + TOO_LONG, b""]


def test_a_line_of_just_the_greatest_length_is_left_whole(tmp_path: Path) -> None:
    text = b"x" * 999 + b"\nnext\n"
    path = written(tmp_path, "a.jsonl", text)
    assert texts(list(read_batches(path, None, REACH, Limits(block_bytes=100, line_bytes=1000)))) == [(1, text)]
