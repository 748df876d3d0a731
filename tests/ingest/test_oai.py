"""OAI-PMH answers, whole, broken and hostile."""

import codecs
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipeline.ingest.oai import OaiAnswer, UnreadableAnswer, parse_answer
from pipeline.ingest.statement import Statement, to_line
from pipeline.records import Rejected
from tests.oai_faults import BOMB
from tests.oai_server import OaiServer
from tests.oai_xml import ServedRecord

DATA = Path(__file__).parents[3] / "shared" / "data" / "oai"
RECORDS = [
    ServedRecord("2606.00001", date(2026, 6, 1), title="First", abstract="Caf\u00e9 one"),
    ServedRecord("2606.00002", date(2026, 6, 2), title="Second"),
    ServedRecord("2606.00003", date(2026, 6, 2), title="Third", deleted=True),
    ServedRecord("2606.00004", date(2026, 6, 3), title="Fourth"),
]


def page(*records: ServedRecord, size: int = 2_500, token: str = "") -> bytes:  # no secret
    """An answer as the test server gives it."""
    with OaiServer(records or RECORDS, size) as server:
        server.clock = lambda: datetime(2026, 6, 3, 5, 0, tzinfo=UTC)
        return server.answer([("verb", "ListRecords"), ("metadataPrefix", "arXivRaw")]).encode()


def told(answer: OaiAnswer) -> list[dict[str, Any]]:
    """What the answer states of each preprint."""
    return [orjson.loads(line) for line in answer.lines]


def ids(answer: OaiAnswer) -> list[str]:
    return [one["id"] for one in told(answer)]


def test_a_page_gives_its_records_and_what_it_says_of_itself() -> None:
    answer = parse_answer(page(size=3), "here")
    assert ids(answer) == ["2606.00001", "2606.00002", "2606.00003"]
    assert answer.lines[2] == to_line(Statement("2606.00003", update_date="2026-06-02", deleted=True))
    assert answer.verb == "ListRecords"
    assert answer.response_date == datetime(2026, 6, 3, 5, 0, tzinfo=UTC)
    assert answer.token and answer.token.startswith("verb%3DListRecords%26")
    assert (answer.oldest, answer.newest, answer.in_order, answer.deleted) == ("2026-06-01", "2026-06-02", True, 1)
    assert (answer.rejected, answer.error_code, answer.damaged, answer.warnings) == ((), "", False, ())


def test_the_digest_of_identifiers_tells_pages_apart() -> None:
    digests = [parse_answer(page(*records), "").identifiers_digest for records in (RECORDS, RECORDS[::-1], RECORDS[:2])]
    assert digests[0] == digests[1], "the server sorts"
    assert digests[0] != digests[2]
    assert parse_answer(page(ServedRecord("1", date(2026, 7, 1))), "").identifiers_digest == ""


def test_datestamps_out_of_order_are_seen() -> None:
    first, last = (page(one).split(b"<record>")[1].split(b"</record>")[0] for one in (RECORDS[0], RECORDS[3]))
    turned = page(RECORDS[0]).replace(first, last + b"</record><record>" + first)
    answer = parse_answer(turned, "")
    assert (ids(answer), answer.in_order) == (["2606.00004", "2606.00001"], False)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ("<error code='noRecordsMatch'>nothing\n there</error>", "noRecordsMatch", "nothing there"),
        ("<error code='x'/><error code='y'/>", "x", ""),
        ("<error>?</error>", "unnamed", "?"),
    ],
)
def test_errors_are_values(body: str, code: str, message: str) -> None:
    answer = parse_answer(f"<OAI-PMH><responseDate>2026-06-01</responseDate>{body}</OAI-PMH>".encode(), "")
    assert (answer.verb, answer.error_code, answer.error_message) == ("", code, message)


@pytest.mark.parametrize(
    ("element", "token"),
    [
        ("", None),
        ("<resumptionToken/>", ""),
        ("<resumptionToken cursor='3'> </resumptionToken>", ""),
        ("<resumptionToken completeListSize='907096'>496549|96001</resumptionToken>", "496549|96001"),
        ("<resumptionToken>a&amp;b</resumptionToken>", "a&b"),
    ],
)
def test_the_token(element: str, token: str | None) -> None:
    assert parse_answer(f"<OAI-PMH><ListRecords>{element}</ListRecords></OAI-PMH>".encode(), "").token == token


