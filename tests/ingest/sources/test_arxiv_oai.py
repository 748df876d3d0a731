"""arXiv's OAI-PMH source against a real server: what it asks for, what it hands on, where it goes on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.errors import DeferredError, SourceError
from pipeline.ingest.oai import parse_answer
from pipeline.ingest.sources.arxiv_oai import ArxivOaiSettings
from tests import oai_faults
from tests.harvests import Archive, World, june, lines_of, preprints, served
from tests.oai_server import OaiServer, serving
from tests.oai_xml import ServedRecord

Asked = list[dict[str, str]]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def server(world: World) -> Iterator[OaiServer]:
    """Seven preprints of three days, three to a page."""
    with serving(preprints([1, 1, 1, 1, 2, 2, 3]), page_size=3) as opened:
        opened.clock = world.now
        yield opened


def settings(server: OaiServer, **changes: Any) -> ArxivOaiSettings:
    values = {"name": "arxiv", "base_url": server.url, "start": june(1), "overlap_days": 0}
    return ArxivOaiSettings(**(values | changes))


def asked(server: OaiServer) -> Asked:
    """The arguments of the requests so far, without the verb; tokens as what they lead to."""
    found = []
    for one in server.log:
        assert one.params["verb"] == "ListRecords"
        found.append({name: value for name, value in one.params.items() if name != "verb"})
    server.log.clear()
    return found


def test_a_harvest_brings_every_record_once_page_by_page(server: OaiServer, world: World) -> None:
    archive = Archive()
    assert archive.take(settings(server), world.reach())
    assert archive.ids == [one.id for one in server.records]
    assert [len(lines_of([batch])) for batch in archive.batches] == [3, 3, 1]
    assert archive.preprints == served(server)


def test_it_asks_for_arxiv_raw_and_then_by_token_alone(server: OaiServer, world: World) -> None:
    Archive().take(settings(server, sets=("cs:cs:AI",)), world.reach())
    first, second, third = asked(server)
    assert first == {"metadataPrefix": "arXivRaw", "from": "2026-06-01", "set": "cs:cs:AI"}
    assert second.keys() == third.keys() == {"resumptionToken"}


def test_every_version_comes_with_its_date_and_a_deletion_as_one(server: OaiServer, world: World) -> None:
    server.records = [ServedRecord("2606.00001", june(1)), ServedRecord("2606.00002", june(2), deleted=True)]
    server.records[0].revise(june(2), source_type="I", comments="Withdrawn")
    archive = Archive()
    archive.take(settings(server), world.reach())
    revised, deleted = lines_of(archive.batches)
    assert revised["versions"] == [
        {"version": "v1", "created": "Mon, 01 Jun 2026 12:00:00 GMT", "source_type": None},
        {"version": "v2", "created": "Tue, 02 Jun 2026 12:00:00 GMT", "source_type": "I"},
    ]
    assert (revised["comments"], revised["update_date"]) == ("Withdrawn", "2026-06-02")
    assert (deleted["id"], deleted["deleted"]) == ("2606.00002", True)


@pytest.mark.parametrize(
    ("start", "latest", "since"),
    [
        pytest.param(june(2), june(1), "2026-06-02", id="a start is obeyed"),
        pytest.param(None, june(1), "2026-05-25", id="else a week before the newest"),
        pytest.param(None, None, "2026-05-27", id="else a week before today"),
        pytest.param(None, date(2031, 1, 1), "2026-05-27", id="never after today"),
    ],
)
def test_a_first_harvest_begins(
    server: OaiServer, world: World, start: date | None, latest: date | None, since: str
) -> None:
    Archive().take(settings(server, start=start), world.reach(latest))
    assert asked(server)[0]["from"] == since


def test_the_next_night_asks_from_the_day_of_the_last_answer_and_finds_only_what_is_new(
    server: OaiServer, world: World
) -> None:
    archive = Archive()
    archive.take(settings(server), world.reach())
    asked(server)
    world.time += timedelta(days=1)
    server.records[0].revise(june(4), title="Better")
    server.records += [ServedRecord("2606.00008", june(3)), ServedRecord("2606.00009", june(4))]
    before = len(archive.ids)
    archive.take(settings(server), world.reach())
    assert asked(server)[0] == {"metadataPrefix": "arXivRaw", "from": "2026-06-03"}
    assert archive.ids[before:] == ["2606.00007", "2606.00008", "2606.00001", "2606.00009"]
    assert archive.preprints == served(server)


@pytest.mark.parametrize(("overlap_days", "lost"), [(0, ["2606.00004"]), (1, [])])
def test_a_record_that_slips_by_while_its_day_is_read_comes_with_the_next_night(
    server: OaiServer, world: World, overlap_days: int, lost: list[str]
) -> None:
    """The token counts the records of a day; one of them moves to another day, and the one behind it takes its place."""
    server.records = preprints([2] * 7)
    archive = Archive()
    for number, batch in enumerate(settings(server).open(world.reach()).batches(None)):
        archive.keep(batch)
        if number == 0:
            server.records[0].revise(june(3), title="Better")
    assert "2606.00004" not in archive.ids
    world.time += timedelta(days=1)
    archive.take(settings(server, overlap_days=overlap_days), world.reach())
    assert sorted(served(server).keys() - archive.preprints.keys()) == lost


def test_nothing_new_is_success_and_moves_the_cursor(server: OaiServer, world: World) -> None:
    server.records = []
    archive = Archive()
    for _ in range(3):
        assert archive.take(settings(server), world.reach())
        world.time += timedelta(days=1)
    assert [one["from"] for one in asked(server)] == ["2026-06-01", "2026-06-03", "2026-06-04"]
    assert [batch.lines for batch in archive.batches] == [b""] * 3
    assert len({batch.cursor for batch in archive.batches}) == 3


def test_raw_answers_come_along_under_names_in_their_order(server: OaiServer, world: World) -> None:
    archive = Archive()
    archive.take(settings(server, sets=("physics:quant-ph", "cs:cs:AI")), world.reach(), kill_after=2)
    archive.take(settings(server, sets=("physics:quant-ph", "cs:cs:AI")), world.reach())
    archive.take(settings(server), world.reach())
    names = [batch.raw_name for batch in archive.batches]
    assert names[:3] == ["0000001-physics-quant-ph.xml", "0000002-cs-cs-AI.xml", "0000003-physics-quant-ph.xml"]
    assert names[-1].endswith("-all.xml")
    assert names == sorted(set(names))
    for batch in archive.batches:
        assert batch.raw is not None
        assert b"\n".join(parse_answer(batch.raw, "").lines) == batch.lines


def test_progress_is_told_in_records(server: OaiServer, world: World) -> None:
    told: list[tuple[int, int]] = []
    Archive().take(settings(server), replace(world.reach(), progress=lambda done, total: told.append((done, total))))
    assert told == [(3, 0), (6, 0), (7, 0)]


def test_a_set_that_is_refused_stops_no_other_and_is_named_at_the_end(server: OaiServer, world: World) -> None:
    archive = Archive()
    with pytest.raises(SourceError, match=r"set nonsense: the server says badArgument: .*Set does not exist"):
        archive.take(settings(server, sets=("nonsense", "cs:cs:AI", "stat")), world.reach())
    assert archive.preprints == served(server)
    server.log.clear()
    with pytest.raises(SourceError, match="set nonsense"):
        archive.take(settings(server, sets=("nonsense", "cs:cs:AI")), world.reach())
    assert [one.get("from") for one in asked(server)] == ["2026-06-01", "2026-06-03"], "each set has its own cursor"


def test_a_preprint_of_two_sets_comes_with_each(server: OaiServer, world: World) -> None:
    server.records = preprints([1], "math-ph")
    archive = Archive()
    archive.take(settings(server, sets=("physics:math-ph", "math:math:MP", "physics:math-ph")), world.reach())
    assert archive.ids == ["2606.00001"] * 2


def test_a_server_that_is_down_is_left_after_three_sets(world: World) -> None:
    with serving() as closed:
        pass
    archive = Archive()
    with pytest.raises(SourceError, match="ConnectError") as raised:
        archive.take(settings(closed, sets=("cs", "math", "stat", "econ", "eess")), world.reach())
    assert raised.value.what.count("ConnectError") == 3
    assert archive.batches == []


def test_a_server_that_wants_to_be_left_alone_ends_the_harvest_and_the_next_goes_on(
    server: OaiServer, world: World
) -> None:
    archive = Archive()
    server.faults += [oai_faults.error("badArgument"), None, *[oai_faults.too_many()] * 5]
    with pytest.raises(DeferredError, match=r"HTTP 429(.|\n)*set stat: the server says badArgument"):
        archive.take(settings(server, sets=("stat", "cs", "math")), world.reach())
    assert len(archive.batches) == 1
    archive.take(settings(server, sets=("stat", "cs", "math")), world.reach())
    assert archive.ids == [one.id for one in server.records]


def test_a_page_with_a_broken_record_is_asked_for_again_before_the_record_is_given_up(
    server: OaiServer, world: World
) -> None:
    broken = oai_faults.changed(b"<title>Title 2", b"<title>Title < 2")
    server.faults += [broken, broken]
    healed = Archive()
    healed.take(settings(server), world.reach())
    assert healed.preprints == served(server)
    server.faults += [broken] * 3
    given_up = Archive()
    given_up.take(settings(server), world.reach())
    assert sorted(served(server).keys() - given_up.preprints.keys()) == ["2606.00002"]
    rejected = [one for batch in given_up.batches for one in batch.rejected]
    assert [one.place.partition("ListRecords")[2] for one in rejected] == [
        "&metadataPrefix=arXivRaw&from=2026-06-01 record 2 (oai:arXiv.org:2606.00002)"
    ]
    assert given_up.batches[0].warnings


def test_a_cursor_of_another_kind_begins_a_week_before_the_newest(server: OaiServer, world: World) -> None:
    archive = Archive(cursor="9f86d081884c7d659a2feaa0c55ad015")
    archive.take(settings(server, start=None), world.reach(june(2)))
    assert asked(server)[0]["from"] == "2026-05-26"


def test_a_list_that_is_longer_than_allowed_goes_on_the_next_time(server: OaiServer, world: World) -> None:
    archive = Archive()
    with pytest.raises(SourceError, match="the list of all sets: no end after 2 pages"):
        archive.take(settings(server, max_pages=2), world.reach())
    archive.take(settings(server, max_pages=2), world.reach())
    assert archive.ids == [one.id for one in server.records]


def test_all_sources_of_one_origin_keep_one_pace(server: OaiServer, world: World) -> None:
    Archive().take(settings(server, pace_seconds=7), world.reach())
    Archive().take(settings(server, name="other", pace_seconds=7, sets=("cs",)), world.reach())
    assert world.slept == [7.0] * 5
    assert [file.name for file in world.folder.iterdir()] == ["arxiv.last-request"]


@pytest.mark.parametrize("name", ["cs", "cs:cs:AI", "physics:quant-ph", "physics:cond-mat:mtrl-sci", "q-bio:q-bio:BM"])
def test_set_names(name: str) -> None:
    assert ArxivOaiSettings(name="arxiv", sets=(name,)).sets == (name,)


@pytest.mark.parametrize("name", ["", "cs.AI", "CS", "cs:", "cs:cs:AI:x", "cs&verb=Identify", "cs cs", "../x"])
def test_what_is_no_set_name(name: str) -> None:
    with pytest.raises(ValidationError, match="sets"):
        ArxivOaiSettings(name="arxiv", sets=(name,))


def test_what_is_no_address() -> None:
    for url in ("", "oaipmh.arxiv.org", "ftp://x/oai", "https://x/oai?verb=Identify"):
        with pytest.raises(ValidationError, match="base_url"):
            ArxivOaiSettings(name="arxiv", base_url=url)


def test_the_defaults_are_arxiv_s() -> None:
    made = ArxivOaiSettings(name="preprints")
    assert (made.origin_name, made.base_url, made.pace_seconds) == ("arxiv", "https://oaipmh.arxiv.org/oai", 3.0)
    assert made.sets == ()
