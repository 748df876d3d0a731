"""Files of JSON lines, arXiv's own and those of others: one reader, two origins."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.ingest.source import Reach
from pipeline.ingest.sources.jsonl import ArxivSnapshotSettings, JsonlSettings

REACH = Reach(lambda: datetime(2024, 6, 1, tzinfo=UTC), lambda seconds: None, Path(), None)


@pytest.mark.parametrize(
    ("entry", "origin"),
    [
        pytest.param(JsonlSettings(name="letters", kind="jsonl", path=Path("a.jsonl")), "letters", id="of others"),
        pytest.param(
            ArxivSnapshotSettings(name="bulk", kind="arxiv-snapshot", path=Path("a.jsonl")), "arxiv", id="arXiv's"
        ),
    ],
)
def test_a_file_is_read_from_where_it_was_left(tmp_path: Path, entry: JsonlSettings, origin: str) -> None:
    assert entry.origin_name == origin
    (tmp_path / "a.jsonl").write_bytes(b'{"id": "1"}\n{"id": "2"}\n')
    source = entry.rebased(tmp_path).open(REACH)
    first, last = source.batches(None)
    assert (first.lines, last.lines) == (b'{"id": "1"}\n{"id": "2"}\n', b"")
    assert list(source.batches(first.cursor)) == [last]
    assert list(source.batches(last.cursor)) == []