@pytest.mark.parametrize("text", ["", "yesterday", "2026-06-31T00:00:00Z"])
def test_a_response_date_that_is_none_is_left_out(text: str) -> None:
    answer = parse_answer(f"<OAI-PMH><responseDate>{text}</responseDate></OAI-PMH>".encode(), "")
    assert answer.response_date is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(page()[:700], "cut off after 700 bytes", id="cut in a record"),
        pytest.param(page()[:-3], "cut off after", id="without its last letters"),
        pytest.param(b"", "no OAI-PMH answer, but: ", id="nothing"),
        pytest.param(b"<html><body>Busy</body></html>", "a document of <html>", id="HTML that is XML"),
        pytest.param(b"<p>Busy<br>", "no OAI-PMH answer, but: <p>Busy<br>", id="HTML that is not"),
        pytest.param(b"<!DOCTYPE html><html></html>", "a document type", id="HTML with its type"),
        pytest.param(b"{}", "no OAI-PMH answer, but: {}", id="JSON"),
        pytest.param(BOMB, "a document type, which no OAI-PMH answer has", id="entity bomb"),
        pytest.param(codecs.BOM_UTF16_LE + BOMB.decode().encode("utf-16-le"), "a document type", id="bomb in UTF-16"),
        pytest.param(
            BOMB.replace(b"<!DOCTYPE", b"<?pi?><!-- a --> <!doctype"), "a document type", id="bomb behind a comment"
        ),
        pytest.param(b"<OAI-PMH><a></OAI-PMH>", "not XML, and no record in it", id="broken without records"),
        pytest.param(b"<OAI-PMH>" + b"<a>" * 5000 + b"</OAI-PMH>", "no record in it", id="too deep"),
        pytest.param(page().replace(b"</ListRecords>", b"</ListRecord>"), "can't be told", id="no end of the records"),
        pytest.param(page().replace(b"<request", b"<<request"), "outside its records", id="broken around the records"),
    ],
)
def test_what_is_not_a_whole_answer_is_worth_asking_again(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableAnswer) as raised:
        parse_answer(content, "here")
    assert why in str(raised.value)


def test_no_file_is_read_and_no_entity_is_opened() -> None:
    hidden = page().replace(b"First", b"&file; &bomb;")
    answer = parse_answer(hidden, "here")
    assert told(answer)[0]["title"] == "&file; &bomb;"
    assert not answer.damaged


@pytest.mark.parametrize(
    ("old", "new", "title", "warning"),
    [
        pytest.param(b"First", b"Fir\xe9st", "Firést", "1 bytes that are not UTF-8, read as Latin-1", id="Latin-1"),
        pytest.param(b"First", b"Fir\x0cst\x00", "First", "2 characters that XML forbids, left out", id="control"),
        pytest.param(b"First", b"A&T &eacute;", "A&T é", "2 ampersands that XML does not know", id="ampersands"),
    ],
)
def test_a_page_that_can_be_mended_loses_nothing(old: bytes, new: bytes, title: str, warning: str) -> None:
    answer = parse_answer(page().replace(old, new), "here")
    assert (told(answer)[0]["title"], told(answer)[0]["abstract"]) == (title, "Café one")
    assert len(answer.lines) == 4
    assert (answer.damaged, answer.rejected) == (False, ())
    assert answer.warnings[0].startswith(f"here: {warning}")


BROKEN = [
    pytest.param(b"<title>Second</title>", b"<title>Second</titel>", [2], id="wrong end"),
    pytest.param(b"Second", b"Se < cond", [2], id="stray bracket"),
    pytest.param(b"Fourth</title>", b"Fourth", [4], id="the last record"),
    pytest.param(b"2606.00002</id>", b"2606.00002</id></record>", [2, "after 2"], id="closed too early"),
    pytest.param(b"Second</title>", b"Second</title></arXivRaw></metadata>", [2], id="closed twice"),
]


