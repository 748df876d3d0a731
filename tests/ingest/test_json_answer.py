"""Answers in JSON: whole ones, broken ones, and paths through them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.json_answer import dig, list_at, read_object, text_at


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(b'{"a": 1}', {"a": 1}, id="plain"),
        pytest.param('{"a": "größer"}'.encode(), {"a": "größer"}, id="UTF-8"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', {"a": 1}, id="byte order mark"),
        pytest.param('{"a": "größer", "b": 2}'.encode("latin-1"), {"a": "gr��er", "b": 2}, id="Latin-1"),
        pytest.param(b'{"a": "\\ud800x", "b": 2}', {"a": "?x", "b": 2}, id="half a surrogate pair"),
    ],
)
def test_an_object_is_read(content: bytes, found: object) -> None:
    assert read_object(content) == found


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b" \n", "empty", id="blanks"),
        pytest.param(b'{"a": [1, 2', "cut short", id="cut"),
        pytest.param(b"<html>down</html>", "not JSON", id="HTML"),
        pytest.param(b"[1]", "a JSON list", id="a list"),
        pytest.param(b'{"a": NaN}', "not JSON", id="no number"),
        pytest.param(b"[" * 100_000, "not JSON", id="deep"),
    ],
)
def test_anything_else_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_object(content)


@given(st.binary(max_size=80))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(read_object(content), dict)


def test_paths_lead_to_values_or_nowhere() -> None:
    value = {"a": {"b": "text", "c": [1], "d": " ", "e": 5}}
    assert dig(value, "a", "e") == 5
    assert dig(value, "a", "b", "c") is None
    assert dig([], "a") is None
    assert [text_at(value, "a", key) for key in "bcdex"] == ["text", None, None, None, None]
    assert [list_at(value, "a", key) for key in "bcx"] == [[], [1], []]
