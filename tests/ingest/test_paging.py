"""What sources make of pages."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.ingest.http import BadReply, Reply
from pipeline.ingest.paging import batch_of, check_by, first_day, repeated, without_end
from pipeline.ingest.source import Batch
from pipeline.ingest.statement import Statement, to_line
from pipeline.records import Rejected
from tests.harvests import World

REPLY = Reply(b"raw", "http://x/1")


@pytest.mark.parametrize(
    ("start", "latest", "day"),
    [
        (date(2026, 5, 1), date(2026, 6, 1), date(2026, 5, 1)),
        (None, date(2026, 6, 8), date(2026, 6, 1)),
        (None, date(2027, 6, 8), date(2026, 6, 3)),
        (None, None, date(2026, 6, 3)),
    ],
    ids=["start", "newest known", "newest known in the future", "nothing known"],
)
def test_a_first_harvest_begins_at(tmp_path: Path, start: date | None, latest: date | None, day: date) -> None:
    world = World(tmp_path, datetime(2026, 6, 10, 5, tzinfo=UTC))
    assert first_day(start, world.reach(latest)) == day


def test_a_batch_holds_the_rows_and_the_answer_as_it_came() -> None:
    one, two, bad = Statement("1"), Statement("2"), Rejected("http://x/1 row 2", "no id")
    assert batch_of(
        [one, bad, two], "http://x/1", cursor="c", first=2, raw=b"raw", raw_name="1.json", warnings=("w",)
    ) == Batch(
        lines=to_line(one) + b"\n" + to_line(two),
        place="http://x/1",
        cursor="c",
        first=2,
        rejected=(bad,),
        raw=b"raw",
        raw_name="1.json",
        warnings=("w",),
    )


def test_what_a_parser_refuses_is_asked_for_again() -> None:
    def parse(reply: Reply) -> int:
        return int(reply.content)

    check_by(parse)(Reply(b"5", "http://x"))
    with pytest.raises(BadReply, match="invalid literal"):
        check_by(parse)(REPLY)


def test_a_list_without_end_says_where_and_what_to_do() -> None:
    assert "http://x/1" in repeated(REPLY).what
    assert "no end after 7 pages" in without_end("http://x", 7).what
    assert "max_pages" in without_end("http://x", 7).mend