@pytest.mark.parametrize(("old", "new", "lost"), BROKEN)
@pytest.mark.parametrize("size", [2_500, 4], ids=["no token", "token"])
def test_a_broken_record_is_given_up_and_the_others_are_kept(
    old: bytes, new: bytes, lost: list[int | str], size: int
) -> None:
    records = [*RECORDS, ServedRecord("2606.00009", date(2026, 6, 3))] if size == 4 else RECORDS
    whole = page(*records, size=size)
    answer = parse_answer(whole.replace(old, new, 1), "here")
    assert ids(answer) == [f"2606.0000{number}" for number in (1, 2, 3, 4) if number not in lost]
    places = [one.place.removeprefix("here ").partition(" (")[0] for one in answer.rejected]
    assert places == [f"record {one}" if isinstance(one, int) else one.replace(" ", " record ") for one in lost]
    assert answer.token == parse_answer(whole, "here").token
    assert answer.damaged
    assert answer.warnings[-1].startswith("here: not XML: ")


def test_a_record_that_is_no_statement_is_named_and_the_page_is_no_worse_for_it() -> None:
    answer = parse_answer(page().replace(b"<id>2606.00002</id>", b"<id>2606.99999</id>"), "here")
    assert answer.rejected == (
        Rejected(
            "here record 2 (oai:arXiv.org:2606.00002)",
            "the header speaks of '2606.00002', the metadata of '2606.99999'",
        ),
    )
    assert len(answer.lines) == 3
    assert not answer.damaged


def test_a_prefix_for_the_protocol_s_names_changes_nothing() -> None:
    text = (
        page()
        .decode()
        .replace('xmlns="http://www.openarchives.org/OAI/2.0/"', 'xmlns:o="http://www.openarchives.org/OAI/2.0/"')
    )
    for name in (
        "OAI-PMH",
        "responseDate",
        "request",
        "ListRecords",
        "record",
        "header",
        "identifier",
        "datestamp",
        "setSpec",
        "metadata",
    ):
        text = text.replace(f"<{name}", f"<o:{name}").replace(f"</{name}", f"</o:{name}")
    answer = parse_answer(text.encode(), "here")
    assert answer.lines == parse_answer(page(), "here").lines
    assert ids(parse_answer(text.replace("Second", "Se < cond").encode(), "here")) == [
        "2606.00001",
        "2606.00003",
        "2606.00004",
    ]


@pytest.mark.parametrize(
    ("name", "count", "first", "token"),
    [
        ("recorded/arxiv_arXivRaw_ListRecords_2014_resumptionToken.xml", 1000, "0811.36489", "496549|96001"),
        (
            "rendered_arxiv_2026/arXivRaw_ListRecords_page1.xml", 200, "cs/0001024",
            "verb%3DListRecords%26metadataPrefix%3DarXivRaw%26skip%3D200",
        ),
        ("rendered_arxiv_2026/arXivRaw_ListRecords_page3.xml", 109, None, ""),
        ("recorded/hepcrawl_arxiv-physics-hep-th.xml", 3, "1412.8323", None),
        ("recorded/hepcrawl_sample_arxiv_record.xml", 12, None, None),
        ("recorded/ads_oai_dc_oai_ArXiv.org_0901_2443.xml", 1, "0901.2443", None),
        ("rendered_arxiv_2026/Identify.xml", 0, None, None),
    ],
)  # fmt: skip
def test_recorded_answers_are_read_whole(name: str, count: int, first: str | None, token: str | None) -> None:
    file = DATA / name
    if not file.exists():
        pytest.skip(f"{file} is not at hand")
    answer = parse_answer(file.read_bytes(), name)
    assert (len(answer.lines), answer.rejected, answer.warnings, answer.token) == (count, (), (), token)
    assert first is None or ids(answer)[0] == first
    assert all(one["id"] and one["title"] and one["abstract"] for one in told(answer))


@pytest.mark.parametrize(
    "code",
    ["badArgument", "badResumptionToken", "badVerb", "cannotDisseminateFormat", "idDoesNotExist", "noRecordsMatch"],
)
def test_arxiv_s_errors_are_read(code: str) -> None:
    file = DATA / "rendered_arxiv_2026" / f"error_{code}.xml"
    if not file.exists():
        pytest.skip(f"{file} is not at hand")
    assert parse_answer(file.read_bytes(), "").error_code == code
