"""A folder of saved OAI-PMH answers: how a night is replayed, and how answers from elsewhere come in. [edge]

Files are read in the order of their names, folders inside included, and each once.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import orjson
import pyarrow as pa
from pydantic import Field

from pipeline.errors import SourceError
from pipeline.ingest.oai import UnreadableAnswer, parse_answer
from pipeline.ingest.source import ARXIV_ID, Batch, Reach, SourceSettings
from pipeline.records import Rejected

ENDINGS = (".xml", ".xml.gz", ".xml.zst")
MAX_FILE_BYTES = 256 << 20
"""Unpacked; a larger one is no answer."""


class OaiFolderSettings(SourceSettings):
    """`oai-folder`: saved OAI-PMH answers of arXiv."""

    default_origin: ClassVar[str] = "arxiv"
    id_pattern: ClassVar[str] = ARXIV_ID
    kind: Literal["oai-folder"] = "oai-folder"
    path: Path = Field(
        description="Folder of the answers: `.xml`, `.xml.gz` or `.xml.zst`; relative to the settings file."
    )

    def open(self, reach: Reach) -> "OaiFolderSource":
        return OaiFolderSource(self, reach)


@dataclass(frozen=True, slots=True)
class OaiFolderSource:
    """One reading of what is new in the folder."""

    settings: OaiFolderSettings
    reach: Reach

    def batches(self, cursor: str | None) -> Iterator[Batch]:
        """One batch for each file that the cursor does not know as it is now; a bad file is one rejected record."""
        folder = self.settings.path
        if not folder.is_dir():
            raise SourceError(f"{folder}: no such folder", "mend `path` of that [[sources]] entry")
        marks = {file: _mark(folder, file) for file in _files(folder)}
        seen = _read_cursor(cursor) & set(marks.values())
        for number, (file, mark) in enumerate(marks.items(), 1):
            if mark not in seen:
                seen.add(mark)
                yield _batch(file, orjson.dumps(sorted(seen)).decode())
            self.reach.progress(number, len(marks))


def _files(folder: Path) -> list[Path]:
    found = (file for file in folder.rglob("*") if file.name.endswith(ENDINGS) and file.is_file())
    return sorted(found, key=lambda file: file.relative_to(folder).as_posix())


def _mark(folder: Path, file: Path) -> str:
    """Short for a file as it is now; by its name, size and time, so that a night does not read all files again."""
    state = file.stat()
    name = f"{file.relative_to(folder).as_posix()} {state.st_size} {state.st_mtime_ns}"
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _read_cursor(cursor: str | None) -> set[str]:
    """Marks of the files that were read; none where the cursor is another kind's."""
    try:
        marks = orjson.loads(cursor or "[]")
    except orjson.JSONDecodeError:
        return set()
    return {mark for mark in marks if isinstance(mark, str)} if isinstance(marks, list) else set()


def _batch(file: Path, cursor: str) -> Batch:
    try:
        answer = parse_answer(_content(file), str(file))
    except (UnreadableAnswer, OSError, EOFError, zlib.error, pa.ArrowException) as error:
        return Batch(b"", str(file), cursor, rejected=(Rejected(str(file), f"not read: {error}"),))
    warnings = answer.warnings
    if answer.error_code not in ("", "noRecordsMatch"):
        warnings = (*warnings, f"{file}: holds an error, not records: {answer.error_code}")
    return Batch(
        lines=b"\n".join(answer.lines),
        place=str(file),
        cursor=cursor,
        rejected=answer.rejected,
        warnings=warnings,
    )


def _content(file: Path) -> bytes:
    with file.open("rb") as raw:
        if file.suffix == ".gz":
            content = gzip.GzipFile(fileobj=raw).read(MAX_FILE_BYTES + 1)
        elif file.suffix == ".zst":
            # pyarrow's reader tells where a file was cut off
            content = pa.CompressedInputStream(raw, "zstd").read(MAX_FILE_BYTES + 1)
        else:
            content = raw.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableAnswer(f"more than {MAX_FILE_BYTES >> 20} MB")
    return content
