"""A folder of saved answers: each file once, bad ones named, and a night that is replayed comes out the same."""

import gzip
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

import pipeline.ingest.sources.oai_folder as oai_folder
from pipeline.errors import SourceError
from pipeline.ingest.sources.arxiv_oai import ArxivOaiSettings
from pipeline.ingest.sources.oai_folder import OaiFolderSettings
from tests.harvests import Archive, World, june, lines_of, preprints
from tests.oai_server import OaiServer, serving

DATA = Path(__file__).parents[4] / "shared" / "data" / "oai"


def page(first: int, count: int = 2) -> bytes:
    """An answer with preprints of June, numbered from `first`."""
    with OaiServer(preprints([1] * (first + count - 1))[first - 1 :]) as server:
        server.clock = lambda: datetime(2026, 6, 3, tzinfo=UTC)
        return server.answer([("verb", "ListRecords"), ("metadataPrefix", "arXivRaw")]).encode()


def take(folder: Path, archive: Archive | None = None) -> Archive:
    archive = archive or Archive()
    archive.take(OaiFolderSettings(name="saved", path=folder), World(folder).reach())
    return archive


def numbers(archive: Archive) -> list[int]:
    return [int(one.partition(".")[2]) for one in archive.ids]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files, plain and compressed, whose names are not in the order in which they were written."""
    (tmp_path / "2026-06-02").mkdir()
    (tmp_path / "2026-06-02" / "1.xml").write_bytes(page(5))
    (tmp_path / "2026-06-01").mkdir()
    (tmp_path / "2026-06-01" / "2.xml.zst").write_bytes(zstandard.compress(page(3)))
    (tmp_path / "2026-06-01" / "1.xml.gz").write_bytes(gzip.compress(page(1)))
    (tmp_path / "2026-06-01" / "notes.txt").write_text("no answer", encoding="utf-8")
    return tmp_path


def test_files_are_read_in_the_order_of_their_names(folder: Path) -> None:
    archive = take(folder)
    assert numbers(archive) == [1, 2, 3, 4, 5, 6]
    assert [batch.place.rpartition("/")[2] for batch in archive.batches] == ["1.xml.gz", "2.xml.zst", "1.xml"]
    assert {batch.raw for batch in archive.batches} == {None}


def test_a_second_reading_finds_nothing_and_a_third_only_what_was_added(folder: Path) -> None:
    archive = take(folder)
    assert len(take(folder, archive).batches) == 3
    (folder / "2026-06-01" / "0.xml").write_bytes(page(7))
    (folder / "2026-06-02" / "1.xml").write_bytes(page(8, 1))
    assert numbers(take(folder, archive))[6:] == [7, 8, 8]


def test_a_file_that_is_gone_is_forgotten(folder: Path) -> None:
    archive = take(folder)
    whole = len(archive.cursor or "")
    (folder / "2026-06-01" / "1.xml.gz").unlink()
    (folder / "2026-06-03.xml").write_bytes(page(9))
    (folder / "2026-06-02" / "1.xml").unlink()
    take(folder, archive)
    assert numbers(archive)[6:] == [9, 10]
    assert len(archive.cursor or "") < whole


@pytest.mark.parametrize("kill_after", [1, 2, 3])
def test_a_kill_between_two_files_loses_none_and_repeats_none(folder: Path, kill_after: int) -> None:
    archive = Archive()
    settings = OaiFolderSettings(name="saved", path=folder)
    archive.take(settings, World(folder).reach(), kill_after)
    archive.take(settings, World(folder).reach())
    assert numbers(archive) == [1, 2, 3, 4, 5, 6]


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("b.xml", page(1)[:-20], "not read: cut off after", id="cut off"),
        pytest.param("b.xml", b"<html/>", "a document of <html>", id="HTML"),
        pytest.param("b.xml", b"", "no OAI-PMH answer", id="empty"),
        pytest.param("b.xml.gz", cut(gzip.compress(page(1))), "Compressed file ended", id="gz, cut off"),
        pytest.param("b.xml.gz", page(1), "Not a gzipped file", id="no gz"),
        pytest.param("b.xml.zst", cut(zstandard.compress(page(1))), "not read: ", id="zst, cut off"),
        pytest.param("b.xml.zst", page(1), "not read: ", id="no zst"),
    ],
)
def test_a_bad_file_is_named_and_the_others_go_on(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / "a.xml").write_bytes(page(1))
    (tmp_path / name).write_bytes(content)
    (tmp_path / "c.xml").write_bytes(page(3))
    archive = take(tmp_path)
    assert numbers(archive) == [1, 2, 3, 4]
    (rejected,) = [one for batch in archive.batches for one in batch.rejected]
    assert rejected.place == str(tmp_path / name)
    assert reason in rejected.reason
    assert len(take(tmp_path, archive).batches) == 3, "and it is not read again"


def test_a_broken_record_is_rejected_by_itself(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(page(1, 3).replace(b"<title>Title 2", b"<title>Title < 2"))
    archive = take(tmp_path)
    assert numbers(archive) == [1, 3]
    assert archive.batches[0].rejected[0].place == f"{tmp_path}/a.xml record 2 (oai:arXiv.org:2606.00002)"
    assert archive.batches[0].warnings


def test_an_answer_that_is_an_error_is_a_warning(tmp_path: Path) -> None:
    for name, code in (("a", "badResumptionToken"), ("b", "noRecordsMatch")):
        (tmp_path / f"{name}.xml").write_text(f"<OAI-PMH><error code='{code}'/></OAI-PMH>", encoding="utf-8")
    archive = take(tmp_path)
    assert [batch.warnings for batch in archive.batches] == [
        (f"{tmp_path}/a.xml: holds an error, not records: badResumptionToken",), (),
    ]  # fmt: skip


def test_a_file_that_unpacks_to_too_much_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai_folder, "MAX_FILE_BYTES", 1 << 20)
    compressors: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (("gz", gzip.compress), ("zst", zstandard.compress))
    for ending, compress in compressors:
        (tmp_path / f"a.xml.{ending}").write_bytes(compress(bytes(2 << 20)))
    rejected = [one.reason for batch in take(tmp_path).batches for one in batch.rejected]
    assert rejected == ["not read: more than 1 MB"] * 2


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere: no such folder"):
        take(tmp_path / "nowhere")


def test_an_empty_folder_holds_nothing_new(tmp_path: Path) -> None:
    assert take(tmp_path).batches == []


def test_a_cursor_of_another_kind_is_none(folder: Path) -> None:
    for cursor in ("9f86d081", "{}", "[1]"):
        assert len(take(folder, Archive(cursor=cursor)).ids) == 6


def test_a_name_that_is_no_text_is_read_too(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.xml")).write_bytes(page(1))
    assert len(take(tmp_path).ids) == 2


def test_a_night_that_was_kept_is_replayed_to_the_same_lines(tmp_path: Path) -> None:
    world = World(tmp_path / "state")
    with serving(preprints([1, 1, 2, 3, 3]), page_size=2) as server:
        server.clock = world.now
        night = Archive()
        night.take(ArxivOaiSettings(name="arxiv", base_url=server.url, start=june(1)), world.reach())
    kept = tmp_path / "raw"
    kept.mkdir()
    for batch in night.batches:
        assert batch.raw is not None
        (kept / f"{batch.raw_name}.zst").write_bytes(zstandard.compress(batch.raw))
    assert lines_of(take(kept).batches) == lines_of(night.batches)


def test_the_shared_answers_are_read(tmp_path: Path) -> None:
    if not DATA.exists():
        pytest.skip(f"{DATA} is not at hand")
    archive = take(DATA / "rendered_arxiv_2026")
    assert len(set(archive.ids)) == 509
    assert [batch.rejected for batch in archive.batches if batch.rejected] == []
