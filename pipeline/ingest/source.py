"""What a source of preprints is: its settings, and batches that are each kept whole or not at all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import SettingsError
from pipeline.records import Rejected

ARXIV_ID = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{2}(?:0[1-9]|1[0-2])\d{3}"
"""New style YYMM.number since April 2007, old style archive/YYMMnumber since 1991 (arXiv identifier scheme)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Part of a harvest: one answer of a server, or a stretch of a file."""

    lines: bytes
    """Preprints as lines of JSON, parted by newlines: `statement.to_line`, or the snapshot's own."""
    place: str
    """Where they stood, for messages: an address or a file."""
    cursor: str | None
    """Where to go on once this batch is kept; the source's own text, JSON where it has parts. None: where it was before."""
    first: int = 1
    """Number of the first line at that place."""
    rejected: tuple[Rejected, ...] = ()
    """Records that the source could not even turn into a line."""
    raw: bytes | None = None
    """The answer as it came over the wire, to be kept; None for what already lies on disk."""
    raw_name: str = ""
    """File name for `raw`, without compression's suffix, e.g. `cs-cs-AI-00001.xml`; the order of names is that of the answers."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What a source may know of the world."""

    now: Callable[[], datetime]
    """The time, UTC."""
    sleep: Callable[[float], None]
    """Wait that many seconds."""
    state_folder: Path
    """Folder beside the database for small files that outlive a kill, such as the time of the last request."""
    latest: date | None
    """Newest `update_date` that the archive holds of this origin; None for none."""
    progress: Callable[[int, int], None] = field(default=lambda done, total: None)
    """Told how far the source has come, in its own unit; a total of 0 is unknown."""


class SourceSettings(BaseModel):
    """What every `[[sources]]` entry has; a kind adds its own keys in a subclass beside its code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default_origin: ClassVar[str] = ""
    """Origin of the kind; empty where it is the source's name."""
    id_pattern: ClassVar[str]
    """Regular expression (RE2) that an id of this source matches whole."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,30}$",
        description="Name of the source, in reports and in the folder of its raw answers.",
    )
    kind: str = Field(description="What kind of source it is; each has its table below.")
    origin: str = Field(
        "",
        pattern=r"^$|^[a-z][a-z0-9-]{0,30}$",
        description="Whose ids they are; with the id it identifies a preprint for ever. Sources of one origin share "
        "their preprints. Empty: the kind's own, else the name.",
    )

    categories: tuple[str, ...] = Field(
        (), description="Only preprints in one of these categories, or archives such as `cs`; empty for all."
    )
    since: date | None = Field(None, description="Only preprints that are new or changed on this day or later.")

    @property
    def origin_name(self) -> str:
        return self.origin or self.default_origin or self.name

    def rebased(self, base: Path) -> "SourceSettings":
        """With its paths counted from that folder."""
        updates: dict[str, Any] = {
            name: base / value for name in type(self).model_fields if isinstance(value := getattr(self, name), Path)
        }
        return self.model_copy(update=updates)

    def open(self, reach: Reach) -> "Source":
        """The source, ready to be read; nothing is fetched yet."""
        raise NotImplementedError


class NetworkSettings(SourceSettings):
    """What every source has that is fetched from a server."""

    contact: str = Field(
        "",
        pattern=r"^[ -~]{0,200}$",
        description="Your address (mail or web), sent in the User-Agent so that the server's keepers can reach you.",
    )
    pace_seconds: float = Field(
        3.0, ge=0, le=3600, description="Pause between two requests; it holds across all sources of one origin."
    )
    timeout_seconds: float = Field(120.0, gt=0, le=3600, description="Longest wait for the next bytes of an answer.")
    redirect_hosts: tuple[str, ...] = Field(
        (),
        description="Hosts to which the server may send a request on, beside its own; any other is an error that names it.",
    )
    max_pages: int = Field(
        10_000, ge=1, description="Answers that one list may take; a server that never ends its list is left there."
    )

    def read_again(self, content: bytes, place: str) -> Batch:
        """What a kept answer holds, by today's reading: lines, rejected, warnings, and no cursor. Raises ValueError."""
        raise NotImplementedError


def keeping_answers(sources: Iterable[SourceSettings], names: Sequence[str]) -> list[NetworkSettings]:
    """The sources of these names. Raises SettingsError for a name whose answers are not kept."""
    fetched = {source.name: source for source in sources if isinstance(source, NetworkSettings)}
    if unknown := [name for name in names if name not in fetched]:
        raise SettingsError(
            f"no source named {', '.join(unknown)} whose answers are kept",
            f"name one of these: {', '.join(fetched)}" if fetched else "files are read again where they lie",
        )
    return [fetched[name] for name in names]


class Source(Protocol):
    """A harvest that goes on where the last one was kept."""

    def batches(self, cursor: str | None) -> Iterator[Batch]:
        """Yield what came since the cursor (None: from the start), in an order in which each batch may be the last one kept.

        Ends after the last batch; a source with nothing new yields none, or one without lines that moves the cursor.
        Raises DeferredError when the source asks to be left alone, SourceError when it can't be read: in both cases what was
        yielded before is kept and the next harvest goes on from there.
        """
        ...
