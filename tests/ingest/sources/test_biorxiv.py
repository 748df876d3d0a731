"""bioRxiv and medRxiv against a server of the details interface on loopback."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import SourceError
from pipeline.ingest.source import Batch, Source
from pipeline.ingest.sources.biorxiv import BiorxivSettings, MedrxivSettings
from tests.details_server import DetailsServer, Row, in_json, posting
from tests.harvests import World
from tests.loopback import running

DAYS = ("2026-06-08", "2026-06-09", "2026-06-10")


def rows(count: int, **changed: Any) -> list[Row]:
    return [posting(number, DAYS[number * 3 // count], **changed) for number in range(count)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, datetime(2026, 6, 10, 12, tzinfo=UTC))


@pytest.fixture
def server() -> Iterator[DetailsServer]:
    with running(DetailsServer(rows(75))) as opened:
        yield opened


def open_source(server: DetailsServer, world: World, latest: date | None = None, **named: Any) -> Source:
    entry = BiorxivSettings(name="bio", kind="biorxiv", base_url=server.address, **named)
    return entry.open(world.reach(latest))


def records(batches: list[Batch]) -> list[dict[str, Any]]:
    return [json.loads(line) for batch in batches for line in batch.lines.splitlines()]


def keys(batches: list[Batch]) -> list[str]:
    return [f"{record['id']} {record['versions'][0]['version']}" for record in records(batches)]


def all_keys(server: DetailsServer) -> set[str]:
    return {f"{row['doi']} {row['version']}" for row in server.rows}


@pytest.mark.parametrize("page_size", [1, 2, 30, 37, 100])
def test_pages_of_any_size_are_read_to_the_end(server: DetailsServer, world: World, page_size: int) -> None:
    server.page_size = page_size
    batches = list(open_source(server, world).batches(None))
    assert sorted(keys(batches)) == sorted(all_keys(server))
    assert [batch.rejected + batch.warnings for batch in batches if batch.rejected or batch.warnings] == []


def test_each_request_begins_at_the_last_row_of_the_one_before(server: DetailsServer, world: World) -> None:
    list(open_source(server, world).batches(None))
    asked = [f"/details/biorxiv/2026-06-03/2026-06-09/{offset}/json" for offset in (0, 29, 49)]
    assert server.asked[:3] == asked
    assert server.asked[3] == "/details/biorxiv/2026-06-10/2026-06-10/0/json"


@pytest.mark.parametrize("page_size", [30, 50])
def test_the_end_of_the_list_is_found_without_the_total(server: DetailsServer, world: World, page_size: int) -> None:
    server.overstatement, server.page_size = 5_000, page_size
    assert len(keys(list(open_source(server, world).batches(None)))) == 75
    assert len(server.asked) <= 6


@pytest.mark.parametrize(
    ("start", "latest", "first"),
    [
        (date(2026, 5, 1), date(2026, 6, 9), "2026-05-01"),
        (None, date(2026, 6, 8), "2026-06-01"),
        (None, None, "2026-06-03"),
        (date(2027, 1, 1), None, "2026-06-10"),
    ],
    ids=["start", "newest known", "nothing known", "start in the future"],
)
def test_a_first_harvest_begins_at(
    server: DetailsServer, world: World, start: date | None, latest: date | None, first: str
) -> None:
    next(iter(open_source(server, world, latest, start=start).batches(None)))
    assert server.asked[0].split("/")[3] == first


def test_a_long_time_is_read_week_by_week(server: DetailsServer, world: World) -> None:
    server.rows = [posting(number, f"2026-05-{number:02d}") for number in range(1, 31)]
    batches = list(open_source(server, world, start=date(2026, 5, 1)).batches(None))
    assert set(keys(batches)) == all_keys(server)
    weeks = ["2026-05-01", "2026-05-08", "2026-05-15", "2026-05-22", "2026-05-29", "2026-06-05"]
    assert sorted({path.split("/")[3] for path in server.asked}) == weeks


def test_the_next_night_begins_a_day_before_the_last_one(server: DetailsServer, world: World) -> None:
    cursor = list(open_source(server, world).batches(None))[-1].cursor
    world.time += timedelta(days=1)
    server.rows.append(posting(99, "2026-06-09", abstract="Posted late."))
    server.asked.clear()
    batches = list(open_source(server, world).batches(cursor))
    assert server.asked[0] == "/details/biorxiv/2026-06-09/2026-06-11/0/json"
    assert "10.64898/2026.05.000099 1" in keys(batches)


def test_a_harvest_cut_off_days_ago_keeps_its_days_and_then_reads_on(server: DetailsServer, world: World) -> None:
    server.rows = [posting(number, "2026-06-10") for number in range(40)]
    source = open_source(server, world, start=date(2026, 6, 10))
    before = [next(iter(source.batches(None)))]
    server.rows += [posting(number, "2026-06-12") for number in range(40, 50)]
    world.time += timedelta(days=3)
    server.asked.clear()
    after = list(open_source(server, world).batches(before[-1].cursor))
    assert server.asked[0] == "/details/biorxiv/2026-06-10/2026-06-10/29/json"
    assert "/details/biorxiv/2026-06-09/2026-06-13/0/json" in server.asked
    assert set(keys(before + after)) == all_keys(server)


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("on_request", [2, 3, 4])
def test_rows_that_come_between_two_pages_are_found_the_same_night(
    server: DetailsServer, world: World, newest_first: bool, on_request: int
) -> None:
    server.newest_first = newest_first
    server.rows = [posting(number, DAYS[number % 2]) for number in range(75)]

    def post(number: int) -> None:
        if number == on_request:
            server.rows[:0] = [posting(100 + more, DAYS[more % 2]) for more in range(4)]

    server.on_request = post
    batches = list(open_source(server, world, start=date(2026, 6, 8)).batches(None))
    assert all_keys(server) <= set(keys(batches))
    assert any("moved while it was read" in warning for batch in batches for warning in batch.warnings)


def test_rows_that_go_between_two_pages_take_none_with_them(server: DetailsServer, world: World) -> None:
    server.on_request = lambda number: server.rows.__delitem__(slice(0, 3)) if number == 2 else None
    batches = list(open_source(server, world).batches(None))
    assert all_keys(server) <= set(keys(batches))


def test_a_list_that_never_rests_is_taken_as_it_comes(server: DetailsServer, world: World) -> None:
    server.newest_first = True
    server.on_request = lambda number: server.rows.append(posting(1000 + number, "2026-06-10")) if number < 12 else None
    source = open_source(server, world, start=date(2026, 6, 8))
    batches = list(source.batches(None))
    assert {f"10.64898/2026.05.{number:06d} 1" for number in range(75)} <= set(keys(batches))
    moved = [batch for batch in batches if batch.warnings]
    assert "some of its rows may be missing" in moved[-1].warnings[0]
    assert [len(keys([batch])) for batch in moved] == [
        len(json.loads(batch.raw or b"")["collection"]) for batch in moved
    ]


def test_an_empty_body_is_asked_for_again(server: DetailsServer, world: World) -> None:
    server.bodies = [b"", b"<html>busy</html>", in_json({"messages": [{"status": "error: try again"}]})]
    assert len(keys(list(open_source(server, world).batches(None)))) == 75


def test_bodies_that_stay_empty_are_an_error_after_what_came_before(server: DetailsServer, world: World) -> None:
    batches = open_source(server, world).batches(None)
    first = next(batches)
    server.bodies = [b""] * 50
    with pytest.raises(SourceError, match="an empty answer"):
        next(batches)
    server.bodies = []
    rest = list(open_source(server, world).batches(first.cursor))
    assert sorted(keys([first, *rest])) == sorted(all_keys(server))


def test_nothing_posted_is_success(world: World) -> None:
    with running(DetailsServer([])) as server:
        (batch,) = open_source(server, world, start=date(2026, 6, 9)).batches(None)
    assert (batch.lines, batch.rejected, json.loads(batch.cursor or "")) == (b"", (), {"from": "2026-06-09"})


def test_a_server_that_ignores_the_offset_is_left(server: DetailsServer, world: World) -> None:
    server.ignores_offset = True
    with pytest.raises(SourceError, match="the rows of the page before it again"):
        list(open_source(server, world).batches(None))
    assert len(server.asked) == 2


def test_a_list_without_end_is_left_after_so_many_pages(server: DetailsServer, world: World) -> None:
    server.on_request = lambda number: server.rows.extend(
        posting(number * 100 + more, "2026-06-10") for more in range(30)
    )
    with pytest.raises(SourceError, match="no end after 7 pages"):
        list(open_source(server, world, max_pages=7).batches(None))
    assert len(server.asked) == 7


def test_every_version_is_a_line_of_its_own(world: World) -> None:
    versions = [posting(1, "2026-06-08"), posting(1, "2026-06-09", version=2), posting(1, "2026-06-10", version=3)]
    with running(DetailsServer(versions)) as server:
        found = records(list(open_source(server, world).batches(None)))
    assert {record["id"] for record in found} == {"10.64898/2026.05.000001"}
    assert [record["versions"] for record in found] == [
        [{"version": f"{number}", "created": f"2026-06-{7 + number:02d}", "source_type": None}] for number in (1, 2, 3)
    ]


def test_each_answer_is_kept_as_it_came(server: DetailsServer, world: World) -> None:
    batches = list(open_source(server, world).batches(None))
    assert [batch.raw_name for batch in batches[:2]] == [
        "2026-06-03-2026-06-09-0-000000.json",
        "2026-06-03-2026-06-09-0-000029.json",
    ]
    assert all(batch.raw and json.loads(batch.raw)["messages"] for batch in batches)


def test_a_row_that_can_not_be_read_is_named(server: DetailsServer, world: World) -> None:
    server.rows[1] = posting(1, "2026-06-08", doi=5)
    batches = list(open_source(server, world).batches(None))
    (rejected,) = [one for batch in batches for one in batch.rejected]
    assert rejected.place.endswith("/details/biorxiv/2026-06-03/2026-06-09/0/json row 2")
    assert len(keys(batches)) == 74


def test_both_servers_share_the_interface_and_its_pace(server: DetailsServer, world: World) -> None:
    server.rows += rows(10, server="medRxiv")
    medrxiv = MedrxivSettings(name="med", kind="medrxiv", base_url=server.address)
    found = list(medrxiv.open(world.reach()).batches(None))
    assert len(keys(found)) == 10
    list(open_source(server, world).batches(None))
    assert [round(pause) for pause in world.slept] == [3] * (len(server.asked) - 1)
    assert (medrxiv.origin_name, BiorxivSettings(name="bio", kind="biorxiv").origin_name) == ("medrxiv", "biorxiv")
