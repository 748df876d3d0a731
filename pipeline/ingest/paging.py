"""What the sources have in common that a server answers page by page."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from pipeline.errors import SourceError
from pipeline.ingest.http import BadReply, Reply
from pipeline.ingest.source import Batch, Reach
from pipeline.ingest.statement import Statement, to_line
from pipeline.records import Rejected

BACK = timedelta(days=7)


def first_day(start: date | None, reach: Reach) -> date:
    """Where a first harvest begins: at `start`, else a week before the newest preprint of the archive, else before today."""
    today = reach.now().date()
    return start or min(reach.latest or today, today) - BACK


def check_by(parse: Callable[[Reply], object]) -> Callable[[Reply], None]:
    """A check for `PoliteClient.get`: an answer that the parser refuses with a ValueError is asked for again."""

    def check(reply: Reply) -> None:
        try:
            parse(reply)
        except ValueError as error:
            raise BadReply(str(error)) from error

    return check


def batch_of(
    rows: Sequence[Statement | Rejected],
    place: str,
    *,
    cursor: str | None = None,
    first: int = 1,
    raw: bytes | None = None,
    raw_name: str = "",
    warnings: tuple[str, ...] = (),
) -> Batch:
    """The batch of one answer."""
    return Batch(
        lines=b"\n".join(to_line(row) for row in rows if isinstance(row, Statement)),
        place=place,
        cursor=cursor,
        first=first,
        rejected=tuple(row for row in rows if isinstance(row, Rejected)),
        raw=raw,
        raw_name=raw_name,
        warnings=warnings,
    )


def repeated(reply: Reply) -> SourceError:
    """For a server that goes round in circles."""
    return SourceError(f"{reply.url}: the rows of the page before it again", "see what the server answers")


def without_end(place: str, pages: int) -> SourceError:
    """For a list that is longer than a harvest may be; `place` names it."""
    return SourceError(
        f"{place}: no end after {pages} pages",
        "what came is kept, and the next harvest goes on there; raise `max_pages` if there is so much to fetch",
    )
