"""OSF Preprints against a server of its interface on loopback."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.errors import SourceError
from pipeline.ingest.source import Batch, Source
from pipeline.ingest.sources.osf import OsfSettings
from tests.harvests import World, lines_of
from tests.loopback import running
from tests.osf_server import OsfServer, Row, preprint

START = datetime(2026, 6, 8, 9)


def changed(minutes: int) -> str:
    return (START + timedelta(minutes=minutes, microseconds=minutes)).isoformat(timespec="microseconds")


def preprints(count: int, first: int = 0) -> list[Row]:
    return [preprint(f"{number:05d}", changed(number)) for number in range(first, first + count)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, datetime(2026, 6, 10, 12, tzinfo=UTC))


@pytest.fixture
def server() -> Iterator[OsfServer]:
    with running(OsfServer(preprints(25), largest_page=10)) as opened:
        yield opened


def open_source(server: OsfServer, world: World, latest: date | None = None, **named: Any) -> Source:
    entry = OsfSettings(name="osf", kind="osf", base_url=f"{server.address}/v2", **named)
    return entry.open(world.reach(latest))


def harvest(server: OsfServer, world: World, cursor: str | None = None, **named: Any) -> list[Batch]:
    return list(open_source(server, world, **named).batches(cursor))


def ids(batches: list[Batch]) -> set[str]:
    return {line["id"] for line in lines_of(batches)}


def asked(server: OsfServer) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(path).query) for path in server.asked]


def test_a_resource_is_one_version_of_one_preprint(world: World) -> None:
    row = preprint("abcde", changed(1), version=2, doi="10.1000/sea.7", date_published="2026-06-01T10:00:00.000000")
    with running(OsfServer([row])) as server:
        (line,) = lines_of(harvest(server, world))
    assert line == {
        "id": "abcde",
        "title": "What abcde remembers",
        "abstract": "We asked abcde about the sea. Version 2 tells what was said.",
        "authors": None,
        "people": ["Ada Brandt", "Jun Sato"],
        "categories": "cognitive-psychology social-and-behavioral-sciences",
        "comments": None,
        "journal-ref": "doi:10.1000/sea.7",
        "doi": "10.31234/osf.io/abcde_v2",
        "license": "CC-By Attribution 4.0 International",
        "versions": [{"version": "2", "created": "2026-06-01T10:00:00.000000", "source_type": None}],
        "update_date": "2026-06-08T09:01:00.000001",
        "withdrawn": None,
        "deleted": False,
    }


@pytest.mark.parametrize(
    ("facts", "withdrawn"),
    [
        ({"date_withdrawn": "2026-06-02T10:00:00"}, "withdrawn on 2026-06-02"),
        ({"date_withdrawn": "2026-06-02T10:00:00", "withdrawal_justification": "Bad data."}, "Bad data."),
        ({"date_withdrawn": None, "withdrawal_justification": "asked for"}, None),
    ],
)
def test_a_withdrawal_is_told_with_its_reason(world: World, facts: dict[str, Any], withdrawn: str | None) -> None:
    with running(OsfServer([preprint("abcde", changed(1), **facts)])) as server:
        (line,) = lines_of(harvest(server, world))
    assert line["withdrawn"] == withdrawn


def test_all_versions_of_a_preprint_have_one_id(world: World) -> None:
    with running(OsfServer([preprint("abcde", changed(number), version=number) for number in (1, 2, 3)])) as server:
        found = lines_of(harvest(server, world))
    assert [(line["id"], line["versions"][0]["version"]) for line in found] == [("abcde", str(n)) for n in (1, 2, 3)]


def test_a_list_of_several_pages_is_read_to_its_end(server: OsfServer, world: World) -> None:
    assert ids(harvest(server, world)) == {f"{number:05d}" for number in range(25)}
    assert [one["filter[date_modified][gte]"] for one in asked(server)] == [
        ["2026-06-03T00:00:00"],
        [changed(9)],
        [changed(18)],
    ]
    assert [one["page"] for one in asked(server)] == [["1"]] * 3


@pytest.mark.parametrize("alone", [0, 3, 10])
@pytest.mark.parametrize("bulk", [20, 25, 30])
def test_changes_of_one_instant_may_fill_several_pages(server: OsfServer, world: World, alone: int, bulk: int) -> None:
    server.rows = preprints(alone + bulk + 12)
    for row in server.rows[alone : alone + bulk]:
        row["attributes"]["date_modified"] = changed(alone)
    for row in server.rows[alone + bulk :]:
        row["attributes"]["date_modified"] = changed(alone + 1)
    assert len(ids(harvest(server, world))) == len(server.rows)


@pytest.mark.parametrize("on_request", [2, 3])
def test_preprints_that_change_or_go_between_two_pages_take_none_with_them(
    server: OsfServer, world: World, on_request: int
) -> None:
    def move(number: int) -> None:
        if number == on_request:
            del server.rows[3:6]
            server.rows[0]["attributes"] |= {"date_modified": changed(100), "title": "Changed meanwhile"}

    server.on_request = move
    found = harvest(server, world)
    assert ids(found) == {f"{number:05d}" for number in range(25)}
    assert "Changed meanwhile" in {line["title"] for line in lines_of(found)}


def test_the_next_harvest_begins_a_day_before_the_last_change(server: OsfServer, world: World) -> None:
    cursor = harvest(server, world)[-1].cursor
    server.rows += preprints(1, first=3_000)
    server.asked.clear()
    world.time += timedelta(days=3)
    assert "03000" in ids(harvest(server, world, cursor))
    assert asked(server)[0]["filter[date_modified][gte]"] == ["2026-06-07T09:24:00.000024"]


@pytest.mark.parametrize(
    ("start", "latest", "since"),
    [
        (date(2026, 5, 1), date(2026, 6, 9), "2026-05-01"),
        (None, date(2026, 6, 9), "2026-06-02"),
        (None, None, "2026-06-03"),
    ],
)
def test_a_first_harvest_begins_at(
    server: OsfServer, world: World, start: date | None, latest: date | None, since: str
) -> None:
    next(iter(open_source(server, world, latest, start=start).batches('{"from": "another kind"}')))
    assert asked(server)[0]["filter[date_modified][gte]"] == [f"{since}T00:00:00"]


def test_nothing_new_is_success_and_moves_nothing(world: World) -> None:
    with running(OsfServer([])) as server:
        (first,) = harvest(server, world)
        (second,) = harvest(server, world, first.cursor)
    assert (first.lines, second.lines, first.cursor) == (b"", b"", second.cursor)


def test_one_community_can_be_asked_for(server: OsfServer, world: World) -> None:
    server.rows += [preprint("socie", changed(50), provider="socarxiv")]
    assert ids(harvest(server, world, provider="socarxiv")) == {"socie"}


def test_a_link_that_leads_elsewhere_is_not_followed(server: OsfServer, world: World) -> None:
    server.next_host = "http://127.0.0.1:9"
    assert len(ids(harvest(server, world))) == 25


def test_a_server_that_knows_no_sorting_is_refused_before_anything_is_lost(server: OsfServer, world: World) -> None:
    server.knows_sorting = False
    server.rows.reverse()
    with pytest.raises(SourceError, match="not in the order of the last change"):
        harvest(server, world)


def test_a_server_that_goes_round_in_circles_is_left(server: OsfServer, world: World) -> None:
    page = server.answer("/v2/preprints/?sort=date_modified")[2]
    server.bodies = [page] * 20
    with pytest.raises(SourceError, match="the rows of the page before it again"):
        harvest(server, world)
    assert len(server.asked) == 2


def test_a_list_without_end_is_left_after_so_many_pages(server: OsfServer, world: World) -> None:
    server.on_request = lambda number: server.rows.extend(preprints(10, first=number * 100))
    with pytest.raises(SourceError, match="no end after 4 pages"):
        harvest(server, world, max_pages=4)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"data": 5}', b'{"data": [5]}', b'{"data": [{"attributes": {"date_modified": "soon"}}]}']
)
def test_an_answer_that_is_no_list_is_asked_for_again(server: OsfServer, world: World, body: bytes) -> None:
    server.bodies = [body]
    assert len(ids(harvest(server, world))) == 25


def test_a_refusal_says_what_the_server_said(server: OsfServer, world: World) -> None:
    entry = OsfSettings(name="osf", kind="osf", base_url=f"{server.address}/elsewhere")
    with pytest.raises(SourceError, match="Not found"):
        list(entry.open(world.reach()).batches(None))


def test_more_authors_than_the_list_shows_are_warned_of(world: World) -> None:
    crowd = [f"Author {number}" for number in range(12)]
    with running(OsfServer([preprint("abcde", changed(1), authors=crowd)])) as server:
        (batch,) = harvest(server, world)
    assert lines_of([batch])[0]["people"] == crowd[:10]
    assert batch.warnings == ("1 preprints have more authors than the ten that OSF lists with them",)


@pytest.mark.parametrize(
    "odd",
    [
        {"subjects": 5},
        {"subjects": [5, [None, {"text": 5}, {"text": "Music"}]]},
        {"title": 5, "description": None, "doi": []},
        {"date_withdrawn": 5, "version": None},
    ],
)
def test_odd_values_leave_the_rest(world: World, odd: dict[str, Any]) -> None:
    with running(OsfServer([preprint("abcde", changed(1), **odd)])) as server:
        (line,) = lines_of(harvest(server, world))
    assert line["id"] == "abcde"


def test_a_resource_without_id_is_rejected(server: OsfServer, world: World) -> None:
    answer = json.loads(server.answer("/v2/preprints/?sort=date_modified")[2])
    answer["data"][0]["id"] = 5
    answer["links"]["next"] = None
    server.bodies = [json.dumps(answer).encode()]
    (batch,) = harvest(server, world)
    assert [one.reason for one in batch.rejected] == ["no id, or one that is not text"]
    assert len(ids([batch])) == 9
