"""Bring an archive back: from a backup, or from its published dumps alone. [edge]

Everything is put together and checked aside; what was there before is moved aside, never deleted; the database comes last.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import BusyError, LedgerError, PipelineError, StoreError
from pipeline.export.backup import DATABASE, LEDGER, OVERRIDES, QUESTIONS, SETTINGS, unpacked
from pipeline.export.checksums import check_checksums
from pipeline.export.dumps import POINTS
from pipeline.meaning.keep import restore_points
from pipeline.progress import Progress
from pipeline.questions.folder import NOT_QUESTIONS
from pipeline.settings import Settings, read_settings
from pipeline.spelling import counted
from pipeline.store.database import Connection, connect, migration_names, open_database, transaction
from pipeline.store.dumps import RESTORES, read_dump
from pipeline.store.ledger import sync_ledger
from pipeline.store.preprints import load_counts

NEEDED = (*dict.fromkeys(name for _, name in RESTORES), LEDGER, "provenance.json")
"""Files without which dumps can't bring an archive back."""
DAMAGED = "take another copy; a damaged one is never restored"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back."""

    preprints: int
    moved: tuple[Path, ...]
    """What was in the way, where it lies now."""
    notes: tuple[str, ...]
    """What the operator should know, in plain words."""


def restore(source: Path, config: Path, now: datetime, progress: Progress, *, force: bool = False) -> Restored:
    """Bring back what `source` holds: a backup, or a folder of dumps. The settings say where to; a backup brings its own
    where `config` is not there yet.

    Raises PipelineError where `source` is damaged, holds no archive, is of a newer version, or where an archive is there
    already and `force` is not set; LedgerError where the ledgers contradict each other. Nothing was touched then.
    """
    with _opened(source, config) as folder:
        _refuse_strange(folder, source)
        copied = _copy_missing(folder / SETTINGS, config)
        try:
            settings = read_settings(config)
            copied += _copy_missing(folder / OVERRIDES, settings.archive.overrides)
            _refuse_present(settings, force=force)
            ledger = _newer_ledger(folder / LEDGER, settings.archive.ledger)
            aside = settings.archive.database.with_name(f".{settings.archive.database.name}.restoring")
            questions = list(_questions_of(folder))
            preprints = _build(folder, aside, ledger, settings, progress)
        except PipelineError:
            for file in copied:
                file.unlink()
            raise
        moved = _place(aside, ledger, settings, now)
        notes = [f"{config} came from the backup: look whether its paths fit this machine"] if config in copied else []
        notes += _restore_questions(questions, settings.questions.folder)
    return Restored(preprints, tuple(moved), tuple(notes))


@contextmanager
def _opened(source: Path, config: Path) -> Iterator[Path]:
    if not source.exists():
        raise PipelineError(f"{source} is not there", "name a backup, or a folder of dumps")
    aside = config.resolve().parent / ".antigravity-restoring"
    with nullcontext(source) if source.is_dir() else unpacked(source, aside) as folder:
        yield folder


def _is_backup(folder: Path) -> bool:
    return (folder / DATABASE).is_file()


def _refuse_strange(folder: Path, source: Path) -> None:
    """Raise PipelineError where the folder is neither a backup nor dumps, or damaged."""
    missing = [] if _is_backup(folder) else [name for name in NEEDED if not (folder / name).is_file()]
    strange = PipelineError(
        f"{source} is neither a backup nor dumps: it has no {', '.join(missing)}",
        "name a .tar.zst of antigravity backup, or a copy of the folder /data/ of a site",
    )
    if len(missing) == len(NEEDED):
        raise strange
    if problems := check_checksums(folder):
        raise PipelineError("\n".join(problems[:10]), DAMAGED)
    if missing:
        raise strange


def _refuse_present(settings: Settings, *, force: bool) -> None:
    """Raise PipelineError where an archive is there already, BusyError where a night works on it: its work would be lost."""
    in_the_way = [path for path in (settings.archive.database, settings.archive.ledger) if path.exists()]
    if in_the_way and not force:
        raise PipelineError(
            f"{' and '.join(map(str, in_the_way))}: an archive is there already",
            "add --force to move it aside and put the restored one in its place",
        )
    if settings.archive.database.is_file():
        try:
            with connect(settings.archive.database):
                pass
        except BusyError:
            raise
        except StoreError:  # a damaged one is what restoring is for
            pass


def _copy_missing(kept: Path, file: Path) -> list[Path]:
    """Write a file that the backup holds and that is not there; returns those that were written."""
    if not kept.is_file() or file.exists():
        return []
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept, file)
    return [file]


def _newer_ledger(restored: Path, present: Path) -> Path:
    """The longer of two ledgers of which one begins the other: ids that were given since are never given again."""
    if not present.is_file():
        return restored
    old, new = (path.read_bytes() if path.is_file() else b"" for path in (restored, present))
    if new.startswith(old):
        return present
    if old.startswith(new):
        return restored
    raise LedgerError(
        f"{present} and the restored ledger give different ids",
        f"if {present} belongs to another archive, move it away yourself; else find the copy that belongs to it",
    )


def _build(folder: Path, aside: Path, ledger: Path, settings: Settings, progress: Progress) -> int:
    """Make the database aside, and check it against the ledger; returns how many preprints it holds."""
    aside.parent.mkdir(parents=True, exist_ok=True)
    for stale in (aside, aside.with_name(f"{aside.name}.wal")):
        stale.unlink(missing_ok=True)
    if _is_backup(folder):
        shutil.copyfile(folder / DATABASE, aside)
    else:
        _refuse_newer(folder)
    try:
        with open_database(aside) as connection:
            if not _is_backup(folder):
                with transaction(connection):
                    for number, (table, name) in enumerate(RESTORES, 1):
                        read_dump(connection, table, folder / name)
                        progress("restore", number, len(RESTORES))
                    _restore_map(connection, folder / POINTS)
            sync_ledger(connection, ledger, settings.site.id_prefix)
            preprints, _ = load_counts(connection)
    except PipelineError:
        aside.unlink(missing_ok=True)
        raise
    for kept in aside.parent.glob(f"{aside.name}.before-*"):  # the backup itself is what was before
        kept.unlink()
    return preprints


def _restore_map(connection: Connection, file: Path) -> None:
    if file.is_file():  # dumps of an older version have none
        try:
            restore_points(connection, file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise PipelineError(f"{file} holds no map: {error}", DAMAGED) from error


def _refuse_newer(folder: Path) -> None:
    file = folder / "provenance.json"
    try:
        told = str(json.loads(file.read_bytes())["schema"])
    except (ValueError, KeyError, TypeError) as error:
        raise PipelineError(f"{file} does not say by which version it was written: {error}", DAMAGED) from error
    if told > migration_names()[-1]:
        raise StoreError(f"the dumps were written by a newer version (it has {told})", "update this checkout: git pull")


def _place(aside: Path, ledger: Path, settings: Settings, now: datetime) -> list[Path]:
    """Put ledger and database where the settings say, the database last; what was there moves aside."""
    moved = []
    mark = f"replaced-{now:%Y-%m-%dT%H%M%S}"
    database, home = settings.archive.database, settings.archive.ledger
    if ledger != home:
        if home.exists():
            moved.append(home.rename(home.with_name(f"{home.name}.{mark}")))
        home.parent.mkdir(parents=True, exist_ok=True)
        if ledger.is_file():
            part = home.with_name(f".{home.name}.restoring")
            shutil.copyfile(ledger, part)
            part.replace(home)
    wal = database.with_name(f"{database.name}.wal")
    for path in (database, wal):
        if path.exists():
            moved.append(path.rename(path.with_name(f"{path.name}.{mark}")))
    aside.rename(database)
    return moved


def _restore_questions(questions: Sequence[tuple[str, bytes]], target: Path) -> list[str]:
    """Write the questions that are not there; those that are stay as they are."""
    target.mkdir(parents=True, exist_ok=True)
    written = kept = 0
    for name, text in questions:
        file = target / name
        if not file.exists():
            file.write_bytes(text)
            written += 1
        elif file.read_bytes() != text:
            kept += 1
    notes = [f"{counted(written, 'file')} written to {target}"] if written else []
    return notes + (
        [f"{counted(kept, 'file')} of {target}, which held something else, stayed as before"] if kept else []
    )


def _questions_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every question file; a name that leads elsewhere is passed over.

    Raises PipelineError for a line that is none of a dump.
    """
    if (folder / QUESTIONS).is_dir():
        yield from ((file.name, file.read_bytes()) for file in sorted((folder / QUESTIONS).iterdir()) if file.is_file())
    elif (folder / "questions.jsonl").is_file():
        for number, line in enumerate((folder / "questions.jsonl").read_bytes().splitlines(), 1):
            try:
                one = json.loads(line)
                file, text = str(one["file"]), str(one["text"]).encode()
            except (ValueError, KeyError, TypeError) as error:
                raise PipelineError(
                    f"{folder / 'questions.jsonl'}, line {number}: no question: {error}", DAMAGED
                ) from error
            if Path(file).name == file and (file in NOT_QUESTIONS or file.endswith(".md")):
                yield file, text
