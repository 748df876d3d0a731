"""Harvests in a test: a clock that moves only when someone sleeps, and an archive that keeps batch by batch."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.ingest.source import Batch, Reach, SourceSettings
from tests.oai_server import OaiServer
from tests.oai_xml import ServedRecord


@dataclass(slots=True)
class World:
    """Time, and who slept how long."""

    folder: Path
    time: datetime = datetime(2026, 6, 3, 5, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.time += timedelta(seconds=seconds)

    def reach(self, latest: date | None = None) -> Reach:
        return Reach(self.now, self.sleep, self.folder, latest)


@dataclass(slots=True)
class Archive:
    """What was kept: every batch with its cursor, at once."""

    cursor: str | None = None
    batches: list[Batch] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    """Of all lines, in the order in which they came."""
    preprints: dict[str, tuple[int, str, bool]] = field(default_factory=dict)
    """Of each preprint the number of versions, the title and whether it is deleted, as last stated."""

    def take(self, settings: SourceSettings, reach: Reach, kill_after: int | None = None) -> bool:
        """Harvest on; with `kill_after`, the process dies once so many batches are kept. Whether it came to its end."""
        for number, batch in enumerate(settings.open(reach).batches(self.cursor), 1):
            self.keep(batch)
            if number == kill_after:
                return False
        return True

    def keep(self, batch: Batch) -> None:
        self.batches.append(batch)
        self.cursor = batch.cursor
        for line in lines_of([batch]):
            self.ids.append(line["id"])
            self.preprints[line["id"]] = (len(line["versions"]), line["title"] or "", line["deleted"])


def lines_of(batches: Iterable[Batch]) -> list[dict[str, Any]]:
    return [json.loads(line) for batch in batches for line in batch.lines.splitlines()]


def served(server: OaiServer) -> dict[str, tuple[int, str, bool]]:
    """What an archive should hold that has everything of the server."""
    return {one.id: (0, "", True) if one.deleted else (len(one.versions), one.title, False) for one in server.records}


def june(day: int) -> date:
    return date(2026, 6, day)


def preprints(days: Iterable[int], categories: str = "cs.AI") -> list[ServedRecord]:
    """One preprint for each day of June that is named, with ids in the order given."""
    return [
        ServedRecord(f"2606.{number:05d}", june(day), title=f"Title {number}", categories=categories)
        for number, day in enumerate(days, 1)
    ]
