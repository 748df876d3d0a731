"""How far the list of one OAI-PMH set was read, and where to go on: what is kept between the pages and between the nights.

Four rules keep anything from falling between two lists:

- The next list begins on the day of this one's first answer by the server's clock, which a cache may have held back; that day
  is read again.
- A token is good for one UTC day. Without it a list that came in the order of its datestamps goes on at the last of them, and
  any other begins again. Order is believed only once there was enough to see it by, and where it breaks after all, the list
  begins again too.
- A list that was begun again keeps the day of its first answer.
- A list begins some days before that day all the same: arXiv's tokens count the records of a day, so where one changes while its
  day is read and moves to today, the one behind it slips by.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from pipeline.ingest.oai import OaiAnswer

ORDER_SHOWS_AFTER = 1_000
"""Records in which a list that is not in order would have shown it; a shorter list is soon read anew."""
MAX_EMPTY = 20
"""Pages without a record, one after the other, that a list may have."""


@dataclass(frozen=True, slots=True)
class ListState:
    """One set's list: not begun (`since` alone), or under way."""

    since: date
    """`from`: all with this datestamp or a later one are wanted."""
    start: date | None = None
    """A later `from`, where the list was begun again at its last datestamp."""
    answered: date | None = None
    """Where the next list begins; None until the first answer."""
    token: str = ""
    token_day: date | None = None
    """UTC day on which the token was given."""
    oldest: str = ""
    """First and last datestamp so far, `YYYY-MM-DD`."""
    newest: str = ""
    in_order: bool = True
    records: int = 0
    """How many came so far."""

    @property
    def request_from(self) -> date:
        return self.start or self.since

    @property
    def under_way(self) -> bool:
        return self.answered is not None

    def resumed(self, today: date) -> "ListState":
        """Ready for the next request on that day: a token of another day is dead."""
        return self.restarted() if self.under_way and self.token_day != today else self

    def overlapping(self, days: int) -> "ListState":
        """A list that is not begun, begun so many days earlier."""
        return self if self.under_way else replace(self, since=self.since - timedelta(days))

    def restarted(self) -> "ListState":
        """The list asked for anew, at its last datestamp where that loses nothing."""
        if not self.in_order or self.oldest == self.newest or self.records < ORDER_SHOWS_AFTER:
            return self.from_the_start()
        return replace(self, start=date.fromisoformat(self.newest), token="", token_day=None)

    def from_the_start(self) -> "ListState":
        """The list asked for anew, whole."""
        return ListState(since=self.since, answered=self.answered, in_order=self.in_order)

    def after(self, page: OaiAnswer, today: date) -> "ListState":
        """After a page: under way with the next token, or, without one, ready for the next night's list."""
        state = replace(
            self,
            answered=self.answered or self._next_since(page.response_date, today),
            token=page.token or "",
            token_day=today,
            oldest=min(filter(None, (self.oldest, page.oldest)), default=""),
            newest=max(self.newest, page.newest),
            in_order=self.in_order and page.in_order and (not page.oldest or page.oldest >= self.newest),
            records=self.records + len(page.lines),
        )
        if self.start and not state.in_order:
            return state.from_the_start()
        return state if state.token else ListState(since=state.answered or self.since)

    def _next_since(self, response_date: datetime | None, today: date) -> date:
        """The day of the answer by the server's clock, but no day to come, and none before this list's first."""
        if response_date is None:
            return self.since
        moment = response_date if response_date.tzinfo else response_date.replace(tzinfo=UTC)
        return max(self.since, min(moment.astimezone(UTC).date(), today))


@dataclass(slots=True)
class LoopWatch:
    """What one list has given so far, so that a server that never ends it is found out."""

    tokens: set[str]
    pages: set[str] = field(default_factory=set)
    empty_in_a_row: int = 0

    def sees(self, token: str | None, identifiers_digest: str) -> bool:
        """Take note of a page; true where it shows that the list goes round in circles."""
        self.empty_in_a_row = 0 if identifiers_digest else self.empty_in_a_row + 1
        known = token in self.tokens or identifiers_digest in self.pages or self.empty_in_a_row > MAX_EMPTY
        self.tokens.add(token or "")
        self.pages |= {identifiers_digest} - {""}
        return bool(token) and known


@dataclass(frozen=True, slots=True)
class OaiCursor:
    """Where a harvest of several sets stands."""

    answers: int = 0
    """How many were kept so far, in all nights: the number of the last one's file."""
    lists: dict[str, ListState] = field(default_factory=dict)
    """By set; the empty name is the list of everything."""

    def after_answer(self, name: str, state: ListState) -> "OaiCursor":
        """With one answer more, which brought the list of that set so far."""
        return OaiCursor(self.answers + 1, {**self.lists, name: state})


_CURSOR = TypeAdapter(OaiCursor)


def read_cursor(cursor: str | None) -> OaiCursor:
    """The cursor that was kept; none yet where it is another kind's, as after a change of the source's kind."""
    try:
        return _CURSOR.validate_json(cursor or "{}")
    except ValidationError:
        return OaiCursor()


def write_cursor(cursor: OaiCursor) -> str:
    """The cursor as JSON."""
    return _CURSOR.dump_json(cursor, exclude_defaults=True).decode()
