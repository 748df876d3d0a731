"""The page on sources: its examples are settings that work, and no kind is left out."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipeline.ingest.sources import KINDS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
ENTRIES: list[dict[str, Any]] = [
    entry for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) for entry in tomllib.loads(block)["sources"]
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_each_example_is_a_valid_entry(entry: dict[str, Any]) -> None:
    assert KINDS[entry["kind"]].model_validate(entry).name == entry["name"]


def test_every_kind_has_an_example_and_a_row_with_its_origin() -> None:
    assert {entry["kind"] for entry in ENTRIES} == KINDS.keys()
    rows = dict(re.findall(r"^\| `([a-z-]+)` \|.*\| (\S.*) \|$", PAGE, re.MULTILINE))
    origins = {
        kind: f"`{entry.default_origin}`" if entry.default_origin else "the entry's name"
        for kind, entry in KINDS.items()
    }
    assert rows == origins


def test_every_file_that_is_named_is_there() -> None:
    named = set(re.findall(r"`((?:pipeline|tests)/[\w/.]+)`", PAGE))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
    assert len(named) > 5
