"""OSF Preprints and the communities on it (PsyArXiv, SocArXiv, …), from OSF's interface. [edge]

The example of a new source: `docs/sources.md` walks through it. The list comes in the order of the last change. Each request
asks for what changed since the last one that was read, not for the page with the next number: a preprint that changes
meanwhile goes to the end of the list, and numbers would skip the one that takes its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode

from pydantic import Field, TypeAdapter, ValidationError

from pipeline.ingest.http import open_client
from pipeline.ingest.json_answer import dig, list_at, read_object, text_at
from pipeline.ingest.paging import batch_of, check_by, first_day, repeated, without_end
from pipeline.ingest.source import Batch, NetworkSettings, Reach
from pipeline.ingest.statement import StatedVersion, Statement
from pipeline.ingest.subjects import subject_slug
from pipeline.records import Rejected

WANTED = {"sort": "date_modified", "embed": ("bibliographic_contributors", "license"), "page[size]": 100}
OVERLAP = timedelta(days=1)


class OsfSettings(NetworkSettings):
    """`osf`: OSF Preprints, whole or one community of it."""

    default_origin: ClassVar[str] = "osf"
    id_pattern: ClassVar[str] = r"[a-z0-9]{5,10}"
    kind: Literal["osf"]
    base_url: str = Field(
        "https://api.osf.io/v2", pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Address of the interface."
    )
    provider: str = Field("", pattern=r"^[a-z0-9_-]{0,40}$", description="A community, e.g. `psyarxiv`. Empty: all.")
    start: date | None = Field(
        None,
        description="First day of changes to fetch. Empty: a week before the newest preprint of the archive, or before today.",
    )

    def open(self, reach: Reach) -> "OsfSource":
        return OsfSource(self, reach)

    def read_again(self, content: bytes, place: str) -> Batch:
        """A kept answer, as it is read today."""
        return _batch(parse_list(content), place)


@dataclass(frozen=True, slots=True)
class Listed:
    """One answer."""

    rows: list[Any]
    changes: tuple[datetime, ...]
    """UTC, of the rows' last changes, oldest first."""
    more: bool
    """The list goes on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go on in the list: the cursor."""

    since: datetime
    """UTC, of the last change that was read."""
    page: int = 1
    """Of the changes at that very time, should they fill more than one."""

    def after(self, listed: Listed) -> "Place":
        """At the end it is a day earlier, for changes that show late."""
        if not listed.rows:
            return self
        first, last = listed.changes[0], listed.changes[-1]
        if not listed.more:
            return Place(last - OVERLAP)
        if last == self.since:
            return Place(last, self.page + 1)
        return Place(last, 2 if first == last else 1)


CURSOR = TypeAdapter(Place)


@dataclass(frozen=True, slots=True)
class OsfSource:
    settings: OsfSettings
    reach: Reach

    def batches(self, cursor: str | None) -> Iterator[Batch]:
        """One batch for each answer."""
        place, rows_before, done = self._place(cursor), None, 0
        with open_client(self.settings, self.reach, "osf") as client:
            for _ in range(self.settings.max_pages):
                reply = client.get(self._address(place), check=check_by(lambda reply: parse_list(reply.content)))
                listed = parse_list(reply.content)
                if listed.rows == rows_before:
                    raise repeated(reply)
                going_on, name = place.after(listed), f"{place.since:%Y-%m-%dT%H%M%S.%f}-{place.page:03d}.json"
                cursor = CURSOR.dump_json(going_on).decode()
                yield replace(_batch(listed, reply.url), cursor=cursor, raw=reply.content, raw_name=name)
                if not listed.more:
                    return
                place, rows_before, done = going_on, listed.rows, done + len(listed.rows)
                self.reach.progress(done, 0)
        raise without_end(self.settings.base_url, self.settings.max_pages)

    def _place(self, cursor: str | None) -> Place:
        try:
            return CURSOR.validate_json(cursor or "")
        except ValidationError:  # none yet, or of another kind
            return Place(datetime.combine(first_day(self.settings.start, self.reach), time()))

    def _address(self, place: Place) -> str:
        """Built here and never taken from an answer, so that none can lead elsewhere."""
        asked = {**WANTED, "filter[date_modified][gte]": place.since.isoformat(), "page": place.page}
        if self.settings.provider:
            asked["filter[provider]"] = self.settings.provider
        return f"{self.settings.base_url}/preprints/?{urlencode(asked, doseq=True)}"


def parse_list(content: bytes) -> Listed:
    """Raises ValueError for what is no list of preprints in the order of their last changes."""
    answer = read_object(content)
    if not isinstance(rows := answer.get("data"), list):
        raise ValueError("an answer without a list")
    stated = (text_at(row, "attributes", "date_modified") or "no time of change" for row in rows)
    changes = tuple(datetime.fromisoformat(time_stated).replace(tzinfo=None) for time_stated in stated)
    if list(changes) != sorted(changes):
        raise ValueError("not in the order of the last change, which was asked for")
    return Listed(rows, changes, dig(answer, "links", "next") is not None)


def _batch(listed: Listed, place: str) -> Batch:
    cut = sum(dig(row, "embeds", "bibliographic_contributors", "links", "next") is not None for row in listed.rows)
    warning = f"{cut} preprints have more authors than the ten that OSF lists with them"
    found = [_row(row, f"{place} row {number}") for number, row in enumerate(listed.rows, 1)]
    return batch_of(found, place, warnings=(warning,) if cut else ())


def _row(row: Any, place: str) -> Statement | Rejected:
    """One version of one preprint: `abcde_v2` is the second of `abcde`."""
    stated_id, facts = text_at(row, "id"), row["attributes"]
    if stated_id is None:
        return Rejected(place, "no id, or one that is not text")
    identity, _, number = stated_id.partition("_v")
    # a chain leads from the widest subject to the narrowest
    subjects = [one for chain in list_at(facts, "subjects") if isinstance(chain, list) for one in reversed(chain)]
    withdrawn, journal = text_at(facts, "date_withdrawn"), text_at(facts, "doi")
    return Statement(
        id=identity,
        title=text_at(facts, "title"),
        abstract=text_at(facts, "description"),
        people=tuple(filter(None, map(_name, list_at(row, "embeds", "bibliographic_contributors", "data")))),
        categories=" ".join(subject_slug(text_at(one, "text") or "") for one in subjects),
        journal_ref=journal and f"doi:{journal}",
        doi=(text_at(row, "links", "preprint_doi") or "").removeprefix("https://doi.org/") or None,
        license=text_at(row, "embeds", "license", "data", "attributes", "name"),
        versions=(
            StatedVersion(
                version=str(dig(facts, "version") or number or 1),
                created=text_at(facts, "date_published") or text_at(facts, "date_created"),
            ),
        ),
        update_date=text_at(facts, "date_modified"),
        withdrawn=withdrawn and (text_at(facts, "withdrawal_justification") or f"withdrawn on {withdrawn[:10]}"),
    )


def _name(contributor: Any) -> str | None:
    unregistered = text_at(contributor, "attributes", "unregistered_contributor")
    return unregistered or text_at(contributor, "embeds", "users", "data", "attributes", "full_name")
