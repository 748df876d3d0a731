"""Lines of arXiv's bulk snapshot, whole, partial and hostile."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.arxiv_json import parse_line
from pipeline.records import Preprint, Rejected, Version

SHARED = Path(__file__).parents[3] / "shared" / "data"

FULL = {
    "id": "0704.0001",
    "submitter": "Pavel Nadolsky",
    "authors": "C. Bal\\'azs, E. L. Berger",
    "title": "Calculation of prompt diphoton\n  production cross sections",
    "comments": "37 pages, 15 figures",
    "journal-ref": "Phys.Rev.D76:013009,2007",
    "doi": "10.1103/PhysRevD.76.013009",
    "report-no": "ANL-HEP-PR-07-12",
    "categories": "hep-ph hep-ex",
    "license": "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
    "abstract": "  A fully differential calculation\nis presented. ",
    "versions": [
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Balázs", "C.", ""], ["Berger", "E. L.", "Jr."]],
}
MINIMAL = {"id": "2401.15804", "title": "Title", "abstract": "Abstract."}


def parse(record: Any) -> Preprint | Rejected:
    return parse_line("arxiv", json.dumps(record).encode(), "feed:1")


def parsed(**changes: Any) -> Preprint:
    """The preprint of a minimal record with these fields."""
    found = parse(MINIMAL | changes)
    assert isinstance(found, Preprint)
    return found


def test_a_full_record_gives_every_field() -> None:
    assert parse(FULL) == Preprint(
        source="arxiv",
        source_id="0704.0001",
        title="Calculation of prompt diphoton production cross sections",
        abstract="A fully differential calculation is presented.",
        authors=("C. Balázs", "E. L. Berger Jr."),
        categories=("hep-ph", "hep-ex"),
        versions=(Version(1, date(2007, 4, 2)), Version(2, date(2007, 7, 24))),
        month="2007.04",
        updated=date(2008, 11, 26),
        doi="10.1103/PhysRevD.76.013009",
        journal_ref="Phys.Rev.D76:013009,2007",
        comments="37 pages, 15 figures",
        licence="http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
    )


def test_id_title_and_abstract_are_enough() -> None:
    assert parse(MINIMAL) == Preprint(
        source="arxiv",
        source_id="2401.15804",
        title="Title",
        abstract="Abstract.",
        authors=(),
        categories=(),
        versions=(Version(1, None),),
        month="2024.01",
    )


@pytest.mark.parametrize(
    ("field", "name", "empty"),
    [
        pytest.param("comments", "comments", None, id="comments"),
        pytest.param("journal-ref", "journal_ref", None, id="journal-ref"),
        pytest.param("doi", "doi", None, id="doi"),
        pytest.param("license", "licence", None, id="license"),
        pytest.param("update_date", "updated", None, id="update_date"),
        pytest.param("categories", "categories", (), id="categories"),
        pytest.param("versions", "versions", (Version(1, None),), id="versions"),
    ],
)
@pytest.mark.parametrize("value", ["absent", None, "", 7, {}])
def test_a_field_that_is_missing_or_of_another_type_is_left_empty(
    field: str, name: str, empty: Any, value: Any
) -> None:
    record = FULL | {field: value}
    if value == "absent":
        del record[field]
    found = parse(record)
    assert isinstance(found, Preprint)
    assert getattr(found, name) == empty


@pytest.mark.parametrize("field", ["title", "abstract"])
@pytest.mark.parametrize("value", [None, "", "  \n", 7, ["Title"], "\u200b\u202e"])
def test_a_record_without_title_or_abstract_is_rejected(field: str, value: Any) -> None:
    assert parse(MINIMAL | {field: value}) == Rejected("feed:1", f"no {field}")


@pytest.mark.parametrize(
    ("source_id", "reason"),
    [
        pytest.param(None, "no id", id="none"),
        pytest.param(1003.418, "id 1003.418 is not text (a number loses its zeros)", id="went through a float"),
        pytest.param(2401, "id 2401 is not text (a number loses its zeros)", id="integer"),
        pytest.param("1501.0693099999999", "id '1501.0693099999999' is not an arXiv id", id="float as text"),
        pytest.param("1003.418", "id '1003.418' is not an arXiv id", id="lost a zero"),
        pytest.param("2413.00001", "id '2413.00001' is not an arXiv id", id="month 13"),
        pytest.param("2401.15804v2", "id '2401.15804v2' is not an arXiv id", id="with a version"),
        pytest.param("arXiv:2401.15804", "id 'arXiv:2401.15804' is not an arXiv id", id="with a prefix"),
        pytest.param("2401.15804\n", "id '2401.15804\\n' is not an arXiv id", id="a line end"),
        pytest.param("٢٤٠١.15804", "id '٢٤٠١.15804' is not an arXiv id", id="digits of another script"),
        pytest.param("../../etc/passwd", "id '../../etc/passwd' is not an arXiv id", id="a path"),
        pytest.param("x" * 100, f"id '{'x' * 60}' is not an arXiv id", id="long"),
    ],
)
def test_an_id_that_is_none_of_arxivs_is_rejected(source_id: Any, reason: str) -> None:
    assert parse(MINIMAL | {"id": source_id}) == Rejected("feed:1", reason)


@pytest.mark.parametrize(
    ("source_id", "month"),
    [
        pytest.param("hep-th/9901001", "1999.01", id="old style"),
        pytest.param("math.GT/0309136", "2003.09", id="old style with a subject class"),
        pytest.param("alg-geom/9202001", "1992.02", id="an archive that is no more"),
        pytest.param("astro-ph/9108001", "1991.08", id="the first year"),
        pytest.param("cs/0703001", "2007.03", id="the last month of the old style"),
        pytest.param("0704.0001", "2007.04", id="four digits"),
        pytest.param("2606.12345", "2026.06", id="five digits"),
    ],
)
def test_without_dates_the_month_is_read_off_the_id(source_id: str, month: str) -> None:
    assert parsed(id=source_id).month == month


def test_the_month_of_first_submission_beats_the_id() -> None:
    # submitted on the last day of May, numbered in June
    assert parsed(id="2406.00001", versions=[{"version": "v1", "created": "Fri, 31 May 2024 23:59:00 GMT"}]).month == (
        "2024.05"
    )


def test_a_later_version_alone_does_not_give_the_month_of_first_submission() -> None:
    found = parsed(versions=[{"version": "v3", "created": "Mon, 6 May 2024 10:00:00 GMT"}])
    assert (found.month, found.versions) == ("2024.01", (Version(3, date(2024, 5, 6)),))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        pytest.param("Mon, 2 Apr 2007 19:18:42 GMT", date(2007, 4, 2), id="as arXiv writes it"),
        pytest.param("Mon, 2 Apr 2007 19:18:42 -0700", date(2007, 4, 3), id="another zone is turned into UTC"),
        pytest.param("2007-04-02", date(2007, 4, 2), id="ISO day"),
        pytest.param("2007-04-02T19:18:42Z", date(2007, 4, 2), id="ISO moment"),
        pytest.param("Mon, 32 Apr 2007 19:18:42 GMT", None, id="no such day"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 -2300", None, id="past the end of the calendar"),
        pytest.param("yesterday", None, id="a word"),
        pytest.param("", None, id="empty"),
        pytest.param(20070402, None, id="a number"),
    ],
)
def test_dates_become_utc_days(written: Any, day: date | None) -> None:
    assert parsed(versions=[{"version": "v1", "created": written}]).versions == (Version(1, day),)


@pytest.mark.parametrize(
    ("versions", "numbers"),
    [
        pytest.param([{"version": "v1"}, {"version": "v10"}, {"version": "v2"}], [1, 2, 10], id="sorted by number"),
        pytest.param([{"version": "v1"}, {"version": "v1"}], [1], id="one twice"),
        pytest.param([{"version": "2"}], [2], id="without the v"),
        pytest.param([{"version": "final"}, "v2", None, {}], [1], id="none that can be read"),
    ],
)
def test_versions_are_read_oldest_first(versions: Any, numbers: list[int]) -> None:
    assert [version.number for version in parsed(versions=versions).versions] == numbers


@pytest.mark.parametrize(
    ("fields", "authors"),
    [
        pytest.param({"authors": "Ada Lovelace"}, ("Ada Lovelace",), id="one"),
        pytest.param({"authors": "A. Lovelace and C. Babbage"}, ("A. Lovelace", "C. Babbage"), id="and"),
        pytest.param({"authors": "A. One, B. Two, and C. Three"}, ("A. One", "B. Two", "C. Three"), id="comma and"),
        pytest.param({"authors": "M. King, Jr., B. Two"}, ("M. King Jr.", "B. Two"), id="Jr. is no author"),
        pytest.param({"authors": "A. One (1), B. Two (2) ((1) X (Y), (2) Z)"}, ("A. One", "B. Two"), id="affiliations"),
        pytest.param({"authors": "Rand Anderson"}, ("Rand Anderson",), id="and inside names"),
        pytest.param({"authors_parsed": [["Collaboration", "", ""]]}, ("Collaboration",), id="parsed, one part"),
        pytest.param({"authors_parsed": [], "authors": "A. One"}, ("A. One",), id="nothing parsed"),
        pytest.param({"authors_parsed": [[], "x", [1], None]}, (), id="parsed of other types"),
    ],
)
def test_authors_are_parted(fields: dict[str, Any], authors: tuple[str, ...]) -> None:
    assert parsed(**fields).authors == authors


def test_brackets_without_end_do_not_hold_up_the_night() -> None:
    assert len(parsed(authors="(" * 100_000 + ")" * 100_000).authors) == 1


def test_control_and_direction_characters_and_half_code_points_are_gone() -> None:
    assert parsed(title="A\u202etxt.exe\u0000 \ufeffB\ud800").title == "Atxt.exe B?"


def test_code_points_that_no_feed_may_hold_are_gone() -> None:
    title = "A\x80\x9f\x85B\ufdd0\ufffe\uffff\U0001ffffC\U0010fffe\ufffd"
    assert parsed(title=title).title == "A BC\ufffd"


@pytest.mark.parametrize(
    ("fields", "signal"),
    [
        pytest.param({"comments": "This paper has been withdrawn"}, "This paper has been withdrawn", id="comment"),
        pytest.param({"abstract": "Withdrawn by the authors."}, "Withdrawn by the authors.", id="abstract"),
        pytest.param({"abstract": "Troops were withdrawn from the area."}, None, id="about something withdrawn"),
        pytest.param({"comments": "12 pages"}, None, id="not withdrawn"),
    ],
)
def test_a_withdrawal_is_kept_with_the_words_that_say_so(fields: dict[str, Any], signal: str | None) -> None:
    assert parsed(**fields).withdrawn == signal


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param(b"{'id': '2401.00001'}", "not a line of JSON", id="a Python dict"),
        pytest.param(b'{"id": "2401.00001", "title": "T', "not a line of JSON", id="cut off"),
        pytest.param('{"title": "Macrì"}'.encode("latin-1"), "not a line of JSON in UTF-8", id="Latin-1"),
        pytest.param(b"[" * 100_000, "not a line of JSON", id="nested without end"),
        pytest.param(b"1" * 5000, "not a line of JSON", id="a number without end"),
        pytest.param(b'["2401.00001"]', "a JSON list, not an object", id="list"),
        pytest.param(b"null", "a JSON NoneType, not an object", id="null"),
        pytest.param(b'{"id": NaN}', "id nan is not text", id="NaN"),
        pytest.param(b"", "not a line of JSON", id="empty"),
    ],
)
def test_a_line_that_is_no_json_object_is_rejected_and_says_where(line: bytes, reason: str) -> None:
    found = parse_line("arxiv", line, "feed:7")
    assert isinstance(found, Rejected)
    assert found.place == "feed:7"
    assert found.reason.startswith(reason)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*FULL, "retold"]), JSON), st.booleans())
def test_no_record_whatever_its_types_is_more_than_rejected(record: dict[str, Any], minimal: bool) -> None:
    found = parse(record | MINIMAL if minimal else record)
    assert isinstance(found, Preprint if minimal else Rejected)


@given(st.binary(max_size=60))
def test_no_bytes_are_more_than_rejected(line: bytes) -> None:
    assert isinstance(parse_line("arxiv", line, "feed:1"), Rejected)


def shared(path: str) -> Path:
    if not (SHARED / path).exists():
        pytest.skip(f"{SHARED / path} is not at hand")
    return SHARED / path


def test_every_record_of_the_arxiv_sample_is_read() -> None:
    lines = shared("arxiv/arxiv_sample.jsonl").read_bytes().splitlines()
    found = [parse_line("arxiv", line, f"sample:{number}") for number, line in enumerate(lines, 1)]
    assert [one for one in found if isinstance(one, Rejected)] == []
    assert len(found) == 480


def test_every_line_of_the_hostile_records_is_rejected() -> None:
    files = sorted(shared("hostile/records").iterdir())
    found = [parse_line("arxiv", line, file.name) for file in files for line in file.read_bytes().splitlines()]
    assert len(found) > 100
    assert all(isinstance(one, Rejected) for one in found)
