"""Everything that can go wrong between a harvest and its server: nothing lost, nothing twice, the pace kept."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from pipeline.errors import DeferredError, SourceError
from pipeline.ingest.source import Reach
from pipeline.ingest.sources.arxiv_oai import ArxivOaiSettings
from tests import oai_faults
from tests.harvests import Archive, World, june, preprints, served
from tests.oai_server import Fault, OaiServer, serving
from tests.oai_xml import ServedRecord

DAYS = [1, 1, 1, 1, 2, 2, 2, 3]
PAGES = 4
"""Two to a page: the third and fourth page begin inside a day."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def server(world: World) -> Iterator[OaiServer]:
    with serving(preprints(DAYS), page_size=2) as opened:
        opened.clock = world.now
        yield opened


def settings(server: OaiServer, **changes: Any) -> ArxivOaiSettings:
    values = {"name": "arxiv", "base_url": server.url, "start": june(1), "timeout_seconds": 0.3, "overlap_days": 0}
    return ArxivOaiSettings(**(values | changes))


PASSING = [
    pytest.param(oai_faults.unavailable("20"), 20.0, id="503 with seconds"),
    pytest.param(oai_faults.unavailable("Wed, 03 Jun 2026 06:00:00 GMT"), None, id="503 with a date"),
    pytest.param(oai_faults.unavailable(), 30.0, id="503"),
    pytest.param(oai_faults.too_many(), 30.0, id="429"),
    pytest.param(oai_faults.status(500), 5.0, id="500"),
    pytest.param(oai_faults.hang_up, 5.0, id="no answer"),
    pytest.param(oai_faults.reset_in_body, 5.0, id="reset in mid-page"),
    pytest.param(oai_faults.cut_off(), 5.0, id="cut off"),
    pytest.param(oai_faults.cut_off(chunked=True), 5.0, id="cut off in chunks"),
    pytest.param(oai_faults.cut_off(with_length=False), 5.0, id="cut off with nothing but the XML to tell"),
    pytest.param(oai_faults.cut_off(0.01, with_length=False), 5.0, id="cut off at once"),
    pytest.param(oai_faults.slow(0.4), 5.0, id="silent for too long"),
    pytest.param(oai_faults.changed(b"</ListRecords>", b"</ListRecord>"), 5.0, id="invalid XML"),
    pytest.param(oai_faults.changed(b"<title>", b"<title", 1), 5.0, id="invalid XML in a record"),
    pytest.param(oai_faults.entity_bomb, 5.0, id="entity bomb"),
    pytest.param(oai_faults.html_page, 5.0, id="HTML page"),
    pytest.param(oai_faults.instead(b""), 5.0, id="nothing"),
    pytest.param(oai_faults.instead(b"<OAI-PMH/>"), 5.0, id="an answer that says nothing"),
]


@pytest.mark.parametrize("page", [0, 2])
@pytest.mark.parametrize(("fault", "pause"), PASSING)
def test_a_fault_that_passes_costs_a_pause_and_nothing_else(
    server: OaiServer, world: World, fault: Fault, pause: float | None, page: int
) -> None:
    server.faults += [*[None] * page, fault]
    archive = Archive()
    assert archive.take(settings(server), world.reach())
    assert archive.ids == [one.id for one in server.records]
    assert archive.preprints == served(server)
    assert len(server.log) == PAGES + 1
    assert pause is None or pause in world.slept
    assert sum(world.slept) >= 3.0 * PAGES


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(oai_faults.typed("text/html"), id="wrong content type"),
        pytest.param(oai_faults.typed("application/xml; charset=latin-1"), id="wrong charset"),
        pytest.param(oai_faults.changed(b"<abstract>  An", b"<abstract>  \xc4n", 1), id="Latin-1 bytes"),
        pytest.param(oai_faults.changed(b"<abstract>  An", b"<abstract>  \x0b&nbsp;", 1), id="what XML forbids"),
        pytest.param(oai_faults.changed(b'encoding="UTF-8"', b'encoding="ISO-8859-1"'), id="wrong encoding declared"),
        pytest.param(oai_faults.changed(b'encoding="UTF-8"', b'encoding="UTF-16"'), id="wrong width declared"),
    ],
)
def test_what_is_only_odd_is_read_at_once(server: OaiServer, world: World, fault: Fault) -> None:
    server.faults.append(fault)
    archive = Archive()
    archive.take(settings(server), world.reach())
    assert archive.preprints == served(server)
    assert len(server.log) == PAGES


