"""bioRxiv and medRxiv: what was posted day by day, all versions, from their details interface. [edge]

How the list of days is read, and why nothing is lost where it moves meanwhile: `pipeline/ingest/stretch.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from pipeline.ingest.details import DetailsPage, parse_details
from pipeline.ingest.http import PoliteClient, Reply, open_client
from pipeline.ingest.paging import batch_of, check_by, first_day, repeated, without_end
from pipeline.ingest.source import Batch, NetworkSettings, Reach
from pipeline.ingest.stretch import MAX_RESTARTS, Stretch, begin, read_cursor, write_cursor, write_end


class DetailsSettings(NetworkSettings):
    """What both servers have; they are two collections behind one interface."""

    id_pattern: ClassVar[str] = r"10\.(?:1101|64898)/[0-9][0-9.]{3,40}"

    base_url: str = Field(
        "https://api.biorxiv.org", pattern=r"^https?://[^\s?#]+[^\s?#/]$", description="Address of the interface."
    )
    start: date | None = Field(
        None,
        description="First day to fetch. Empty: a week before the newest preprint of the archive, or before today.",
    )
    overlap_days: int = Field(
        1, ge=1, le=365, description="Days before the last harvest that the next one reads again, for late postings."
    )

    def open(self, reach: Reach) -> "DetailsSource":
        return DetailsSource(self, reach)

    def read_again(self, content: bytes, place: str) -> Batch:
        """A kept answer, as it is read today."""
        return batch_of(parse_details(content, place).rows, place)


class BiorxivSettings(DetailsSettings):
    """`biorxiv`: bioRxiv's preprints."""

    default_origin: ClassVar[str] = "biorxiv"
    kind: Literal["biorxiv"]


class MedrxivSettings(DetailsSettings):
    """`medrxiv`: medRxiv's preprints."""

    default_origin: ClassVar[str] = "medrxiv"
    kind: Literal["medrxiv"]


@dataclass(frozen=True, slots=True)
class DetailsSource:
    settings: DetailsSettings
    reach: Reach

    def batches(self, cursor: str | None) -> Iterator[Batch]:
        """One batch for each answer."""
        today = self.reach.now().date()
        stretch = read_cursor(cursor, today) or begin(first_day(self.settings.start, self.reach), today)
        start, keys_before = stretch.first, tuple[str, ...]()
        with open_client(self.settings, self.reach, "biorxiv") as client:
            for _ in range(self.settings.max_pages):
                reply, page = self._ask(client, stretch)
                if page.keys and page.keys == keys_before:
                    raise repeated(reply)
                after = stretch.after(page.keys)
                going_on = after or stretch.following(today, self.settings.overlap_days)
                complete = after is None and stretch.last >= today
                yield _batch(reply, page, stretch, write_end(going_on) if complete else write_cursor(going_on))
                if complete:
                    return
                stretch, keys_before = going_on, page.keys if after else ()
                self.reach.progress((stretch.first - start).days, (today - start).days)
        raise without_end(self.settings.base_url, self.settings.max_pages)

    def _ask(self, client: PoliteClient, stretch: Stretch) -> tuple[Reply, DetailsPage]:
        days = f"{stretch.first}/{stretch.last}"
        url = f"{self.settings.base_url}/details/{self.settings.kind}/{days}/{stretch.offset}/json"
        reply = client.get(url, check=check_by(lambda reply: parse_details(reply.content, reply.url)))
        return reply, parse_details(reply.content, reply.url)


def _batch(reply: Reply, page: DetailsPage, stretch: Stretch, cursor: str) -> Batch:
    moved = stretch.moved(page.keys)
    known = 1 if stretch.anchor and not moved else 0
    return batch_of(
        page.rows[known:],
        reply.url,
        cursor=cursor,
        first=1 + known,
        raw=reply.content,
        raw_name=f"{stretch.first}-{stretch.last}-{stretch.restarts}-{stretch.offset:06d}.json",
        warnings=(_warning(stretch),) if moved else (),
    )


def _warning(stretch: Stretch) -> str:
    what = f"the list of {stretch.first} to {stretch.last} moved while it was read"
    return f"{what}: {'reading it again' if stretch.restarts < MAX_RESTARTS else 'some of its rows may be missing'}"
