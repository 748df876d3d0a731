"""How to read the list of a stretch of days page by page, so that nothing is lost where the list moves meanwhile.

The server lets one begin at any row of the list. Long times are read in stretches of a week, each to its end, so that little
has to be read again when a list has moved. Three rules:

- Each page begins at the last row of the page before it. If that row isn't there any more, rows have come or gone meanwhile
  and others may have slipped through between the two pages, so the stretch is read again from its start. After a few times
  the rest is taken as it comes.
- A stretch that was cut off goes on with the same days, however long ago that was; the row it ended on tells if the list has
  moved since.
- A harvest's last stretch ends today. The next harvest begins some days before that day, and so does one that goes on where
  an earlier day's was cut off: what was posted late in those days is read then.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta

STRETCH_DAYS = 7
MAX_RESTARTS = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days that are read as one list, and how far the list was read."""

    first: date
    last: date
    begun: date
    """The day of the first request."""
    offset: int = 0
    anchor: str = ""
    """Key of the row that is expected first; empty where any may be."""
    restarts: int = 0

    def moved(self, keys: tuple[str, ...]) -> bool:
        """Whether a page of these rows does not begin with the row on which the last one ended."""
        return bool(self.anchor) and keys[:1] != (self.anchor,)

    def after(self, keys: tuple[str, ...]) -> "Stretch | None":
        """Where to go on after a page of these rows; None at the end of the list."""
        if self.moved(keys) and self.restarts < MAX_RESTARTS:
            return replace(self, offset=0, anchor="", restarts=self.restarts + 1)
        if not keys or keys == (self.anchor,):
            return None
        if len(keys) == 1:
            return replace(self, offset=self.offset + 1, anchor="")
        return replace(self, offset=self.offset + len(keys) - 1, anchor=keys[-1])

    def following(self, today: date, overlap_days: int) -> "Stretch":
        """The stretch after the end of this one."""
        first = self.last + timedelta(1)
        if self.last >= today or self.begun != today:
            first = min(first, self.begun - timedelta(overlap_days))
        return begin(first, today)


def begin(first: date, today: date) -> Stretch:
    """A stretch from that day on, not beyond today."""
    first = min(first, today)
    return Stretch(first=first, last=min(first + timedelta(STRETCH_DAYS - 1), today), begun=today)


def write_cursor(stretch: Stretch) -> str:
    """JSON: the stretch and how far it was read."""
    days = {"from": f"{stretch.first}", "to": f"{stretch.last}", "begun": f"{stretch.begun}"}
    how_far = {"offset": stretch.offset, "anchor": stretch.anchor, "restarts": stretch.restarts}
    return json.dumps(days | how_far, ensure_ascii=False)


def write_end(stretch: Stretch) -> str:
    """JSON for after a harvest's end: the next one begins on the first day of this stretch and has its own today."""
    return json.dumps({"from": f"{stretch.first}"})


def read_cursor(cursor: str | None, today: date) -> Stretch | None:
    """The stretch to go on with; None where there is none yet, or the cursor is another kind's."""
    try:
        found = json.loads(cursor or "")
        first = date.fromisoformat(found["from"])
        if "to" not in found:
            return begin(first, today)
        last, begun = date.fromisoformat(found["to"]), date.fromisoformat(found["begun"])
        return Stretch(first, last, begun, int(found["offset"]), str(found["anchor"]), int(found["restarts"]))
    except (ValueError, TypeError, KeyError):
        return None