@pytest.mark.parametrize("kill_after", range(1, PAGES + 1))
@pytest.mark.parametrize("hours", [0, 20], ids=["the same day", "after midnight"])
def test_a_kill_after_any_page_loses_nothing(server: OaiServer, world: World, kill_after: int, hours: int) -> None:
    archive = Archive()
    archive.take(settings(server), world.reach(), kill_after)
    server.log.clear()
    world.time += timedelta(hours=hours)
    archive.take(settings(server), world.reach())
    assert archive.preprints == served(server)
    assert "badResumptionToken" not in "".join(batch.raw.decode() for batch in archive.batches if batch.raw)
    if not hours:
        repeated = archive.ids[2 * kill_after :][: 1 if kill_after == PAGES else 0]
        assert sorted(archive.ids) == sorted([*served(server), *repeated]), "and nothing is fetched twice"


@pytest.mark.parametrize("kill_after", range(1, PAGES))
def test_killed_after_every_single_page_it_still_comes_to_its_end(
    server: OaiServer, world: World, kill_after: int
) -> None:
    archive = Archive()
    kills = 0
    while not archive.take(settings(server), world.reach(), kill_after):
        kills += 1
        assert kills < 3 * PAGES
        if archive.preprints == served(server):
            break
    assert archive.preprints == served(server)


@pytest.mark.parametrize("refused_at", range(1, PAGES))
@pytest.mark.parametrize("code", ["badResumptionToken", "noRecordsMatch"])
def test_a_token_that_is_refused_starts_a_short_list_anew(
    server: OaiServer, world: World, refused_at: int, code: str
) -> None:
    server.faults += [*[None] * refused_at, oai_faults.error(code)]
    archive = Archive()
    archive.take(settings(server), world.reach())
    assert archive.preprints == served(server)
    assert server.log[refused_at + 1].params["from"] == "2026-06-01"


@pytest.mark.parametrize("killed", [False, True], ids=["at once", "after a kill and a midnight"])
def test_a_token_that_is_refused_starts_a_long_list_at_its_last_datestamp(
    server: OaiServer, world: World, killed: bool
) -> None:
    server.records, server.page_size = preprints([1] * 700 + [2] * 700 + [3] * 300), 400
    archive = Archive()
    if killed:
        archive.take(settings(server), world.reach(), kill_after=3)
        world.time += timedelta(days=1)
    else:
        server.faults += [None, None, None, oai_faults.error("badResumptionToken")]
    archive.take(settings(server), world.reach())
    assert archive.preprints == served(server)
    assert [one.params["from"] for one in server.log if "from" in one.params] == ["2026-06-01", "2026-06-02"]
    server.log.clear()
    archive.take(settings(server), world.reach())
    assert server.log[0].params["from"] == "2026-06-03", "the day of the first answer of all"


def test_a_long_list_whose_order_breaks_after_it_was_started_anew_is_read_whole(
    server: OaiServer, world: World
) -> None:
    server.records, server.page_size = preprints([1] * 700 + [2] * 700 + [1] * 300 + [3, 2]), 400
    server.order = lambda record: record.id
    server.faults += [None, None, None, oai_faults.error("badResumptionToken")]
    archive = Archive()
    archive.take(settings(server), world.reach())
    assert archive.preprints == served(server)
    assert [one.params["from"] for one in server.log if "from" in one.params] == [
        "2026-06-01", "2026-06-02", "2026-06-01",
    ]  # fmt: skip


@pytest.mark.parametrize("midnight_after", range(1, PAGES))
def test_midnight_in_the_middle_of_a_list_loses_nothing(server: OaiServer, world: World, midnight_after: int) -> None:
    """Tokens die, and a preprint that was on a page still to come has moved to the new day."""
    world.time = datetime(2026, 6, 3, 23, 59, 59, tzinfo=UTC) - timedelta(seconds=3 * (midnight_after - 1))
    archive = Archive()
    source = settings(server).open(world.reach())
    for number, batch in enumerate(source.batches(None), 1):
        archive.keep(batch)
        if number == midnight_after:
            server.records[-1].revise(june(4), title="Moved")
    assert sum("resumptionToken" in one.params for one in server.log) < len(server.log) - 1, "a token has died"
    assert archive.preprints == served(server)
    server.log.clear()
    archive.take(settings(server), world.reach())
    assert server.log[0].params["from"] == "2026-06-03", "the day of the first answer"


