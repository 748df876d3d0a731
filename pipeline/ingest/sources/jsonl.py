"""A file of JSON lines in the shape of arXiv's bulk snapshot: of arXiv itself, or of anyone who writes that shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from pipeline.ingest.snapshot import read_batches
from pipeline.ingest.source import ARXIV_ID, Batch, Reach, SourceSettings


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One file, read from where it was left."""

    path: Path
    reach: Reach

    def batches(self, cursor: str | None) -> Iterator[Batch]:
        """Yield the file in stretches; nothing where it is the one that was read last time."""
        return read_batches(self.path, cursor, self.reach)


class JsonlSettings(SourceSettings):
    """`jsonl`: JSON lines in the shape of arXiv's bulk snapshot."""

    id_pattern: ClassVar[str] = ARXIV_ID

    kind: Literal["jsonl"]
    path: Path = Field(
        description="The file: plain, `.gz`, `.zst`, or a `.zip` with one; relative to the settings file."
    )

    def open(self, reach: Reach) -> SnapshotFile:
        return SnapshotFile(self.path, reach)


class ArxivSnapshotSettings(JsonlSettings):
    """`arxiv-snapshot`: arXiv's own bulk snapshot, for the first load."""

    default_origin: ClassVar[str] = "arxiv"

    kind: Literal["arxiv-snapshot"]  # type: ignore[assignment]  # each kind has its own word
