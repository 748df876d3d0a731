"""One file that holds what an archive must never lose: database, ledger, settings, questions. [edge]

Models and the servers' raw answers are not in it: both can be fetched again.
"""

import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from pipeline import __version__
from pipeline.errors import PipelineError
from pipeline.export.checksums import write_checksums
from pipeline.settings import Settings
from pipeline.store.database import connect, copy_database
from pipeline.store.dumps import schema_version
from pipeline.store.ledger import check_ledger

DATABASE, LEDGER, SETTINGS, OVERRIDES, QUESTIONS = (
    "archive.duckdb",
    "ids.csv",
    "antigravity.toml",
    "overrides.toml",
    "questions",
)
"""Names inside a backup."""
ENDING = ".tar.zst"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is whole."""

    file: Path
    size: int
    """Bytes."""


def backup_name(now: datetime) -> str:
    return f"antigravity-{now:%Y-%m-%dT%H%M%S}{ENDING}"


def write_backup(settings: Settings, config: Path, target: Path, now: datetime) -> Backup:
    """Write the backup beside `target`, and rename it once it is on the disk. Raises BusyError while a night is running.

    Raises PipelineError where `target` is there already, there is no archive yet, or its questions are missing; LedgerError where
    the ledger is not the database's, since nothing could be brought back from such a backup.
    """
    if target.exists():
        raise PipelineError(f"{target} is there already", "name another file with --to")
    if not settings.archive.database.is_file():
        raise PipelineError(f"{settings.archive.database}: there is no archive yet", "run antigravity nightly first")
    if not settings.questions.folder.is_dir():
        raise PipelineError(
            f"{settings.questions.folder}: there is no such folder of questions", "name it in questions.folder"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    folder, part = (target.parent / f".{target.name}.{what}" for what in ("building", "part"))
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir()
        _collect(settings, config, folder, now)
        _pack(folder, part)
        part.replace(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        part.unlink(missing_ok=True)
    return Backup(target, target.stat().st_size)


def _collect(settings: Settings, config: Path, folder: Path, now: datetime) -> None:
    copy_database(settings.archive.database, folder / DATABASE)
    with connect(folder / DATABASE) as copied:
        check_ledger(copied, settings.archive.ledger, settings.site.id_prefix)
    # after the database: a ledger that is ahead of it is read up by the next night, one that is behind would be refused
    for path, name in (
        (settings.archive.ledger, LEDGER),
        (settings.archive.overrides, OVERRIDES),
        (config, SETTINGS),
    ):
        if path.is_file():
            shutil.copyfile(path, folder / name)
    shutil.copytree(
        settings.questions.folder,
        folder / QUESTIONS,
        ignore=shutil.ignore_patterns(".*"),
        ignore_dangling_symlinks=True,
    )
    made = {
        "software": f"antigravity-qa {__version__}",
        "schema": schema_version(),
        "made": f"{now:%Y-%m-%dT%H:%M:%SZ}",
    }
    (folder / "backup.json").write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    write_checksums(folder)


def _pack(folder: Path, part: Path) -> None:
    with (
        pa.CompressedOutputStream(pa.OSFile(str(part), "wb"), "zstd") as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        for path in sorted(folder.rglob("*")):
            tar.add(path, path.relative_to(folder).as_posix(), recursive=False)
    with part.open("rb") as written:
        os.fsync(written.fileno())


@contextmanager
def unpacked(file: Path, aside: Path) -> Iterator[Path]:
    """The content of a backup, in `aside`, which is gone afterwards. Raises PipelineError where the file is none or damaged."""
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        try:
            with (
                pa.CompressedInputStream(pa.OSFile(str(file)), "zstd") as packed,
                tarfile.open(fileobj=packed, mode="r|") as tar,
            ):
                tar.extractall(aside, filter="data")
        except (OSError, tarfile.TarError, EOFError) as error:
            raise PipelineError(f"{file} is no backup, or a damaged one: {error}", "take another backup") from error
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)