@pytest.mark.parametrize("refused_at", [None, 1, 2])
@pytest.mark.parametrize("seed", range(2, 5))
def test_records_in_any_order_all_arrive(server: OaiServer, world: World, seed: int, refused_at: int | None) -> None:
    shuffled = random.Random(seed).sample(range(len(DAYS)), len(DAYS))
    server.order = lambda record: shuffled[int(record.id[-2:]) - 1]
    if refused_at:
        server.faults += [*[None] * refused_at, oai_faults.error("badResumptionToken")]
    archive = Archive()
    archive.take(settings(server), world.reach())
    assert archive.preprints == served(server)


@pytest.mark.parametrize("kill_after", [None, 1, 2, 3])
def test_the_newest_first_all_arrive_even_after_a_night(
    server: OaiServer, world: World, kill_after: int | None
) -> None:
    server.order = lambda record: (-record.datestamp.toordinal(), record.id)
    archive = Archive()
    archive.take(settings(server), world.reach(), kill_after)
    world.time += timedelta(days=1)
    archive.take(settings(server), world.reach())
    assert archive.preprints == served(server)


def test_records_served_twice_are_lines_of_one_preprint(server: OaiServer, world: World) -> None:
    server.served_twice = True
    archive = Archive()
    archive.take(settings(server), world.reach())
    assert len(archive.ids) == 2 * len(DAYS)
    assert archive.preprints == served(server)


def test_deleted_headers_come_as_deletions(server: OaiServer, world: World) -> None:
    archive = Archive()
    archive.take(settings(server), world.reach())
    server.records[1].deleted = True
    server.records[1].touch(june(4))
    world.time += timedelta(days=1)
    archive.take(settings(server), world.reach())
    assert archive.preprints == served(server)
    assert archive.preprints["2606.00002"] == (0, "", True)


@pytest.mark.parametrize("endless", ["same token", "fresh tokens"])
def test_a_list_without_an_end_is_left_and_neither_stops_another_set_nor_the_next_night(
    server: OaiServer, world: World, endless: Literal["same token", "fresh tokens"]
) -> None:
    server.endless = endless
    server.records += [replace(one, id=f"2607.{one.id[-5:]}", categories="math.NT") for one in preprints([3])]
    both = settings(server, sets=("cs", "math"))
    archive = Archive()
    with pytest.raises(SourceError, match=r"set cs: the server never ends its list(.|\n)*set math: ") as raised:
        archive.take(both, world.reach())
    assert not isinstance(raised.value, DeferredError)
    assert archive.preprints == served(server)
    assert len(server.log) < 4 * PAGES
    server.endless = ""
    for _ in range(2):  # the same day, and the next
        server.records.append(ServedRecord(f"2606.{len(server.records):05d}", june(3), categories="cs.AI"))
        assert archive.take(both, world.reach())
        assert archive.preprints == served(server)
        world.time += timedelta(days=1)


def test_a_list_without_an_end_gives_what_it_has_every_night(server: OaiServer, world: World) -> None:
    server.endless = "fresh tokens"
    archive = Archive()
    for day in (3, 4, 5):
        server.records.append(ServedRecord(f"2606.1000{day}", june(day)))
        with pytest.raises(SourceError, match="never ends"):
            archive.take(settings(server), world.reach())
        assert archive.preprints == served(server)
        world.time += timedelta(days=1)


def test_tokens_that_never_work_end_the_set_and_the_next_night_brings_the_rest(server: OaiServer, world: World) -> None:
    archive = Archive()
    server.faults += [None, oai_faults.error("badResumptionToken")] * 20
    with pytest.raises(SourceError, match="set cs: the server took back its own resumption tokens 6 times"):
        archive.take(settings(server, sets=("cs",)), world.reach())
    server.faults.clear()
    world.time += timedelta(days=1)
    archive.take(settings(server, sets=("cs",)), world.reach())
    assert archive.preprints == served(server)


