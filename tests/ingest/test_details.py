"""Answers of the details interface, row by row."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.details import DetailsPage, parse_details, readable_licence, shown_name
from pipeline.ingest.statement import StatedVersion, Statement, to_line
from pipeline.records import Rejected
from tests.details_server import in_json, posting

SHARED = Path(__file__).parents[3] / "shared" / "data" / "biorxiv"


def answer(*rows: Any, status: str = "ok", **message: Any) -> bytes:
    return in_json({"messages": [{"status": status, **message}], "collection": list(rows)})


def only(row: Any) -> Statement | Rejected:
    (found,) = parse_details(answer(row), "http://x/0").rows
    return found


def stated(**changed: Any) -> Statement:
    found = only(posting(7, "2026-05-03", **changed))
    assert isinstance(found, Statement)
    return found


def test_a_row_is_one_version_of_one_preprint() -> None:
    row = posting(7, "2026-05-03", version=2, license="cc_by_nc_nd", published="10.1000/Fern.7")
    assert only(row) == Statement(
        id="10.64898/2026.05.000007",
        title="Study 7: salt in barley roots",
        abstract="We looked at salt in barley roots for 7 days. Version 2 of our report says what we saw.",
        people=("R. 7. Keller", "T. Ono"),
        categories="plant-biology",
        journal_ref="doi:10.1000/Fern.7",
        doi="10.64898/2026.05.000007",
        license="CC BY-NC-ND",
        versions=(StatedVersion("2", "2026-05-03"),),
        update_date="2026-05-03",
    )


def test_a_row_says_nothing_with_na() -> None:
    found = stated(published="NA", category="na", license="NA", authors="N/A", title="NA", abstract=" ", date="NA")
    assert (found.journal_ref, found.categories, found.license, found.people) == (None, None, None, ())
    assert (found.title, found.abstract, found.update_date) == (None, None, None)


@pytest.mark.parametrize(
    ("doi", "identity"),
    [
        ("10.1101/641381", "10.1101/641381"),
        ("10.1101/2024.01.10.000010", "10.1101/2024.01.10.000010"),
        (" https://doi.org/10.1101/2024.01.10.000010", "10.1101/2024.01.10.000010"),
        ("10.1101/ABC", "10.1101/abc"),
    ],
)
def test_the_doi_is_the_identity(doi: str, identity: str) -> None:
    found = stated(doi=doi)
    assert (found.id, found.doi) == (identity, identity)


@pytest.mark.parametrize(
    ("kind", "withdrawn"),
    [
        ("new results", None),
        ("contradictory results", None),
        ("PUBLISHAHEADOFPRINT", None),
        ("withdrawn", "withdrawn"),
        ("WITHDRAWN", "WITHDRAWN"),
        ("Retraction", "Retraction"),
        ("removed", "removed"),
    ],
)
def test_a_withdrawal_is_told_by_the_type(kind: str, withdrawn: str | None) -> None:
    assert stated(type=kind).withdrawn == withdrawn


@pytest.mark.parametrize(
    ("title", "withdrawn"),
    [
        ("WITHDRAWN: Moss on basalt", "WITHDRAWN: Moss on basalt"),
        ("[Retracted: Moss on basalt]", "[Retracted: Moss on basalt]"),
        ("Withdrawn from the sea: a history of barnacles", None),
        ("Removed carbon: where it goes", None),
    ],
)
def test_a_withdrawal_is_told_before_the_title(title: str, withdrawn: str | None) -> None:
    assert stated(title=title).withdrawn == withdrawn


def test_marker_words_are_cleaned_off_titles_and_abstracts() -> None:
    found = stated(title="The O_SCPLOWrolA2C_SCPLOW gene", abstract="PointsO_LIMoss grows.\nC_LI")
    assert (found.title, found.abstract) == ("The rolA2 gene", "Points: Moss grows.")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param({"title": "x"}, "no DOI", id="no DOI"),
        pytest.param(posting(1, "2026-05-01", doi=10.1101), "DOI '10.1101' is not text", id="a number"),
        pytest.param("x", "no DOI", id="a text"),
        pytest.param(None, "no DOI", id="nothing"),
    ],
)
def test_a_row_without_identity_is_rejected(row: Any, reason: str) -> None:
    assert only(row) == Rejected("http://x/0 row 1", reason)


def test_a_bad_row_leaves_the_others() -> None:
    page = parse_details(answer(posting(1, "2026-05-01"), 5, posting(2, "2026-05-01", version=3)), "http://x/0")
    assert [type(row) for row in page.rows] == [Statement, Rejected, Statement]
    assert page.keys == ("10.64898/2026.05.000001 1", "None None", "10.64898/2026.05.000002 3")


@pytest.mark.parametrize("numbers", [{"count": 1, "total": 90}, {"count": "1", "total": "90"}, {"total": "many"}, {}])
def test_what_the_message_counts_is_not_believed(numbers: dict[str, Any]) -> None:
    assert len(parse_details(answer(posting(1, "2026-05-01"), **numbers), "x").rows) == 1


@pytest.mark.parametrize("status", ["no posts found", "No posts found", "no articles found for that interval"])
def test_nothing_found_is_an_answer(status: str) -> None:
    assert parse_details(in_json({"messages": [{"status": status}], "collection": []}), "x") == DetailsPage()
    assert parse_details(in_json({"messages": [{"status": status}]}), "x") == DetailsPage()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty", id="empty body"),
        pytest.param(answer(posting(1, "2026-05-01"))[:-40], "cut short", id="cut"),
        pytest.param(b"<html>We are busy</html>", "not JSON", id="HTML"),
        pytest.param(in_json({"messages": [{"status": "error: database"}]}), "error: database", id="error"),
        pytest.param(in_json({"collection": []}), "without a status", id="no message"),
        pytest.param(in_json({"messages": "ok", "collection": []}), "without a status", id="no list of messages"),
        pytest.param(in_json({"messages": [{"status": "ok"}]}), "without rows", id="no rows"),
        pytest.param(in_json([]), "a JSON list", id="a list"),
    ],
)
def test_what_is_no_whole_answer_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_details(content, "x")


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ("Keller, R.", "R. Keller"),
        (" de la Rosa, M. J. ", "M. J. de la Rosa"),
        ("Ono, T., Jr.", "T. Ono Jr."),
        ("The Moss Consortium", "The Moss Consortium"),
        ("The Moss Consortium,", "The Moss Consortium"),
        (" , ", ""),
        ("", ""),
    ],
)
def test_names_are_shown_with_the_given_name_first(listed: str, shown: str) -> None:
    assert shown_name(listed) == shown


@pytest.mark.parametrize(
    ("code", "licence"),
    [
        ("cc_by", "CC BY"),
        ("cc_by_nc_nd", "CC BY-NC-ND"),
        ("cc0", "CC0"),
        ("cc0_ng", "CC0 NG"),
        ("cc_no", "no reuse without permission"),
        ("All rights reserved", "All rights reserved"),
        (None, None),
    ],
)
def test_licences_are_readable(code: str | None, licence: str | None) -> None:
    assert readable_licence(code) == licence


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)
)


@given(st.sampled_from(sorted(posting(1, "2026-05-01"))), json_values)
def test_no_value_in_a_row_is_more_than_a_row_rejected(field: str, value: object) -> None:
    assert isinstance(only(posting(1, "2026-05-01") | {field: value}), Statement | Rejected)


def test_hostile_texts_are_texts_on_one_line_each() -> None:
    hostile = SHARED.parent / "hostile" / "xss.txt"
    if not hostile.exists():
        pytest.skip(f"{hostile} is not at hand")
    payloads = hostile.read_text(encoding="utf-8").splitlines()[::3]
    rows = [posting(1, "2026-05-01", title=one, abstract=one, authors=one, category=one, type=one) for one in payloads]
    found = parse_details(answer(*rows), "x").rows
    assert len(payloads) > 500
    assert [one for one in found if not isinstance(one, Statement) or b"\n" in to_line(one)] == []


def test_the_recorded_answer_is_read() -> None:
    if not (SHARED / "details_excerpt.json").exists():
        pytest.skip(f"{SHARED} is not at hand")
    content = (SHARED / "details_excerpt.json").read_bytes()
    (found,) = parse_details(content, "x").rows
    assert isinstance(found, Statement)
    row = json.loads(content)["collection"][0]
    assert (found.id, found.title, found.update_date) == (row["doi"], row["title"], row["date"])
    assert found.people[0] == "M. Loconsole"
    assert found.categories == "animal-behavior-and-cognition"
    assert (found.license, found.journal_ref, found.withdrawn) == ("CC BY-NC-ND", None, None)
