"""Two trees of one site: the one that is shown, and a spare one beside it in which the next is made. [edge]

A site may have hundreds of thousands of files. To link each of them into an empty folder, and to delete the old folder, would
cost more than a night's changes do. So the tree that was shown before stays as the spare one: it is brought up to date with the
files in which the two differ, gets what is new, and takes the other's place in one step. Files that both have are hard links of
one another, so the spare tree takes folders, and no space.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from pipeline.errors import SiteError
from pipeline.swap import swap_folders

MARK = ".antigravity"
"""An empty file that tells our sites from other folders."""


def _remove(folder: Path) -> None:
    """A folder with all that is in it, also where its folders were copied from ones that can't be written to."""
    if folder.is_dir():
        for place in (folder, *(one for one in folder.rglob("*") if one.is_dir() and not one.is_symlink())):
            place.chmod(0o755)
        shutil.rmtree(folder)


class Trees:
    """The tree that is shown at `output`, and the one that is made."""

    def __init__(self, output: Path) -> None:
        self.output = output.resolve()  # where a link leads to: the folder is swapped, not the link
        self.changed: set[str] = set()
        """Paths in which the spare tree differs from the one that is shown."""
        self._spare, self._behind = self.beside("spare"), self.beside("behind")
        self._ready = False
        old = self.output.parent / f".{self.output.name}.old"
        if old.is_dir() and not self.output.exists():  # killed between the two renames of swap_folders
            old.rename(self.output)
        shutil.rmtree(self.output.parent / f".{self.output.name}.building", ignore_errors=True)  # an older version's

    def beside(self, what: str) -> Path:
        """A file or folder of ours, in one folder beside the site."""
        return self.output.parent / f".{self.output.name}.build" / what

    @property
    def stamp(self) -> str:
        """Names the tree that is shown, on this disk and for this build alone; empty where there is none."""
        return _stamp(self.output)

    def path_of(self, path: str) -> Path:
        """Where a file of the new site is to be read."""
        return (self._spare if path in self.changed else self.output) / path

    @property
    def whole(self) -> Path:
        """The folder of the new site, with all that was put so far and all that stayed."""
        return self._spare if self._ready else self.output

    def make_way(self, path: str) -> None:
        """Have nothing at a path of the new site, so that a file can be written to its folder."""
        self._prepare()
        self.changed.add(path)
        (self._spare / path).unlink(missing_ok=True)

    def put(self, path: str, content: bytes) -> bool:
        """Have these bytes at a path of the new site; False where the shown one has them already."""
        relative = PurePosixPath(path)
        if relative.is_absolute() or ".." in relative.parts:
            raise SiteError(f"the address {path!r} leads out of the site", "this is a bug: please report it")
        old = self.output / path
        if old.is_file() and old.stat().st_size == len(content) and old.read_bytes() == content:
            return False
        self._place(path, lambda new: new.write_bytes(content))
        return True

    def move(self, path: str, file: Path) -> None:
        """Have a file of the same disk at a path of the new site."""
        self._place(path, lambda new: file.rename(new))

    def remove(self, path: str) -> None:
        """Not have a file in the new site that the shown one has."""
        self._prepare()
        self.changed.add(path)
        (self._spare / path).unlink(missing_ok=True)
        folder = (self._spare / path).parent
        while folder != self._spare and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    def finish(self) -> str:
        """Make the new tree ready to be shown; returns its stamp. Where nothing changed, that of the shown one."""
        if self.output.is_dir() and self.stamp and not self.changed:
            return self.stamp
        self._prepare()
        (self._spare / MARK).touch()
        return _stamp(self._spare)

    def show(self) -> None:
        """Show the new tree in the place of the old one, in one step, and keep the old one as the spare."""
        self._tell(shown=_stamp(self._spare), spare=self.stamp)
        swap_folders(self._spare, self.output)

    def undo(self) -> None:
        """Make the spare tree what the shown one is, after a build that failed."""
        if not self._ready:
            return
        if not self.output.is_dir():
            shutil.rmtree(self._spare, ignore_errors=True)
            return
        (self._spare / MARK).unlink(missing_ok=True)
        self._copy(self.changed)
        self.changed.clear()
        (self._spare / MARK).touch()
        self._tell(shown=self.stamp, spare=_stamp(self._spare))

    def _place(self, path: str, write: Callable[[Path], object]) -> None:
        self._prepare()
        self.changed.add(path)
        new = self._spare / path
        new.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)  # never written into: the shown tree has the same file
        write(new)

    def _prepare(self) -> None:
        """Bring the spare tree up to date with the shown one; from nothing where it is none that we know."""
        if self._ready:
            return
        behind = self._read_behind()
        if behind is None:
            _remove(self._spare)
            self._spare.mkdir(parents=True)
            if self.output.is_dir():
                shutil.copytree(self.output, self._spare, copy_function=link, dirs_exist_ok=True)
        (self._spare / MARK).unlink(missing_ok=True)
        self._copy(behind or ())
        self._ready = True

    def _copy(self, paths: Iterable[str]) -> None:
        for path in paths:
            new, old = self._spare / path, self.output / path
            new.unlink(missing_ok=True)
            if old.is_file():
                new.parent.mkdir(parents=True, exist_ok=True)
                link(old, new)

    def _read_behind(self) -> list[str] | None:
        """The paths in which the spare tree is behind; None where it is no tree to go on from."""
        try:
            told = json.loads(self._behind.read_text(encoding="utf-8"))
            paths: list[str] = told["paths"]
            known = (told["shown"], told["spare"])
        except (OSError, ValueError, LookupError, TypeError):
            return None
        return paths if all(known) and known == (self.stamp, _stamp(self._spare)) else None

    def _tell(self, *, shown: str, spare: str) -> None:
        told = {"shown": shown, "spare": spare, "paths": sorted(self.changed)}
        self._behind.write_text(json.dumps(told), encoding="utf-8")


def _stamp(tree: Path) -> str:
    try:
        found = (tree / MARK).stat()
    except OSError:
        return ""
    return f"{found.st_ino}-{found.st_mtime_ns}"


def link(old: str | Path, new: str | Path) -> None:
    """Have a file at a second place, without another copy of it where the disk can."""
    try:
        os.link(old, new)
    except OSError:  # a file system without hard links
        shutil.copy2(old, new)