@pytest.mark.parametrize("at", [0, 2])
@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        pytest.param(oai_faults.too_many(), DeferredError, id="429"),
        pytest.param(oai_faults.unavailable("5"), DeferredError, id="503"),
        pytest.param(oai_faults.hang_up, SourceError, id="down"),
        pytest.param(oai_faults.entity_bomb, SourceError, id="entity bombs"),
        pytest.param(oai_faults.status(403), SourceError, id="403"),
    ],
)
def test_a_fault_that_stays_keeps_what_came_and_the_next_night_brings_the_rest(
    server: OaiServer, world: World, fault: Fault, failure: type[SourceError], at: int
) -> None:
    server.faults += [*[None] * at, *[fault] * 9]
    archive = Archive()
    with pytest.raises(failure) as raised:
        archive.take(settings(server), world.reach())
    assert type(raised.value) is failure
    assert len(archive.batches) == at
    server.faults.clear()
    world.time += timedelta(days=1)
    archive.take(settings(server), world.reach())
    assert archive.preprints == served(server)


def test_the_waits_after_429_are_arxiv_s(server: OaiServer, world: World) -> None:
    server.faults += [oai_faults.too_many()] * 5
    with pytest.raises(DeferredError):
        Archive().take(settings(server), world.reach())
    assert world.slept == [30.0, 60.0, 120.0, 300.0]


def test_a_whole_page_of_2500_records_comes_at_once(server: OaiServer, world: World) -> None:
    server.page_size = 2_500
    server.compressed = True
    server.records = preprints([1] * 2_500 + [2])
    archive = Archive()
    archive.take(settings(server, timeout_seconds=30), world.reach())
    assert [batch.lines.count(b"\n") + 1 for batch in archive.batches] == [2_500, 1]
    assert archive.preprints == served(server)


@pytest.mark.slow
def test_thirty_nights_with_faults_and_kills_end_with_all_that_the_server_has(server: OaiServer, world: World) -> None:
    """Each night some preprints are new, some revised; half of the nights a fault, a kill, or both."""
    chance = random.Random(20260601)
    faults: list[Fault] = [
        oai_faults.unavailable("20"), oai_faults.too_many(), oai_faults.status(502), oai_faults.hang_up,
        oai_faults.reset_in_body, oai_faults.cut_off(with_length=False), oai_faults.entity_bomb, oai_faults.html_page,
        oai_faults.changed(b"<title>", b"<title"), oai_faults.error("badResumptionToken"),
    ]  # fmt: skip
    world.time = datetime(2026, 5, 31, 5, 0, tzinfo=UTC)
    server.records, server.page_size = [], 7
    archive, given_up = Archive(), 0
    for night in range(1, 31):
        today = june(night)
        for number in range(chance.randrange(25)):
            server.records.append(ServedRecord(f"2606.{night:02d}{number:03d}", today, categories="cs.AI"))
        for record in chance.sample(server.records, min(len(server.records), 5)):
            record.revise(today, title=f"Revised on {today}")
        world.time = datetime(2026, 6, night, 5, 0, tzinfo=UTC)
        if chance.random() < 0.5:
            server.faults += chance.choices([*[None] * 5, *faults], k=8)
        try:
            for kill_after in [chance.randrange(1, 4)] * chance.randrange(3):
                archive.take(settings(server), world.reach(), kill_after)
            archive.take(settings(server), world.reach())
            assert archive.preprints == served(server), f"night {night}"
        except SourceError:  # too many faults for one night: the next one brings what is missing
            given_up += 1
        server.faults.clear()
    archive.take(settings(server), world.reach())
    assert archive.preprints == served(server)
    assert given_up < 10


def test_the_pace_holds_on_the_server_s_clock_through_faults_kills_sets_and_sources(tmp_path: Path) -> None:
    """In real time: the pause between the end of an answer and the next request, whatever happened."""
    pace = 0.05
    reach = Reach(lambda: datetime.now(UTC), lambda seconds: time.sleep(min(seconds, pace)), tmp_path, None)
    with serving(preprints(DAYS), page_size=2) as server:
        server.clock = lambda: datetime(2026, 6, 3, 5, 0, tzinfo=UTC)
        one = settings(server, pace_seconds=pace, sets=("cs", "math"))
        other = settings(server, pace_seconds=pace, name="second")
        server.faults += [None, oai_faults.unavailable("0"), oai_faults.reset_in_body, oai_faults.html_page]
        archive = Archive()
        for kill_after in (1, 2, None):
            archive.take(one, reach, kill_after)
        Archive().take(other, reach)
        assert len(server.log) > 2 * PAGES
        assert min(server.pauses()) >= pace
        assert archive.preprints == served(server)


def test_it_keeps_to_one_connection(server: OaiServer, world: World) -> None:
    Archive().take(settings(server, sets=("cs", "math")), world.reach())
    assert len({one.peer for one in server.log}) == 1
