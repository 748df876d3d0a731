"""Hashes: what changes them, and what does not."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pipeline.hashes import content_hash, file_sha256, key_of, record_hash, text_hash
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
    ("change", "text_changes", "record_changes"),
    [
        pytest.param({"title": "Other"}, True, True, id="title"),
        pytest.param({"abstract": "Other."}, True, True, id="abstract"),
        pytest.param({"doi": None}, False, True, id="doi"),
        pytest.param({"journal_ref": "Elsewhere"}, False, True, id="journal reference"),
        pytest.param({"withdrawn": "withdrawn by the authors"}, False, True, id="withdrawal"),
        pytest.param({"versions": (Version(1, date(2024, 1, 28)),)}, False, True, id="versions"),
        pytest.param({"archive_id": "AG-2024.01-0002"}, False, False, id="archive id"),
        pytest.param({}, False, False, id="nothing"),
    ],
)
def test_a_change_of_a_preprint_changes_the_hashes_that_hold_it(
    preprint: Preprint, change: dict[str, Any], text_changes: bool, record_changes: bool
) -> None:
    changed = replace(preprint, **change)
    assert (text_hash(changed) != text_hash(preprint)) == text_changes
    assert (record_hash(changed) != record_hash(preprint)) == record_changes


def test_the_key_of_a_value_does_not_hang_on_the_order_of_its_keys() -> None:
    assert key_of({"a": 1, "b": date(2024, 1, 1)}) == key_of({"b": date(2024, 1, 1), "a": 1})
    assert key_of(["a", "b"]) != key_of(["b", "a"])


def test_a_file_is_hashed_by_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(b"weights")
    assert file_sha256(file) == sha256(b"weights").hexdigest()
