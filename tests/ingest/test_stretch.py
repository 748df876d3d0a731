"""Reading a list that may move while it is read."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.ingest.stretch import MAX_RESTARTS, Stretch, begin, read_cursor, write_cursor, write_end

TODAY = date(2026, 6, 10)


def day(number: int) -> date:
    return date(2026, 6, number)


def stretch(first: int, last: int, begun: int, **rest: int | str) -> Stretch:
    return Stretch(day(first), day(last), day(begun), **rest)  # type: ignore[arg-type]  # offset, restarts or anchor


@pytest.mark.parametrize(
    ("first", "last"),
    [(day(9), day(10)), (day(4), day(10)), (day(3), day(9)), (date(2026, 1, 1), date(2026, 1, 7)), (day(12), day(10))],
)
def test_a_stretch_is_a_week_at_most_and_ends_today(first: date, last: date) -> None:
    assert begin(first, TODAY) == Stretch(min(first, TODAY), last, TODAY)


def test_a_page_begins_with_the_last_row_of_the_one_before() -> None:
    first = stretch(9, 10, 10)
    second = first.after(("a", "b", "c"))
    assert second == stretch(9, 10, 10, offset=2, anchor="c")
    third = second.after(("c", "d"))
    assert third == stretch(9, 10, 10, offset=3, anchor="d")
    assert third.after(("d",)) is None


@pytest.mark.parametrize("keys", [(), ("c", "d"), ("x",)], ids=["nothing", "another row", "only another row"])
def test_a_list_that_moved_is_read_again_from_its_start(keys: tuple[str, ...]) -> None:
    at = stretch(9, 10, 10, offset=2, anchor="b")
    assert at.moved(keys)
    assert at.after(keys) == stretch(9, 10, 10, restarts=1)


def test_a_list_that_always_moves_is_taken_as_it_comes() -> None:
    at = stretch(9, 10, 10, offset=2, anchor="b", restarts=MAX_RESTARTS)
    assert at.after(("c", "d")) == stretch(9, 10, 10, offset=3, anchor="d", restarts=MAX_RESTARTS)
    assert at.after(()) is None


def test_a_server_of_single_rows_comes_to_an_end() -> None:
    at = stretch(9, 10, 10)
    assert at.after(("a",)) == stretch(9, 10, 10, offset=1)
    assert stretch(9, 10, 10, offset=1).after(()) is None


@pytest.mark.parametrize(
    ("ended", "overlap", "first"),
    [
        pytest.param(stretch(9, 10, 10), 1, day(9), id="the harvest's last"),
        pytest.param(stretch(9, 10, 10), 3, day(7), id="a wider overlap"),
        pytest.param(stretch(1, 7, 10), 1, day(8), id="one of many"),
        pytest.param(stretch(1, 7, 10), 30, day(8), id="one of many, a wide overlap"),
        pytest.param(stretch(2, 7, 7), 1, day(6), id="cut off on the 7th, gone on with today"),
        pytest.param(stretch(1, 3, 7), 1, day(4), id="cut off on the 7th, of older days"),
        pytest.param(stretch(1, 5, 7), 4, day(3), id="cut off on the 7th, among days of the overlap"),
    ],
)
def test_the_next_stretch_begins_before_what_may_have_come_late(ended: Stretch, overlap: int, first: date) -> None:
    assert ended.following(TODAY, overlap).first == first


@pytest.mark.parametrize("at", [stretch(1, 7, 8, offset=29, anchor="10.1101/ä 2", restarts=1), stretch(1, 7, 8)])
def test_a_cursor_holds_where_to_go_on(at: Stretch) -> None:
    assert read_cursor(write_cursor(at), TODAY) == at


def test_the_cursor_of_an_end_has_the_next_days_today() -> None:
    assert read_cursor(write_end(stretch(9, 10, 10)), day(12)) == stretch(9, 12, 12)


@pytest.mark.parametrize(
    "cursor", [None, "", "5", '{"since": "2026-06-01"}', '{"from": "soon"}', '{"from": "2026-06-01", "to": 5}']
)
def test_another_kinds_cursor_is_none(cursor: str | None) -> None:
    assert read_cursor(cursor, TODAY) is None


class MovingList:
    """Rows with their days; rows come, at most `late_days` after their day, and go while the list is read."""

    def __init__(self, data: st.DataObject, late_days: int, newest_first: bool) -> None:
        self.data, self.late_days, self.newest_first = data, late_days, newest_first
        self.posted = {f"old row {number}": TODAY - timedelta(number % 14) for number in range(28)}
        self.numbered = 0

    def move(self, today: date) -> None:
        for _ in range(self.data.draw(st.sampled_from([0, 0, 0, 1, 4]))):
            self.numbered += 1
            self.posted[f"row {self.numbered}"] = today - timedelta(self.data.draw(st.integers(0, self.late_days)))
        for _ in range(self.data.draw(st.sampled_from([0, 0, 0, 3]))):
            if self.posted:
                del self.posted[self.data.draw(st.sampled_from(sorted(self.posted)))]

    def page(self, at: Stretch, size: int) -> tuple[str, ...]:
        keys = [key for key, on in self.posted.items() if at.first <= on <= at.last]
        ordered = sorted(keys, key=self.posted.__getitem__, reverse=self.newest_first)
        return tuple(ordered[at.offset : at.offset + size])


@settings(max_examples=50)
@given(data=st.data(), overlap=st.integers(1, 40), size=st.integers(2, 5), newest_first=st.booleans())
def test_nothing_is_lost_over_kills_and_late_rows(
    data: st.DataObject, overlap: int, size: int, newest_first: bool
) -> None:
    """Two harvests, each cut off anywhere, of a list that moves between pages; then two in peace, to their ends."""
    rows, found, today, cursor = MovingList(data, overlap, newest_first), set[str](), TODAY, ""
    for pages in (*data.draw(st.lists(st.integers(1, 9), min_size=2, max_size=2)), 1000, 1000):
        at = read_cursor(cursor, today) or begin(TODAY - timedelta(13), today)
        for _ in range(pages):
            if pages < 1000:
                rows.move(today)
            keys = rows.page(at, size)
            found |= set(keys)
            assume(at.restarts < MAX_RESTARTS)
            after = at.after(keys)
            complete = after is None and at.last >= today
            at = after or at.following(today, overlap)
            cursor = write_end(at) if complete else write_cursor(at)
            if complete:
                break
        today += timedelta(data.draw(st.integers(0, 9)))
    assert set(rows.posted) <= found
