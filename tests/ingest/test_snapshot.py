"""Bulk files: plain or compressed, whole or damaged."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from pipeline.errors import SourceError
from pipeline.ingest.snapshot import MAX_LINE_BYTES, fingerprint_file, read_lines

TEXT = b'{"id": "1"}\n\n   \n{"id": "2"}\r\n{"id": "3"}'
LINES = [(1, b'{"id": "1"}\n'), (4, b'{"id": "2"}\r\n'), (5, b'{"id": "3"}')]
MANY = b"".join(b"%d %s\n" % (number, hashlib.sha256(b"%d" % number).hexdigest().encode()) for number in range(5000))


def plain(data: bytes) -> bytes:
    return data


def halves(compress: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Two compressed files, one after the other, parted in the middle of a line."""
    return lambda data: compress(data[:5]) + compress(data[5:])


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


FORMATS = [
    pytest.param("a.jsonl", plain, id="plain"),
    pytest.param("a.jsonl.gz", gzip.compress, id="gz"),
    pytest.param("a.jsonl.gz", halves(gzip.compress), id="gz, two members"),
    pytest.param("a.jsonl.zst", zstandard.compress, id="zst"),
    pytest.param("a.jsonl.zst", halves(zstandard.compress), id="zst, two frames"),
]


@pytest.mark.parametrize(("name", "compress"), FORMATS)
def test_lines_come_with_their_numbers_and_blank_ones_are_left_out(
    tmp_path: Path, name: str, compress: Callable[[bytes], bytes]
) -> None:
    assert list(read_lines(written(tmp_path, name, compress(TEXT)))) == LINES


@pytest.mark.parametrize(("name", "compress"), FORMATS)
def test_many_lines_all_arrive(tmp_path: Path, name: str, compress: Callable[[bytes], bytes]) -> None:
    assert b"".join(line for _, line in read_lines(written(tmp_path, name, compress(MANY)))) == MANY


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
def test_an_empty_file_has_no_lines(tmp_path: Path, name: str) -> None:
    assert list(read_lines(written(tmp_path, name, b""))) == []


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("a.gz", cut(gzip.compress(MANY)), id="gz cut off"),
        pytest.param("a.gz", gzip.compress(MANY)[:-1], id="gz without its last byte"),
        pytest.param("a.gz", gzip.compress(MANY)[:1000] + b"\xff" * 1000, id="gz with other bytes in it"),
        pytest.param("a.gz", gzip.compress(MANY) + b"trailing", id="gz with a tail"),
        pytest.param("a.gz", TEXT, id="no gz at all"),
        pytest.param("a.zst", cut(zstandard.compress(MANY)), id="zst cut off"),
        pytest.param("a.zst", zstandard.compress(MANY)[:-1], id="zst without its last byte"),
        pytest.param("a.zst", zstandard.compress(MANY) + cut(zstandard.compress(MANY)), id="zst, second frame cut off"),
        pytest.param("a.zst", zstandard.compress(MANY)[:1000] + b"\xff" * 1000, id="zst with other bytes in it"),
        pytest.param("a.zst", TEXT, id="no zst at all"),
    ],
)
def test_a_damaged_file_is_never_taken_for_a_whole_one(tmp_path: Path, name: str, data: bytes) -> None:
    path = written(tmp_path, name, data)
    with pytest.raises(SourceError, match="damaged or cut off after line") as refused:
        list(read_lines(path))
    assert str(path) in str(refused.value)
    assert refused.value.retryable


def test_what_was_read_before_the_damage_arrives(tmp_path: Path) -> None:
    path = written(tmp_path, "a.gz", cut(gzip.compress(MANY)))
    arrived: list[bytes] = []
    with pytest.raises(SourceError):
        arrived.extend(line for _, line in read_lines(path))  # a list keeps what came before the error
    assert b"".join(arrived) == MANY[: len(b"".join(arrived))]


def test_a_line_without_end_is_cut_and_its_rest_is_no_line_of_its_own(tmp_path: Path) -> None:
    smuggled = b'{"id": "smuggled"}'
    path = written(tmp_path, "a.jsonl", b"x" * MAX_LINE_BYTES + smuggled + b"\nnext\n")
    assert list(read_lines(path)) == [(1, b"x" * MAX_LINE_BYTES), (2, b"next\n")]


@pytest.mark.parametrize("tail", [b"", b"\n", b"\nnext\n"])
def test_a_line_of_just_the_greatest_length_is_left_whole(tmp_path: Path, tail: bytes) -> None:
    longest = b"x" * (MAX_LINE_BYTES - 1)
    found = list(read_lines(written(tmp_path, "a.jsonl", longest + tail)))
    assert b"".join(line for _, line in found) == longest + tail
    assert [number for number, _ in found] == [1, 2][: len(found)]


@pytest.mark.parametrize("read", [lambda path: list(read_lines(path)), fingerprint_file], ids=["lines", "fingerprint"])
@pytest.mark.parametrize("missing", ["nowhere.jsonl", "."], ids=["no such file", "a folder"])
def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path, read: Callable[[Path], object], missing: str) -> None:
    with pytest.raises(SourceError, match=r"can't read this source: .*\n  → mend `path`"):
        read(tmp_path / missing)


def test_progress_ends_with_the_size_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl.gz", gzip.compress(MANY))
    told: list[int] = []
    list(read_lines(path, told.append))
    assert told == sorted(told)
    assert (len(told), told[-1]) == (11, path.stat().st_size)


def test_the_fingerprint_is_of_the_file_as_it_lies_on_disk(tmp_path: Path) -> None:
    data = gzip.compress(TEXT)
    assert fingerprint_file(written(tmp_path, "a.gz", data)) == hashlib.sha256(data).hexdigest()
