"""Where a list goes on: after a page, after a night, after a lost token, and when it goes round in circles."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from pipeline.ingest.oai import OaiAnswer
from pipeline.ingest.oai_list import (
    MAX_EMPTY,
    ORDER_SHOWS_AFTER,
    ListState,
    LoopWatch,
    OaiCursor,
    read_cursor,
    write_cursor,
)

TODAY, TOMORROW = date(2026, 6, 5), date(2026, 6, 6)
BEGUN = ListState(date(2026, 6, 1))


def page(
    oldest: int = 1,
    newest: int = 2,
    token: str | None = "t",
    in_order: bool = True,
    responded: str = "2026-06-05T05:00:00Z",
    records: int = ORDER_SHOWS_AFTER,
) -> OaiAnswer:
    return OaiAnswer(
        lines=(b"{}",) * records,
        response_date=datetime.fromisoformat(responded) if responded else None,
        token=token,
        oldest=f"2026-06-{oldest:02d}",
        newest=f"2026-06-{newest:02d}",
        in_order=in_order,
    )


def test_the_next_list_begins_on_the_day_of_this_one_s_first_answer() -> None:
    state = BEGUN.after(page(1, 2, responded="2026-06-05T23:59:00Z"), TODAY)
    state = state.after(page(2, 3, responded="2026-06-06T00:01:00Z", token=""), TOMORROW)
    assert state == ListState(date(2026, 6, 5))


@pytest.mark.parametrize(
    ("responded", "since"),
    [
        pytest.param("2026-06-03T05:00:00Z", 3, id="a cache answered, two days old"),
        pytest.param("2026-06-05T01:00:00+03:00", 4, id="another zone"),
        pytest.param("2026-06-05T01:00:00", 5, id="no zone"),
        pytest.param("2030-01-01T00:00:00Z", 5, id="a clock ahead"),
        pytest.param("1970-01-01T00:00:00Z", 1, id="a clock behind"),
        pytest.param("", 1, id="no clock"),
    ],
)
def test_an_odd_clock_never_makes_a_gap(responded: str, since: int) -> None:
    assert BEGUN.after(page(token=None, responded=responded), TODAY) == ListState(date(2026, 6, since))


def test_a_token_is_used_on_its_own_day_alone() -> None:
    state = BEGUN.after(page(), TODAY)
    assert state.resumed(TODAY).token == "t"
    assert state.resumed(TOMORROW).token == ""
    assert ListState(date(2026, 6, 1)).resumed(TOMORROW) == BEGUN


@pytest.mark.parametrize(
    ("pages", "request_from"),
    [
        pytest.param([page(1, 3)], 3, id="in order"),
        pytest.param([page(1, 3), page(3, 4)], 4, id="in order over two pages"),
        pytest.param([page(2, 2), page(2, 2)], 1, id="one day alone is no order"),
        pytest.param([page(1, 3, records=999)], 1, id="a few are no order"),
        pytest.param([page(1, 3, in_order=False)], 1, id="out of order in a page"),
        pytest.param([page(2, 3), page(1, 4)], 1, id="out of order between pages"),
    ],
)
def test_without_its_token_a_list_begins_where_nothing_is_lost(pages: list[OaiAnswer], request_from: int) -> None:
    state = BEGUN
    for one in pages:
        state = state.after(one, TODAY)
    again = state.restarted()
    assert (again.request_from, again.token) == (date(2026, 6, request_from), "")
    assert again.answered == TODAY, "the next list begins where it would have begun"


def test_a_list_whose_order_breaks_after_it_was_trusted_begins_again() -> None:
    state = BEGUN.after(page(1, 3), TODAY).restarted()
    assert state.request_from == date(2026, 6, 3)
    for token in ("u", None):
        broken = state.after(page(3, 4, in_order=False, token=token), TODAY)
        assert (broken.request_from, broken.token, broken.under_way) == (date(2026, 6, 1), "", True)
        assert broken.after(page(1, 4), TODAY).restarted().request_from == date(2026, 6, 1), "and is not trusted again"


def test_a_page_without_datestamps_changes_nothing_of_the_order() -> None:
    state = BEGUN.after(page(1, 3), TODAY)
    assert state.after(OaiAnswer(token="t"), TODAY) == state  # no secret


@pytest.mark.parametrize(
    ("pages", "seen"),
    [
        pytest.param([("a", "1"), ("b", "2"), ("c", "3")], [False] * 3, id="all new"),
        pytest.param([("a", "1"), ("b", "2"), ("a", "3")], [False, False, True], id="a token again"),
        pytest.param([("a", "1"), ("b", "2"), ("c", "1")], [False, False, True], id="a page again"),
        pytest.param([("a", "1"), ("b", "2"), ("", "1")], [False] * 3, id="the last page again is an end"),
        pytest.param([("a", "1"), ("b", ""), ("c", ""), ("d", "2")], [False] * 4, id="empty pages"),
        pytest.param([("first", "1")], [True], id="the token that was asked with"),
    ],
)
def test_a_list_that_goes_in_circles_is_seen(pages: list[tuple[str, str]], seen: list[bool]) -> None:
    watch = LoopWatch({"first"})
    assert [watch.sees(token, digest) for token, digest in pages] == seen


def test_empty_pages_for_ever_are_a_circle() -> None:
    watch = LoopWatch(set())
    assert [watch.sees(f"{number}", "") for number in range(MAX_EMPTY + 1)] == [False] * MAX_EMPTY + [True]


def test_a_cursor_comes_back_as_it_was() -> None:
    state = BEGUN.after(page(1, 3), TODAY)
    cursor = OaiCursor().after_answer("cs:cs:AI", state).after_answer("", replace(BEGUN, in_order=False))
    assert cursor.answers == 2
    assert read_cursor(write_cursor(cursor)) == cursor


@pytest.mark.parametrize("text", [None, "", "9f86d081", '{"from": "2026-06-01"}', '{"lists": {"": {}}}', "[]"])
def test_a_cursor_of_another_kind_is_none(text: str | None) -> None:
    assert read_cursor(text) == OaiCursor()
