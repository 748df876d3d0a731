"""A source taken in: batch by batch, each kept whole with its cursor, whatever the source does in between."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.errors import DeferredError, LedgerError, SourceError
from pipeline.ingest.intake import MAX_NAMED, take_in, take_in_again
from pipeline.ingest.source import Batch
from pipeline.ingest.sources.jsonl import JsonlSettings
from pipeline.records import HarvestReport, Rejected
from pipeline.store.database import Connection, open_database
from pipeline.store.harvest import load_cursor, save_harvest
from tests.archive import all_preprints, as_lines
from tests.scripted import NOW, ScriptedSettings, archive_in, batch, scripted


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": f"2401.{number:05}", "title": f"Title {number}", "abstract": "Abstract."} | fields


VERSIONS = [{"version": "v1"}, {"version": "v2"}]


def run(
    connection: Connection, folder: Path, entry: ScriptedSettings | JsonlSettings, now: datetime = NOW
) -> HarvestReport:
    return take_in(entry, archive_in(folder, connection, now))


def titles(connection: Connection) -> dict[str, str]:
    return {archive_id: one.title for archive_id, one in all_preprints(connection).items()}


def cursor(connection: Connection) -> str | None:
    return load_cursor(connection, source="arxiv")


# --- what is kept ------------------------------------------------------------------------------------------------


def test_every_batch_is_kept_with_its_cursor_and_counted(connection: Connection, tmp_path: Path) -> None:
    entry = scripted(batch(record(2), record(1)), batch(record(3), record(1, doi="10.1/x")), batch())
    assert run(connection, tmp_path, entry) == HarvestReport("arxiv", pages=2, records=4, new=3, revised=1)
    assert titles(connection) == {
        "AG-2024.01-0001": "Title 2",
        "AG-2024.01-0002": "Title 1",
        "AG-2024.01-0003": "Title 3",
    }
    assert cursor(connection) == "3"
    assert (tmp_path / "ids.csv").read_text() == (
        "archive_id,source,source_id,assigned\n"
        "AG-2024.01-0001,arxiv,2401.00002,2024-06-01\n"
        "AG-2024.01-0002,arxiv,2401.00001,2024-06-01\n"
        "AG-2024.01-0003,arxiv,2401.00003,2024-06-01\n"
    )


def test_the_next_harvest_goes_on_from_the_cursor(connection: Connection, tmp_path: Path) -> None:
    run(connection, tmp_path, scripted(batch(record(1))))
    again = run(connection, tmp_path, scripted(batch(record(7)), batch(record(2))))
    assert (again.records, list(titles(connection).values()), cursor(connection)) == (1, ["Title 1", "Title 2"], "2")


def test_nothing_new_is_a_success(connection: Connection, tmp_path: Path) -> None:
    entry = scripted(batch(record(1)))
    run(connection, tmp_path, entry)
    assert run(connection, tmp_path, entry) == HarvestReport("arxiv")


@pytest.mark.parametrize(
    ("error", "deferred", "warning"),
    [
        pytest.param(
            SourceError("the server burns", "wait"),
            False,
            "source arxiv failed: the server burns\n  → wait",
            id="fails",
        ),
        pytest.param(DeferredError("come back later"), True, "source arxiv put off: come back later", id="puts off"),
    ],
)
def test_an_error_keeps_what_came_before_it_and_the_next_harvest_goes_on_there(
    connection: Connection, tmp_path: Path, error: SourceError, deferred: bool, warning: str
) -> None:
    broken = scripted(batch(record(1)), batch(record(2)), error, batch(record(4)))
    expected = HarvestReport(
        "arxiv", pages=2, records=2, new=2, deferred=deferred, failed=not deferred, warnings=(warning,)
    )
    assert run(connection, tmp_path, broken) == expected
    assert (list(titles(connection).values()), cursor(connection)) == (["Title 1", "Title 2"], "2")
    mended = scripted(batch(record(1)), batch(record(2)), batch(record(3)), batch(record(4)))
    assert run(connection, tmp_path, mended) == HarvestReport("arxiv", pages=2, records=2, new=2)


def test_an_error_before_anything_came_is_told_as_well(connection: Connection, tmp_path: Path) -> None:
    report = run(connection, tmp_path, scripted(SourceError("no such host")))
    assert report == HarvestReport("arxiv", failed=True, warnings=("source arxiv failed: no such host",))


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        pytest.param(b"answer", (["Title 1"], "1"), id="an answer is kept before the next is asked for"),
        pytest.param(None, ([], None), id="what lies on disk is read again"),
    ],
)
def test_a_bug_in_a_source_is_no_error_of_the_source_and_what_was_kept_stays(
    connection: Connection, tmp_path: Path, raw: bytes | None, kept: tuple[list[str], str | None]
) -> None:
    first = batch(record(1), raw=raw, raw_name="1")
    with pytest.raises(ZeroDivisionError):
        run(connection, tmp_path, scripted(first, ZeroDivisionError()))
    assert (list(titles(connection).values()), cursor(connection)) == kept
    assert run(connection, tmp_path, scripted(first, batch(record(2)))).new == 2 - len(kept[0])


def test_a_source_learns_the_newest_change_of_its_origin_but_none_of_the_future(
    connection: Connection, tmp_path: Path
) -> None:
    first = scripted(batch(record(1, update_date="2024-02-03"), record(2, update_date="2024-01-31")))
    run(connection, tmp_path, first)
    twin, stranger = scripted(name="twin", origin="arxiv"), scripted(name="stranger")
    run(connection, tmp_path, twin)
    run(connection, tmp_path, stranger)
    run(connection, tmp_path, scripted(batch(), batch(record(3, update_date="2099-01-01"))))
    run(connection, tmp_path, first)
    reaches = ScriptedSettings.opened_with[-5:]
    assert [reach.latest for reach in reaches] == [None, date(2024, 2, 3), None, date(2024, 2, 3), NOW.date()]
    assert {reach.state_folder for reach in reaches} == {tmp_path}


def test_two_sources_of_one_origin_share_their_preprints_and_two_origins_none(
    connection: Connection, tmp_path: Path
) -> None:
    one = scripted(batch(record(1)), name="snapshot", origin="arxiv")
    two = scripted(batch(record(1), record(2)), name="nightly", origin="arxiv")
    other = scripted(batch(record(1)), name="mirror")
    reports = [run(connection, tmp_path, entry) for entry in (one, two, other)]
    assert [(report.new, report.unchanged) for report in reports] == [(1, 0), (1, 1), (1, 0)]
    assert {archive_id: (found.source, found.source_id) for archive_id, found in all_preprints(connection).items()} == {
        "AG-2024.01-0001": ("arxiv", "2401.00001"),
        "AG-2024.01-0002": ("arxiv", "2401.00002"),
        "AG-2024.01-0003": ("mirror", "2401.00001"),
    }
    assert [load_cursor(connection, source=name) for name in ("snapshot", "nightly", "mirror", "arxiv")] == [
        "1"
    ] * 3 + [None]


# --- what is told ------------------------------------------------------------------------------------------------


def test_a_withdrawal_is_counted_once(connection: Connection, tmp_path: Path) -> None:
    withdrawn = record(1, comments="This paper has been withdrawn by the author")
    unknown = {"id": "2401.00009", "deleted": True}
    entry = scripted(
        batch(record(1), record(2, comments="Withdrawn")), batch(withdrawn, unknown), batch(withdrawn, unknown)
    )
    report = run(connection, tmp_path, entry)
    assert (report.new, report.revised, report.unchanged, report.withdrawn) == (2, 1, 3, 2)


def test_rejected_records_are_named_with_their_places_and_counted_by_reason(
    connection: Connection, tmp_path: Path
) -> None:
    told = batch(
        b"{", record(1), {"id": 7}, {"id": "2401.1"}, {"id": "x"}, record(2, title=""), place="page 3", first=11
    )
    own = replace(told, rejected=(Rejected("page 3, record 9", "no metadata"),))
    assert run(connection, tmp_path, scripted(own)) == HarvestReport(
        "arxiv",
        pages=1,
        records=7,
        new=1,
        rejected=6,
        reasons=(
            ("id is not an id of this source", 2),
            ("id is not text (a number loses its zeros)", 1),
            ("no metadata", 1),
            ("no title", 1),
            ("not a line of JSON in UTF-8", 1),
        ),
        warnings=(
            "page 3, record 9: record skipped: no metadata",
            "page 3:11: record skipped: not a line of JSON in UTF-8",
            "page 3:13: record skipped: id 7 is not text (a number loses its zeros)",
            'page 3:14: record skipped: id "2401.1" is not an id of this source',
            'page 3:15: record skipped: id "x" is not an id of this source',
            "page 3:16: record skipped: no title",
        ),
    )


def test_of_many_rejected_records_some_are_named_and_all_are_counted(connection: Connection, tmp_path: Path) -> None:
    entry = scripted(batch(*[b"{"] * (MAX_NAMED - 1)), batch(*[b"["] * 5), batch(record(1), b"}"))
    report = run(connection, tmp_path, entry)
    assert (report.new, report.rejected) == (1, MAX_NAMED + 5)
    assert report.reasons == (("not a line of JSON in UTF-8", MAX_NAMED + 5),)
    assert len(report.warnings) == MAX_NAMED + 1
    assert report.warnings[-1] == "source arxiv: 5 more records skipped"


def test_what_a_batch_warns_of_is_told(connection: Connection, tmp_path: Path) -> None:
    entry = scripted(batch(record(1), warnings=("the list began anew",)), batch(warnings=("slow",)))
    assert run(connection, tmp_path, entry).warnings == ("the list began anew", "slow")


@pytest.mark.parametrize(
    ("before", "records", "unusual"),
    [
        pytest.param([10, 10], 1, False, id="two harvests tell nothing yet"),
        pytest.param([10, 10, 10], 4, True, id="less than half"),
        pytest.param([10, 10, 10], 5, False, id="half"),
        pytest.param([10, 0, 10, 10], 0, False, id="nothing new"),
        pytest.param([2, 2, 2], 20, False, id="ten times"),
        pytest.param([2, 2, 2], 21, True, id="more than ten times"),
        pytest.param([2, 2, 0, 0, 0], 21, False, id="nights without anything don't count"),
        pytest.param([1, 30, 10, 12], 5, True, id="the median counts"),
    ],
)
def test_an_unusual_number_of_records_is_told(
    connection: Connection, tmp_path: Path, before: list[int], records: int, unusual: bool
) -> None:
    for night, count in enumerate(before):
        save_harvest(connection, started=NOW - timedelta(days=9 - night), report=HarvestReport("arxiv", records=count))
    report = run(connection, tmp_path, scripted(batch(*(record(number) for number in range(records)))))
    usual = sorted(count for count in before if count)
    middle = (usual[len(usual) // 2] + usual[(len(usual) - 1) // 2]) / 2
    told = (
        f"source arxiv: {records} records that were not known, where {middle:,.0f} are usual;"
        " look at its answers if you did not expect that"
    )
    assert report.warnings == ((told,) if unusual else ())


@pytest.mark.parametrize(("fresh", "unusual"), [(0, False), (4, True), (10, False)])
def test_what_is_read_again_says_nothing_of_what_is_usual(
    connection: Connection, tmp_path: Path, fresh: int, unusual: bool
) -> None:
    known = [record(number) for number in range(30)]
    run(connection, tmp_path, scripted(batch(*known)))
    for night in range(3):
        harvest = HarvestReport("arxiv", records=100, new=10, unchanged=90)
        save_harvest(connection, started=NOW + timedelta(days=1 + night), report=harvest)
    again = scripted(batch(*known), batch(*known, *(record(100 + number) for number in range(fresh))))
    assert bool(run(connection, tmp_path, again).warnings) == unusual


def test_what_was_broken_off_tells_nothing_of_what_is_usual(connection: Connection, tmp_path: Path) -> None:
    for broken_off in (
        HarvestReport("arxiv", records=1, deferred=True),
        HarvestReport("arxiv", records=1, failed=True),
    ):
        for _ in range(3):
            save_harvest(connection, started=NOW, report=broken_off)
    assert run(connection, tmp_path, scripted(batch(*map(record, range(30))))).warnings == ()


# --- raw answers -------------------------------------------------------------------------------------------------


def test_raw_answers_are_kept_by_day_and_dropped_in_time(connection: Connection, tmp_path: Path) -> None:
    script: list[Batch] = []
    kept = []
    for day in range(4):
        script.append(batch(record(day), raw=b"<xml/>", raw_name=f"cs-{day}.xml"))
        archive = archive_in(tmp_path, connection, datetime(2024, 6, 1 + day, 3, tzinfo=UTC), raw_days=2)
        take_in(scripted(*script), archive)
        kept.append(
            [path.relative_to(tmp_path / "raw").as_posix() for path in sorted((tmp_path / "raw").rglob("*.zst"))]
        )
    names = [f"arxiv/2024-06-{1 + day:02}/cs-{day}.xml.zst" for day in range(4)]
    assert kept == [names[:1], names[:2], names[:3], names[1:]]


def test_kept_answers_are_read_again_without_the_source_and_its_cursor_stays(
    connection: Connection, tmp_path: Path
) -> None:
    lines = [
        as_lines(record(1, versions=VERSIONS[:1])),
        as_lines(record(2), b"{"),
        as_lines(record(1, title="Newer", versions=VERSIONS)),
    ]
    script = [batch(raw=one, raw_name=f"{number}.jsonl") for number, one in enumerate(lines, 1)]
    entry = scripted(*script)
    run(connection, tmp_path, entry)
    assert (titles(connection), cursor(connection)) == ({}, "3")
    (tmp_path / "raw" / "arxiv" / "2024-06-01" / "4.jsonl.zst").write_bytes(b"not zstd")
    place = f"{tmp_path}/raw/arxiv/2024-06-01"
    again = take_in_again(entry, archive_in(tmp_path, connection))
    assert again == HarvestReport(
        "arxiv",
        pages=3,
        records=5,
        new=2,
        revised=1,
        rejected=2,
        reasons=(("not a line of JSON in UTF-8", 1), ("not an answer: nothing in it", 1)),
        warnings=(
            f"{place}/2.jsonl.zst:2: record skipped: not a line of JSON in UTF-8",
            f"{place}/4.jsonl.zst: record skipped: not an answer: nothing in it",
        ),
    )
    assert (list(titles(connection).values()), cursor(connection)) == (["Newer", "Title 2"], "3")
    assert sorted(path.name for path in Path(place).iterdir()) == [f"{number}.jsonl.zst" for number in range(1, 5)]
    assert take_in_again(entry, archive_in(tmp_path, connection)).unchanged == 3


# --- ids ---------------------------------------------------------------------------------------------------------


def test_ids_that_reached_the_ledger_but_not_the_database_are_given_again(
    connection: Connection, tmp_path: Path
) -> None:
    """As if the process had been killed between the two: the transaction fails at its very end."""
    no_cursor: Any = object()
    doomed = batch(record(2), record(1), cursor=no_cursor)
    with pytest.raises(duckdb.Error):
        run(connection, tmp_path, scripted(doomed))
    assert (titles(connection), cursor(connection)) == ({}, None)
    ledger = (tmp_path / "ids.csv").read_bytes()
    assert ledger.count(b"\n") == 3
    run(connection, tmp_path, scripted(batch(record(3), record(1)), batch(record(2))))
    assert titles(connection) == {
        "AG-2024.01-0001": "Title 2",
        "AG-2024.01-0002": "Title 1",
        "AG-2024.01-0003": "Title 3",
    }
    assert (tmp_path / "ids.csv").read_bytes() == ledger + b"AG-2024.01-0003,arxiv,2401.00003,2024-06-01\n"


def test_a_database_rebuilt_from_nothing_gets_the_same_ids_in_whatever_order_its_records_come(tmp_path: Path) -> None:
    records = [record(2), record(1), record(3, id="2312.00001"), record(4)]
    with open_database(None) as connection:
        run(connection, tmp_path, scripted(batch(*records[:2]), batch(*records[2:])))
        before = titles(connection)
    ledger = (tmp_path / "ids.csv").read_bytes()
    with open_database(None) as connection:
        run(connection, tmp_path, scripted(batch(*records[::-1], record(5))))
        assert titles(connection) == before | {"AG-2024.01-0004": "Title 5"}
    assert (tmp_path / "ids.csv").read_bytes() == ledger + b"AG-2024.01-0004,arxiv,2401.00005,2024-06-01\n"


def test_a_lost_ledger_is_refused_and_no_other_begun(connection: Connection, tmp_path: Path) -> None:
    run(connection, tmp_path, scripted(batch(record(1))))
    (tmp_path / "ids.csv").unlink()
    with pytest.raises(LedgerError, match=r"restore ids\.csv from a backup"):
        run(connection, tmp_path, scripted(batch(record(1)), batch(record(2))))
    assert not (tmp_path / "ids.csv").exists()
    assert list(titles(connection)) == ["AG-2024.01-0001"]


# --- a file ------------------------------------------------------------------------------------------------------


def jsonl(path: Path) -> JsonlSettings:
    return JsonlSettings(name="arxiv", kind="jsonl", path=path)


def test_a_file_is_read_once_and_anew_where_it_changed(connection: Connection, tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_bytes(as_lines(record(1), record(2)))
    reports = [run(connection, tmp_path, jsonl(path)) for _ in range(2)]
    path.write_bytes(as_lines(record(1), record(2, title="New"), record(3)))
    reports.append(run(connection, tmp_path, jsonl(path)))
    assert reports == [
        HarvestReport("arxiv", pages=1, records=2, new=2),
        HarvestReport("arxiv"),
        HarvestReport("arxiv", pages=1, records=3, new=1, revised=1, unchanged=1),
    ]
    assert list(titles(connection).values()) == ["Title 1", "New", "Title 3"]


def test_a_file_that_was_cut_off_fails_and_is_read_again_once_it_is_whole(
    connection: Connection, tmp_path: Path
) -> None:
    whole = gzip.compress(b"".join(json.dumps(record(number)).encode() + b"\n" for number in range(1, 3001)))
    path = tmp_path / "feed.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    assert run(connection, tmp_path, jsonl(path)).failed
    path.write_bytes(whole)
    report = run(connection, tmp_path, jsonl(path))
    assert (report.failed, report.records, len(titles(connection))) == (False, 3000, 3000)
