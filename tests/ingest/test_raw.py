"""Raw answers: kept whole and compressed, never replaced, found again in their order, and dropped in time."""

from datetime import date
from pathlib import Path

import pytest
import zstandard

from pipeline.ingest.raw import drop_old, keep_raw, kept_answers
from pipeline.ingest.source import Batch

TODAY = date(2024, 6, 1)


def keep(folder: Path, name: str, content: bytes, today: date = TODAY) -> None:
    keep_raw(folder, "arxiv", today, Batch(b"", "place", "cursor", raw=content, raw_name=name))


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_an_answer_is_kept_by_source_and_day_and_read_as_it_came(tmp_path: Path) -> None:
    content = bytes(range(256)) * 100
    keep(tmp_path, "cs-00001.xml", content)
    assert files(tmp_path) == ["arxiv/2024-06-01/cs-00001.xml.zst"]
    assert zstandard.decompress((tmp_path / "arxiv/2024-06-01/cs-00001.xml.zst").read_bytes()) == content
    assert list(kept_answers(tmp_path, "arxiv")) == [(tmp_path / "arxiv/2024-06-01/cs-00001.xml.zst", content)]


def test_a_batch_without_an_answer_leaves_nothing(tmp_path: Path) -> None:
    keep_raw(tmp_path, "arxiv", TODAY, Batch(b"{}", "place", "cursor"))
    assert list(tmp_path.iterdir()) == []


def test_no_answer_replaces_another_and_all_are_found_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    came = [(1, "b-01.xml"), (1, "b-02.xml"), (1, "b-01.xml"), (1, "b-01.xml"), (2, "a-01.xml"), (2, "b-01.xml")]
    for number, (day, name) in enumerate(came):
        keep(tmp_path, name, b"%d" % number, date(2024, 6, day))
    assert [content for _, content in kept_answers(tmp_path, "arxiv")] == [b"0", b"2", b"3", b"1", b"4", b"5"]
    assert all(path.name.endswith(".xml.zst") for path, _ in kept_answers(tmp_path, "arxiv"))


def test_what_a_kill_left_half_written_is_no_answer_and_in_nobodys_way(tmp_path: Path) -> None:
    day = tmp_path / "arxiv" / "2024-06-01"
    day.mkdir(parents=True)
    (day / "cs.xml.part").write_bytes(b"half")
    assert list(kept_answers(tmp_path, "arxiv")) == []
    keep(tmp_path, "cs.xml", b"whole")
    assert files(tmp_path) == ["arxiv/2024-06-01/cs.xml.zst"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no zstd", id="something else"),
        pytest.param(zstandard.compress(b"x" * 1000)[:-3], id="cut off"),
    ],
)
def test_an_answer_that_cannot_be_unpacked_any_more_is_empty_and_the_others_are_read(
    tmp_path: Path, content: bytes
) -> None:
    keep(tmp_path, "a.xml", b"first")
    keep(tmp_path, "c.xml", b"last")
    (tmp_path / "arxiv/2024-06-01/b.xml.zst").write_bytes(content)
    assert [found for _, found in kept_answers(tmp_path, "arxiv")] == [b"first", b"", b"last"]


def test_a_source_that_kept_nothing_has_nothing(tmp_path: Path) -> None:
    assert list(kept_answers(tmp_path / "nowhere", "arxiv")) == []
    assert drop_old(tmp_path / "nowhere", "arxiv", TODAY, 0) == 0


@pytest.mark.parametrize(
    ("days", "left"),
    [
        pytest.param(0, ["2024-06-01"], id="today only"),
        pytest.param(1, ["2024-05-31", "2024-06-01"], id="and yesterday"),
        pytest.param(30, ["2024-05-02", "2024-05-31", "2024-06-01"], id="thirty days"),
    ],
)
def test_days_that_are_older_are_dropped(tmp_path: Path, days: int, left: list[str]) -> None:
    kept = [date(2023, 12, 31), date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 31), TODAY]
    for day in kept:
        keep(tmp_path, "a.xml", b"", day)
    assert drop_old(tmp_path, "arxiv", TODAY, days) == len(kept) - len(left)
    assert sorted(path.name for path in (tmp_path / "arxiv").iterdir()) == left


def test_nothing_but_days_of_that_source_is_dropped(tmp_path: Path) -> None:
    mine, elsewhere = tmp_path / "raw" / "arxiv", tmp_path / "elsewhere"
    for folder in (mine / "2024-13-45", mine / "my notes", tmp_path / "raw" / "osf" / "2020-01-01", elsewhere):
        folder.mkdir(parents=True)
        (folder / "a").touch()
    (mine / "2020-01-01").symlink_to(elsewhere)
    (mine / "2020-01-02").touch()
    before = files(tmp_path)
    assert drop_old(tmp_path / "raw", "arxiv", TODAY, 1) == 0
    assert files(tmp_path) == before
