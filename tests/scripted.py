"""A source that says what a test lets it say: batches, and errors between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

from pipeline.ingest.intake import Archive
from pipeline.ingest.source import ARXIV_ID, Batch, NetworkSettings, Reach
from pipeline.progress import silent
from pipeline.store.database import Connection
from tests.archive import Line, as_lines

NOW = datetime(2024, 6, 1, 3, 17, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scripted:
    """One harvest; its cursor is how many parts of the script were kept."""

    script: Sequence[Batch | Exception]

    def batches(self, cursor: str | None) -> Iterator[Batch]:
        start = int(cursor or 0)
        for number, part in enumerate(self.script[start:], start + 1):
            if isinstance(part, Exception):
                raise part
            yield replace(part, cursor=str(number)) if part.cursor == "" else part


class ScriptedSettings(NetworkSettings):
    """`scripted`: for tests alone."""

    id_pattern: ClassVar[str] = ARXIV_ID
    opened_with: ClassVar[list[Reach]] = []

    kind: Literal["scripted"] = "scripted"
    script: tuple[Any, ...] = ()

    def open(self, reach: Reach) -> Scripted:
        self.opened_with.append(reach)
        return Scripted(self.script)

    def read_again(self, content: bytes, place: str) -> Batch:
        if not content:
            raise ValueError("nothing in it")
        return Batch(content, place, None)


def scripted(*script: Batch | Exception, name: str = "arxiv", **settings: Any) -> ScriptedSettings:
    return ScriptedSettings(name=name, script=script, **settings)


def batch(*lines: Line, **fields: Any) -> Batch:
    return Batch(**({"lines": as_lines(*lines), "place": "feed", "cursor": ""} | fields))


def archive_in(folder: Path, connection: Connection, now: datetime = NOW, raw_days: int = 30) -> Archive:
    """An archive whose ledger and raw answers lie in that folder, and where nobody may wait."""

    def no_sleep(seconds: float) -> None:
        raise AssertionError(f"it slept {seconds} s")

    return Archive(connection, folder / "ids.csv", "AG", folder / "raw", raw_days, lambda: now, no_sleep, silent)
