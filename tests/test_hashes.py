"""Hashes: what changes them, and what does not."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pipeline.hashes import content_hash, file_sha256, key_of, text_hash
from pipeline.records import Preprint, Version


def test_a_hash_is_the_same_on_every_machine() -> None:
    assert content_hash("Magic states", "café") == "1455f61ec84ed10086d8abee8883d822"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("ab", "c"), ("a", "bc"), id="where a part ends"),
        pytest.param(("ab",), ("ab", ""), id="an empty part"),
        pytest.param(("a", "b"), ("b", "a"), id="the order"),
        pytest.param((), ("",), id="no part at all"),
    ],
)
def test_parts_are_kept_apart(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert content_hash(*one) != content_hash(*other)


@pytest.mark.parametrize(
    ("change", "changes_it"),
    [
        pytest.param({"title": "Other"}, True, id="title"),
        pytest.param({"abstract": "Other."}, True, id="abstract"),
        pytest.param({"doi": None}, False, id="doi"),
        pytest.param({"withdrawn": "withdrawn by the authors"}, False, id="withdrawal"),
        pytest.param({"versions": (Version(1, date(2024, 1, 28)),)}, False, id="versions"),
        pytest.param({"archive_id": "AG-2024.01-0002"}, False, id="archive id"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_the_hash_of_a_text_changes_with_title_and_abstract_alone(
    preprint: Preprint, change: dict[str, Any], changes_it: bool
) -> None:
    assert (text_hash(replace(preprint, **change)) != text_hash(preprint)) == changes_it


def test_title_and_abstract_are_kept_apart(preprint: Preprint) -> None:
    one, other = (replace(preprint, title=title, abstract=rest) for title, rest in (("A B", "C."), ("A", "B C.")))
    assert text_hash(one) != text_hash(other)


def test_the_key_of_a_value_does_not_hang_on_the_order_of_its_keys() -> None:
    assert key_of({"a": 1, "b": date(2024, 1, 1)}) == key_of({"b": date(2024, 1, 1), "a": 1})
    assert key_of(["a", "b"]) != key_of(["b", "a"])


def test_a_file_is_hashed_by_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(b"weights")
    assert file_sha256(file) == sha256(b"weights").hexdigest()
