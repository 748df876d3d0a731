"""What the site that is shown was made of: a line for each group of pages, with the group's key, its files and its links. [edge]

It lies beside the site, and is for the next build alone: a group whose key and files are the same is neither made nor read
again. Without it, or where it tells of another site, every page is made and compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import orjson


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file of the site."""

    path: str
    size: int
    mtime_ns: int
    searched: str = ""
    """Hash of what search reads of it; empty where it reads nothing."""

    def stands(self, tree: Path) -> bool:
        """Whether the tree still has it as it was written."""
        try:
            found = (tree / self.path).stat()
        except OSError:
            return False
        return (found.st_size, found.st_mtime_ns) == (self.size, self.mtime_ns)


@dataclass(frozen=True, slots=True)
class MadeGroup:
    """Files that were made of the same things."""

    name: str
    key: str
    files: tuple[MadeFile, ...]
    targets: tuple[str, ...] = ()
    """Paths that its pages link to, but for its own."""
    jumps: tuple[str, ...] = ()
    """`path#anchor` that its pages link to, on other pages."""


@dataclass(slots=True)
class Manifest:
    """The groups of the site that is shown, read from the disk as they are asked for."""

    file: Path | None = None
    places: dict[str, int] = field(default_factory=dict)
    """Where the line of each group begins."""
    owners: dict[str, str] = field(default_factory=dict)
    """The group of every path."""

    def find(self, name: str) -> MadeGroup | None:
        if self.file is None or name not in self.places:
            return None
        with self.file.open("rb") as lines:
            lines.seek(self.places[name])
            return _parse(lines.readline())


def read_manifest(file: Path, stamp: str) -> Manifest | None:
    """The manifest of the site of that stamp; None where the file is absent, damaged, or tells of another one."""
    manifest = Manifest(file)
    place = 0
    try:
        with file.open("rb") as lines:
            for line in lines:
                told = orjson.loads(line)
                if isinstance(told, dict):
                    return manifest if told.get("stamp") == stamp else None
                manifest.places[told[0]] = place
                manifest.owners.update((path, told[0]) for path, *_ in told[2])
                place += len(line)
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return None  # without its last line it was not written to its end


def write_group(lines: BinaryIO, group: MadeGroup) -> None:
    """Add a line."""
    files = [[one.path, one.size, one.mtime_ns, one.searched] for one in group.files]
    lines.write(orjson.dumps([group.name, group.key, files, group.targets, group.jumps]) + b"\n")


def write_stamp(lines: BinaryIO, stamp: str) -> None:
    """Add the last line, which says that the manifest is whole, and of which site."""
    lines.write(orjson.dumps({"stamp": stamp}) + b"\n")


def read_groups(file: Path) -> Iterator[MadeGroup]:
    """Every group of a manifest, in the order in which they were written."""
    with file.open("rb") as lines:
        for line in lines:
            if line.startswith(b"["):
                yield _parse(line)


def _parse(line: bytes) -> MadeGroup:
    name, key, files, targets, jumps = orjson.loads(line)
    return MadeGroup(name, key, tuple(MadeFile(*one) for one in files), tuple(targets), tuple(jumps))
