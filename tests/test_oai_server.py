"""The test server speaks OAI-PMH as arXiv does: a harvest that passes against it must mean something."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import httpx2
import pytest
from lxml import etree

from tests import oai_faults
from tests.oai_server import OaiServer, serving
from tests.oai_xml import ServedRecord, record_of, render_metadata

SHARED = Path(__file__).parents[2] / "shared" / "data"
NS = "{http://www.openarchives.org/OAI/2.0/}"
CLIENT = httpx2.Client(verify=False)  # loopback only
RAW = "{http://arxiv.org/OAI/arXivRaw/}"


def june(day: int) -> date:
    return date(2026, 6, day)


@pytest.fixture
def server() -> Iterator[OaiServer]:
    """Seven preprints of three days, three to a page."""
    records = [
        ServedRecord("2606.00001", june(1), categories="cs.AI"),
        ServedRecord("2606.00002", june(1), categories="quant-ph cs.AI"),
        ServedRecord("2606.00003", june(1), categories="math-ph"),
        ServedRecord("2606.00004", june(1), categories="cs.AI"),
        ServedRecord("hep-th/9901001", june(2), categories="hep-th"),
        ServedRecord("2606.00006", june(2), categories="astro-ph.CO"),
        ServedRecord("2606.00007", june(3), categories="cs.AI", deleted=True),
    ]
    with serving(records, page_size=3) as opened:
        opened.clock = lambda: datetime(2026, 6, 3, 5, 0, tzinfo=UTC)
        yield opened


def ask(server: OaiServer, **params: str) -> Any:
    named = {name.replace("from_", "from"): value for name, value in params.items()}
    reply = CLIENT.get(server.url, params=named)
    assert reply.status_code == 200
    return etree.fromstring(reply.content)


def ids(answer: Any) -> list[str]:
    return [one.text.removeprefix("oai:arXiv.org:") for one in answer.iter(f"{NS}identifier")]


def token(answer: Any) -> str | None:
    found = answer.find(f".//{NS}resumptionToken")
    return None if found is None else found.text or ""


def code(answer: Any) -> str | None:
    found = answer.find(f"{NS}error")
    return None if found is None else found.get("code")


def whole_list(server: OaiServer, **params: str) -> list[list[str]]:
    answer = ask(server, verb="ListRecords", metadataPrefix="arXivRaw", **params)
    pages = [ids(answer)]
    while next_token := token(answer):
        answer = ask(server, verb="ListRecords", resumptionToken=next_token)
        pages.append(ids(answer))
    return pages


def test_a_list_comes_in_pages_in_the_order_of_its_days(server: OaiServer) -> None:
    assert whole_list(server) == [
        ["2606.00001", "2606.00002", "2606.00003"],
        ["2606.00004", "2606.00006", "hep-th/9901001"],
        ["2606.00007"],
    ]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"set": "cs"}, ["2606.00001", "2606.00002", "2606.00004", "2606.00007"]),
        ({"set": "cs:cs:AI", "until": "2026-06-01"}, ["2606.00001", "2606.00002", "2606.00004"]),
        ({"set": "physics:quant-ph"}, ["2606.00002"]),
        ({"set": "physics:astro-ph"}, ["2606.00006"]),
        ({"set": "math:math:MP"}, ["2606.00003"]),
        ({"from_": "2026-06-02"}, ["2606.00006", "hep-th/9901001", "2606.00007"]),
        ({"from_": "2026-06-02", "until": "2026-06-02"}, ["2606.00006", "hep-th/9901001"]),
    ],
)
def test_sets_and_days_choose(server: OaiServer, params: dict[str, str], found: list[str]) -> None:
    assert list(chain(*whole_list(server, **params))) == found


def test_tokens_have_arxiv_s_form_and_the_last_page_has_an_empty_one(server: OaiServer) -> None:
    first = ask(server, verb="ListRecords", metadataPrefix="arXivRaw")
    assert token(first) == "verb%3DListRecords%26metadataPrefix%3DarXivRaw%26skip%3D3"
    assert first.find(f".//{NS}resumptionToken").attrib == {"expirationDate": "2026-06-04T00:00:00Z"}
    second = ask(server, verb="ListRecords", resumptionToken=token(first) or "")
    assert (
        token(second) == "verb%3DListRecords%26metadataPrefix%3DarXivRaw%26from%3D2026-06-02%26skip%3D2"  # no secret
    )
    assert token(ask(server, verb="ListRecords", resumptionToken=token(second) or "")) == ""
    assert token(ask(server, verb="ListRecords", metadataPrefix="arXivRaw", from_="2026-06-03")) is None


def test_a_token_dies_at_midnight(server: OaiServer) -> None:
    given = token(ask(server, verb="ListRecords", metadataPrefix="arXivRaw")) or ""
    server.clock = lambda: datetime(2026, 6, 3, 23, 59, 59, tzinfo=UTC)
    assert code(ask(server, verb="ListRecords", resumptionToken=given)) is None
    server.clock = lambda: datetime(2026, 6, 4, 0, 0, 0, tzinfo=UTC)
    assert code(ask(server, verb="ListRecords", resumptionToken=given)) == "badResumptionToken"


def test_a_list_is_looked_up_anew_for_each_page(server: OaiServer) -> None:
    given = token(ask(server, verb="ListRecords", metadataPrefix="arXivRaw")) or ""
    server.records[3].revise(june(3))
    assert ids(ask(server, verb="ListRecords", resumptionToken=given)) == ["2606.00006", "hep-th/9901001", "2606.00004"]


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({}, "badVerb"),
        ({"verb": "Harvest"}, "badVerb"),
        ({"verb": "Identify", "set": "cs"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXivRaw", "page": "2"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXivRaw", "from_": "June"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXivRaw", "from_": "2026-06-04"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXivRaw", "from_": "1991-01-01"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXivRaw", "set": "nonsense"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "arXivRaw", "set": "stat"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "x", "set": "cs"}, "badArgument"),
        ({"verb": "GetRecord", "metadataPrefix": "arXivRaw", "identifier": "oai:arXiv.org:1"}, "idDoesNotExist"),
    ],
)
def test_errors_come_as_answers(server: OaiServer, params: dict[str, str], error: str) -> None:
    assert code(ask(server, **params)) == error


def test_an_argument_that_is_repeated_is_refused(server: OaiServer) -> None:
    assert code(etree.fromstring(CLIENT.get(f"{server.url}?verb=Identify&verb=Identify").content)) == "badArgument"


def test_the_other_verbs_answer(server: OaiServer) -> None:
    assert ask(server, verb="Identify").findtext(f"{NS}Identify/{NS}granularity") == "YYYY-MM-DD"
    sets = [one.text for one in ask(server, verb="ListSets").iter(f"{NS}setSpec")]
    assert {"cs", "cs:cs:AI", "physics:quant-ph"} <= set(sets)
    assert ask(server, verb="ListMetadataFormats").find(f".//{NS}metadataPrefix").text == "arXivRaw"
    one = ask(server, verb="GetRecord", metadataPrefix="arXivRaw", identifier="oai:arXiv.org:hep-th/9901001")
    assert one.find(f".//{RAW}id").text == "hep-th/9901001"
    assert ids(ask(server, verb="ListIdentifiers", metadataPrefix="arXivRaw")) == [
        "2606.00001", "2606.00002", "2606.00003",
    ]  # fmt: skip


def test_a_deleted_record_is_a_header_alone(server: OaiServer) -> None:
    record = ask(server, verb="ListRecords", metadataPrefix="arXivRaw", from_="2026-06-03").find(f".//{NS}record")
    assert [child.tag for child in record] == [f"{NS}header"]
    assert record[0].get("status") == "deleted"


def test_metadata_follow_arxiv_s_schema() -> None:
    schema = SHARED / "oai" / "schema" / "arXivRaw.xsd"
    if not schema.exists():
        pytest.skip(f"{schema} is not at hand")
    xsd = etree.XMLSchema(etree.parse(schema))
    record = ServedRecord("2606.00001", june(1), title="a < b & c", comments="5 pages", doi="10.1/2", msc_class="11G20")
    record.revise(june(2), source_type="I", journal_ref="J. & K.", report_no="R-1")
    xsd.assertValid(etree.fromstring(render_metadata(record))[0])


def test_records_come_from_the_shape_of_the_snapshot() -> None:
    line = {
        "id": "0704.0001",
        "title": "T",
        "authors": "A. B., C. D.",
        "abstract": "  X\n",
        "categories": "math.NT cs.IT",
        "journal-ref": "J. 1",
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, {"version": "v3", "created": "2008-01-02"}],
        "update_date": "2026-06-05",
    }  # fmt: skip
    record = record_of(line)
    assert (record.datestamp, record.submitter, record.journal_ref) == (june(5), "A. B.", "J. 1")
    assert [(one.number, one.created) for one in record.versions] == [
        (1, "Mon, 2 Apr 2007 19:18:42 GMT"), (3, "Wed, 02 Jan 2008 12:00:00 GMT"),
    ]  # fmt: skip
    assert record.sets == ["math:math:NT", "cs:cs:IT", "math:math:IT"]
    assert record_of(line, june(9)).datestamp == june(9)


def test_every_record_of_the_shared_june_can_be_served() -> None:
    full = SHARED / "arxiv" / "arxiv_full.jsonl.gz"
    schema = SHARED / "oai" / "schema" / "arXivRaw.xsd"
    if not full.exists() or not schema.exists():
        pytest.skip(f"{full} or {schema} is not at hand")
    xsd = etree.XMLSchema(etree.parse(schema))
    with gzip.open(full, "rb") as lines:
        records = [record_of(json.loads(line)) for line in lines if b'"update_date": "2026-06-02"' in line]
    assert len(records) > 100
    for record in records:
        xsd.assertValid(etree.fromstring(render_metadata(record))[0])


def test_requests_are_logged_with_their_times_and_faults_are_used_up(server: OaiServer) -> None:
    server.faults += [None, oai_faults.unavailable("7"), oai_faults.error("noRecordsMatch")]
    with httpx2.Client() as client:
        replies = [client.get(server.url, params={"verb": "Identify"}) for _ in range(4)]
    assert [(one.status_code, one.headers.get("Retry-After")) for one in replies] == [
        (200, None), (503, "7"), (200, None), (200, None),
    ]  # fmt: skip
    assert [code(etree.fromstring(replies[at].content)) for at in (0, 2, 3)] == [None, "noRecordsMatch", None]
    assert [one.params for one in server.log] == [{"verb": "Identify"}] * 4
    assert min(server.pauses()) >= 0
    assert len({one.peer for one in server.log}) == 1


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        pytest.param(oai_faults.hang_up, httpx2.TransportError, id="hang up"),
        pytest.param(oai_faults.reset_in_body, httpx2.TransportError, id="reset"),
        pytest.param(oai_faults.cut_off(), httpx2.RemoteProtocolError, id="cut off"),
        pytest.param(oai_faults.cut_off(chunked=True), httpx2.RemoteProtocolError, id="cut off in chunks"),
    ],
)
def test_faults_of_the_connection_are_felt(server: OaiServer, fault: Any, failure: type[Exception]) -> None:
    server.faults.append(fault)
    with pytest.raises(failure):
        CLIENT.get(server.url, params={"verb": "Identify"})
    assert len(server.log) == 1


def test_a_cut_without_a_length_looks_like_an_end(server: OaiServer) -> None:
    server.faults.append(oai_faults.cut_off(with_length=False))
    content = CLIENT.get(server.url, params={"verb": "Identify"}).content
    assert content and b"</OAI-PMH>" not in content


@pytest.mark.parametrize("endless", ["same token", "fresh tokens"])
def test_an_endless_list_leads_back_to_its_first_page(server: OaiServer, endless: Any) -> None:
    server.endless = endless
    answer = ask(server, verb="ListRecords", metadataPrefix="arXivRaw")
    first, tokens = ids(answer), []
    for _ in range(6):
        tokens.append(token(answer))
        answer = ask(server, verb="ListRecords", resumptionToken=tokens[-1] or "")
    assert ids(answer) == first
    assert all(tokens)
    assert (len(set(tokens)) == 6) == (endless == "fresh tokens")


def test_records_can_be_doubled_and_put_in_another_order(server: OaiServer) -> None:
    server.served_twice = True
    assert whole_list(server, from_="2026-06-03") == [["2606.00007"] * 2]
    server.served_twice = False
    server.order = lambda record: record.id[::-1]
    found = list(chain(*whole_list(server)))
    assert found == sorted((one.id for one in server.records), key=lambda one: one[::-1])
    assert found != sorted(found)


def test_a_record_copied_is_another_record() -> None:
    one = ServedRecord("2606.00001", june(1))
    two = replace(one, id="2606.00002", versions=list(one.versions))
    two.revise(june(2))
    assert len(one.versions) == 1
