"""Bytes of lines as a table: every line once, with its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.lines import CHUNK_LINES, NOT_UTF8, SEARCHED_BYTES, line_ends, lines_table


def rows(text: bytes, first: int = 1) -> list[tuple[int, str]]:
    return [(row["number"], row["line"]) for row in lines_table(text, first).to_pylist()]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"one", ["one\n"], id="no newline at all"),
        pytest.param(b"one\ntwo\n", ["one\n", "two\n"], id="whole lines"),
        pytest.param(b"one\ntwo", ["one\n", "two\n"], id="the last one without its newline"),
        pytest.param(
            b"one\r\n\n \ntwo\r", ["one\r\n", "\n", " \n", "two\r\n"], id="carriage returns and blank lines stay"
        ),
        pytest.param(
            "größe\u2028日本\x85\x0b\x0c!\n".encode(), ["größe\u2028日本\x85\x0b\x0c!\n"], id="only newlines part"
        ),
        pytest.param(
            b"\xef\xbb\xbfone\n\xef\xbb\xbftwo\n", ["one\n", "\ufefftwo\n"], id="a byte order mark at the start"
        ),
        pytest.param(b"\xef\xbb\xbf", [], id="a byte order mark alone"),
        pytest.param(b"one\ncaf\xe9\ntwo\n", ["one\n", f"{NOT_UTF8.decode()}\n", "two\n"], id="one that is not UTF-8"),
        pytest.param(b"\xff\xfe\n\xc3\n\xa9", ["not UTF-8\n"] * 3, id="a character cut in two by a newline"),
        pytest.param(b"\xed\xa0\x80\n\xf5\x80\x80\x80\n\xc0\x80", ["not UTF-8\n"] * 3, id="what UTF-8 forbids"),
        pytest.param(b"\x00\n", ["\x00\n"], id="a null"),
    ],
)
def test_lines_come_whole_with_their_numbers(text: bytes, lines: list[str]) -> None:
    assert rows(text, 41) == list(enumerate(lines, 41))


def test_many_lines_come_in_chunks_that_are_read_in_parallel() -> None:
    table = lines_table(b"x\n" * (2 * CHUNK_LINES + 1), 1)
    assert [len(chunk) for chunk in table.column("line").chunks] == [CHUNK_LINES, CHUNK_LINES, 1]
    assert table.column("number").to_pylist() == list(range(1, 2 * CHUNK_LINES + 2))


@given(st.lists(st.binary(max_size=8) | st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace"))))
def test_whatever_the_bytes_every_line_comes_once(parts: list[bytes]) -> None:
    text = b"\n".join(parts)
    found = rows(text)
    assert len(found) == len(text.removeprefix(b"\xef\xbb\xbf").removesuffix(b"\n").split(b"\n")) or not found
    assert all(line.endswith("\n") and line.count("\n") == 1 for _, line in found)


def test_lines_end_where_they_end_on_either_side_of_what_is_searched_at_a_time() -> None:
    near = (0, SEARCHED_BYTES - 1, SEARCHED_BYTES, 2 * SEARCHED_BYTES - 2)
    text = bytearray(b"x" * (2 * SEARCHED_BYTES))
    for place in near:
        text[place] = ord("\n")
    assert line_ends(bytes(text)).tolist() == [place + 1 for place in near]
    assert line_ends(b"").tolist() == []
