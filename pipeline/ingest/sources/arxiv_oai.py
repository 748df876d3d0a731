"""arXiv's nightly channel: OAI-PMH in the format `arXivRaw`, set by set, page by page. [edge]

Why no library fetches it: `docs/decisions/0005-oai-pmh-client.md`. Where a list goes on: `pipeline/ingest/oai_list.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from pipeline.errors import DeferredError, SourceError
from pipeline.ingest.http import BadReply, PassingFault, PoliteClient, Reply, open_client
from pipeline.ingest.oai import OaiAnswer, UnreadableAnswer, parse_answer
from pipeline.ingest.oai_list import ListState, LoopWatch, OaiCursor, read_cursor, write_cursor
from pipeline.ingest.paging import first_day, without_end
from pipeline.ingest.source import ARXIV_ID, Batch, NetworkSettings, Reach

MAX_RESTARTS = 5
"""Times that a list is asked for anew in one harvest."""
DAMAGED_TRIES = 2
"""Times that a page with broken records is asked for again before they are given up."""
MAX_DOWN = 3
"""Sets in a row that could not be reached at all, after which the others are left for the next night."""

SetName = Annotated[str, Field(pattern=r"^[a-z][a-z-]*(:[a-z][a-z-]*(:[A-Za-z][A-Za-z-]*)?)?$")]


class ArxivOaiSettings(NetworkSettings):
    """`arxiv-oai`: what is new in arXiv, from its OAI-PMH server."""

    default_origin: ClassVar[str] = "arxiv"
    id_pattern: ClassVar[str] = ARXIV_ID
    kind: Literal["arxiv-oai"] = "arxiv-oai"
    base_url: str = Field(
        "https://oaipmh.arxiv.org/oai", pattern=r"^https?://[^\s?#]+$", description="Address of the OAI-PMH server."
    )
    sets: tuple[SetName, ...] = Field(
        (), description="Sets to harvest, such as `cs:cs:AI` or `physics:quant-ph`. Empty: everything."
    )
    start: date | None = Field(
        None,
        description="First datestamp to fetch. Empty: a week before the newest preprint of the archive, or before today.",
    )

    redirect_hosts: tuple[str, ...] = Field(
        ("oaipmh.arxiv.org",),
        description="Hosts to which the server may send a request on, beside its own; any other is an error that names it.",
    )
    overlap_days: int = Field(
        1,
        ge=0,
        le=365,
        description="Days before the last harvest that the next one reads again, for records that slipped by while their list moved.",
    )

    def open(self, reach: Reach) -> "ArxivOaiSource":
        return ArxivOaiSource(self, reach)

    def read_again(self, content: bytes, place: str) -> Batch:
        """A kept answer, as it is read today."""
        answer = parse_answer(content, place)
        lines = b"\n".join(answer.lines)
        return Batch(lines, place, None, rejected=answer.rejected, warnings=answer.warnings)


@dataclass(slots=True)
class ArxivOaiSource:
    """One harvest of all sets."""

    settings: ArxivOaiSettings
    reach: Reach
    at: OaiCursor = field(default_factory=OaiCursor)
    """Where the harvest stands."""
    records: int = 0

    def batches(self, cursor: str | None) -> Iterator[Batch]:
        """One batch for each answer. What keeps a set from coming is told at the end, after the others."""
        self.at = read_cursor(cursor)
        failures: list[SourceError] = []
        down = 0
        with open_client(self.settings, self.reach, self.settings.origin_name) as client:
            for name in dict.fromkeys(self.settings.sets or ("",)):
                try:
                    yield from self._list(client, name)
                    down = 0
                except DeferredError as error:
                    raise DeferredError("\n".join(one.what for one in (error, *failures)), error.mend) from error
                except SourceError as error:
                    failures.append(error)
                    down = down + 1 if isinstance(error.__cause__, PassingFault) else 0
                if down == MAX_DOWN:
                    break
        if failures:
            raise SourceError("\n".join(error.what for error in failures), failures[0].mend)

    def _list(self, client: PoliteClient, name: str) -> Iterator[Batch]:
        """One set, page by page, to its end."""
        today = self._today()
        state = self._begin(name, today)
        watch, restarts = LoopWatch({state.token}), 0
        for _ in range(self.settings.max_pages):
            reply, answer = self._fetch(client, name, state)
            if state.token and answer.error_code in ("badResumptionToken", "noRecordsMatch"):
                state = state.restarted()
            elif answer.error_code not in ("", "noRecordsMatch"):
                raise SourceError(
                    f"{_named(name)}: the server says {answer.error_code}: {answer.error_message[:200]}",
                    "mend `sets`, `start` or `base_url` of this source",
                )
            else:
                looping = watch.sees(answer.token, answer.identifiers_digest)
                state = state.after(answer, self._today())
                yield self._batch(name, reply, answer, state.from_the_start() if looping else state)
                if looping:
                    raise SourceError(
                        f"{_named(name)}: the server never ends its list, and repeats itself at {reply.url[:200]}",
                        "what came is kept; the next harvest asks for the whole list anew",
                    )
                if not state.under_way:
                    return
            if not state.token:
                watch, restarts = LoopWatch(set()), restarts + 1
                if restarts > MAX_RESTARTS:
                    raise SourceError(
                        f"{_named(name)}: the server took back its own resumption tokens {restarts} times",
                        "what came is kept, and the next harvest goes on there",
                    )
        raise without_end(_named(name), self.settings.max_pages)

    def _begin(self, name: str, today: date) -> ListState:
        """Where the set's list was left, or some days before its last one's end."""
        if name not in self.at.lists:
            return ListState(first_day(self.settings.start, self.reach))
        return self.at.lists[name].resumed(today).overlapping(self.settings.overlap_days)

    def _today(self) -> date:
        return self.reach.now().astimezone(UTC).date()

    def _fetch(self, client: PoliteClient, name: str, state: ListState) -> tuple[Reply, OaiAnswer]:
        params = {"verb": "ListRecords"}
        if state.token:
            params["resumptionToken"] = state.token
        else:
            params |= {"metadataPrefix": "arXivRaw", "from": state.request_from.isoformat()}
            params |= {"set": name} if name else {}
        answers: list[OaiAnswer] = []

        def check(reply: Reply) -> None:
            try:
                answer = parse_answer(reply.content, reply.url[:200])
            except UnreadableAnswer as error:
                raise BadReply(str(error)) from error
            if answer.verb != "ListRecords" and not answer.error_code:
                raise BadReply(f"an answer to {answer.verb or 'nothing'}, not to ListRecords")
            answers.append(answer)
            if answer.damaged and sum(one.damaged for one in answers) <= DAMAGED_TRIES:
                raise BadReply(f"{len(answer.rejected)} broken records")

        return client.get(self.settings.base_url, params, check), answers[-1]

    def _batch(self, name: str, reply: Reply, answer: OaiAnswer, state: ListState) -> Batch:
        self.at = self.at.after_answer(name, state)
        self.records += len(answer.lines) + len(answer.rejected)
        self.reach.progress(self.records, 0)
        return Batch(
            lines=b"\n".join(answer.lines),
            place=reply.url[:200],
            cursor=write_cursor(self.at),
            rejected=answer.rejected,
            raw=reply.content,
            raw_name=f"{self.at.answers:07d}-{name.replace(':', '-') or 'all'}.xml",
            warnings=answer.warnings,
        )


def _named(name: str) -> str:
    return f"set {name}" if name else "the list of all sets"
