"""Where the models of the catalogue lie on this machine, and whether they are what the catalogue says. [edge]"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.hashes import hash_file
from pipeline.models.catalogue import Entry, Kind, ModelFile, find_entry

PART = ".part"
"""Ends the name of a file that is not whole yet."""


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What became of comparing one file with the catalogue."""

    model: str
    file: str
    ok: bool
    detail: str
    mend: str = ""


def locate(entry: Entry, models: Path) -> Path:
    """The folder of a model's files: in its package where it comes with the installation, else below `models`.

    Raises ModelError where the package is not installed.
    """
    if not entry.package:
        return models / entry.name
    spec = find_spec(entry.package)  # imports nothing: these packages load frameworks
    if spec is None or spec.origin is None:
        raise ModelError(f"{entry.name} is not installed (package {entry.package})", "run make setup")
    return Path(spec.origin).parent


def folder_of(name: str, *, kind: Kind, setting: str, models: Path) -> Path:
    """The folder of a model that a setting names: an entry of the catalogue, or else a path.

    Raises ModelError, naming the setting, for an entry of another kind.
    """
    entry = find_entry(name)
    if entry is None:
        return Path(name)
    if entry.kind != kind:
        raise ModelError(f"{setting} = {name!r} is no {kind}", f"name one of the kind `{kind}`: antigravity model list")
    return locate(entry, models)


def is_here(entry: Entry, models: Path) -> bool:
    """Whether all files are there by name; `check_files` reads them."""
    try:
        folder = locate(entry, models)
    except ModelError:
        return False
    return all((folder / file.path).is_file() for file in entry.files)


def is_begun(entry: Entry, models: Path) -> bool:
    """Whether at least one file is there, whole or in part."""
    try:
        folder = locate(entry, models)
    except ModelError:
        return False
    return any((folder / file.path).exists() or part_of(folder / file.path).exists() for file in entry.files)


def part_of(path: Path) -> Path:
    """Where a file lies while it is not whole."""
    return path.with_name(path.name + PART)


def check_files(entry: Entry, models: Path, tell: Callable[[int], None] = lambda _: None) -> list[FileCheck]:
    """Read every file to its end and compare; `tell` is given the bytes read."""
    folder = locate(entry, models)
    return [_check(entry, file, folder / file.path, tell) for file in entry.files]


def _check(entry: Entry, file: ModelFile, path: Path, tell: Callable[[int], None]) -> FileCheck:
    mend = "run make setup" if entry.package else f"run antigravity model pull {entry.name}"
    if not path.is_file():
        return FileCheck(entry.name, file.path, False, f"{path} is missing", mend)
    found = hash_file(path, tell)
    if found != file.sha256:
        detail = f"{path} has another content: SHA-256 {found}, and not {file.sha256}"
        return FileCheck(entry.name, file.path, False, detail, mend)
    return FileCheck(entry.name, file.path, True, f"SHA-256 {found}")


def machine_memory() -> int:
    """Bytes of memory of this machine; 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 0
