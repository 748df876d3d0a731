"""Make the site in a spare tree, check it, and show it in one step; what did not change is not made again. [edge]"""

import filecmp
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import SiteError
from pipeline.records import Page
from pipeline.render.groups import PageGroup, single
from pipeline.render.links import PageLinks, read_links, read_tree, refuse
from pipeline.render.manifest import (
    MadeFile,
    MadeGroup,
    Manifest,
    read_groups,
    read_manifest,
    write_group,
    write_stamp,
)
from pipeline.render.search_parts import PART_PAGES, build_part, split_parts
from pipeline.render.searched import hash_searched
from pipeline.render.trees import MARK, Trees

LASTING = ("q/", "p/")
"""Below these every file that was ever published stays."""
DATA = "data/"
CARRIED = "carried: "
"""Begins the names of groups that nothing makes any more."""
CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Written:
    """What publishing did."""

    pages: int
    """HTML pages with new bytes."""
    files: int
    """Files with new bytes, pages included."""
    unchanged: int
    carried_over: tuple[str, ...]
    """Pages of the old site that the new one no longer makes."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What is made last, of everything else in its place."""

    paths: tuple[str, ...]
    """Addresses of all that it makes."""
    key: str
    """Of all that it is made of, but for the other files of the site."""
    make: Callable[[Path, Collection[str], Collection[str]], tuple[Sequence[Page], Sequence[str]]]
    """Of the folder of the new site, its paths, and those in which it differs from the old one: the pages, and which of the other
    files, put there already, are other ones than before."""


def publish(
    groups: Iterable[PageGroup | Page],
    output: Path,
    *,
    with_search: bool,
    data: Path | None = None,
    closing: Closing | None = None,
    part_pages: int = PART_PAGES,
) -> Written:
    """Make what changed beside `output`, check every link, and swap. A kill at any moment leaves the old site or the new one.

    `data` is a folder on the same disk whose files become those of `/data/`: large ones, so they are moved, not read.
    `closing` makes what is still missing when everything else is there. A search
    index of more than `part_pages` pages is built in parts.
    Raises SiteError, with the old site untouched, where a link leads nowhere.
    """
    trees = Trees(output)
    _refuse_foreign(trees.output)
    file, fresh = trees.beside("manifest"), trees.beside("manifest.next")
    if fresh.exists() and read_manifest(fresh, trees.stamp):  # killed after the swap
        fresh.replace(file)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    try:
        with fresh.open("wb") as lines:
            build = _Build(trees, read_manifest(file, trees.stamp) or _found(trees.output), lines)
            if data:
                build.place_data(data)
            for group in groups:
                build.add(group if isinstance(group, PageGroup) else single(group))
            build.carry_over()
            if with_search:
                build.index(part_pages)
            build.clear(closing.paths if closing else ())
            if closing:
                build.close(closing)
            build.check()
            write_stamp(lines, trees.finish())
        if trees.changed or not trees.output.is_dir():
            trees.show()
        if file.is_file() and filecmp.cmp(fresh, file, shallow=False):
            fresh.unlink()
        else:
            fresh.replace(file)
    except BaseException:
        fresh.unlink(missing_ok=True)
        trees.undo()
        raise
    html = sum(path.endswith(".html") for path in build.written)
    return Written(html, len(build.written), build.unchanged, tuple(sorted(build.carried)))


def _refuse_foreign(output: Path) -> None:
    """Raise SiteError for a folder that holds other things than a site of ours: swapping would delete them."""
    if output.exists() and not output.is_dir():
        raise SiteError(f"{output} is a file", "name a folder for the site")
    if output.is_dir() and not (output / MARK).exists() and any(file.name != ".gitkeep" for file in output.iterdir()):
        raise SiteError(
            f"{output} holds files that are no site of this archive", "name an empty folder in render.output"
        )


def _found(output: Path) -> Manifest:
    """The files of a site without a manifest, made of nothing that is known."""
    files = (path.relative_to(output).as_posix() for path in sorted(output.rglob("*")) if path.is_file())
    return Manifest(owners={path: "" for path in files if path != MARK})


class _Build:
    """One build: what was made, what stays, and what it links to."""

    def __init__(self, trees: Trees, old: Manifest, lines: BinaryIO) -> None:
        self.written: list[str] = []
        self.unchanged = 0
        self.carried: list[str] = []
        """Pages that nothing makes any more."""
        self._trees, self._old, self._lines = trees, old, lines
        self._paths: set[str] = set()
        """Every path of the new site."""
        self._searched: list[tuple[str, str]] = []
        """Pages that search reads, with the hash of what it reads."""
        self._targets: dict[str, str] = {}
        """What the pages that were made link to, with the first of them."""
        self._jumps: dict[str, str] = {}
        """What pages of all groups link to on those of others, with the group of the first."""
        self._lost: list[tuple[str, str]] = []

    def add(self, group: PageGroup) -> None:
        """Make a group of pages, or keep it as it is."""
        old = self._old.find(group.name)
        if old and old.key == group.key and all(one.stands(self._trees.output) for one in old.files):
            self._keep(old)
            self.unchanged += len(old.files)
            return
        files: list[MadeFile] = []
        links: dict[str, PageLinks] = {}
        for page in group.make():
            tree = read_tree(page) if page.path.endswith(".html") else None
            if tree is not None:
                links[page.path] = read_links(page.path, tree)
            self._put(page)
            files.append(self._made(page.path, hash_searched(tree)))
        for path, found in links.items():
            for target in found.targets:
                self._targets.setdefault(target, path)
        self._lost += [
            (path, jump)
            for path, found in links.items()
            for jump in found.jumps
            if (to := jump.partition("#"))[0] in links and to[2] not in links[to[0]].anchors
        ]
        outer = {jump for found in links.values() for jump in found.jumps if jump.partition("#")[0] not in links}
        targets = {target for found in links.values() for target in found.targets} - {one.path for one in files}
        self._keep(MadeGroup(group.name, group.key, tuple(files), tuple(sorted(targets)), tuple(sorted(outer))))

    def place_data(self, data: Path) -> None:
        """Move the files of a folder to `/data/`, but for those whose bytes did not change."""
        files = []
        for file in sorted(path for path in data.rglob("*") if path.is_file()):
            path = f"{DATA}{file.relative_to(data).as_posix()}"
            old = self._trees.output / path
            if old.is_file() and filecmp.cmp(old, file, shallow=False):
                self.unchanged += 1
            else:
                self._trees.move(path, file)
                self.written.append(path)
            files.append(self._made(path))
        self._keep(MadeGroup(DATA, "", tuple(files)))

    def carry_over(self) -> None:
        """Keep every question and preprint page that was ever published, and its files."""
        carried: dict[str, list[MadeFile]] = {}
        for path, owner in sorted(self._old.owners.items()):
            if path.startswith(LASTING) and path.count("/") >= 2 and path not in self._paths:
                content = (self._trees.output / path).read_bytes() if path.endswith(".html") else b""
                name = owner if owner.startswith(CARRIED) else f"{CARRIED}{owner}"
                carried.setdefault(name, []).append(self._made(path, hash_searched(read_tree(Page(path, content)))))
                if path.endswith("index.html"):
                    self.carried.append(path.removesuffix("index.html"))
        for name, files in carried.items():
            self._keep(MadeGroup(name, "", tuple(files)))

    def index(self, part_pages: int) -> None:
        """Build the parts of the search index whose pages changed."""
        parts = split_parts(self._searched, part_pages)
        for part in parts:
            old = self._old.find(part.folder)
            if old and old.key == part.key and all(one.stands(self._trees.output) for one in old.files):
                self._keep(old)
                continue
            files = []
            for page in build_part(part, self._trees.path_of, self._trees.beside("search")):
                self._put(page, count=False)
                files.append(self._made(page.path))
            self._keep(MadeGroup(part.folder, part.key, tuple(files)))

    def clear(self, but: Sequence[str]) -> None:
        """Take away what the new site lacks."""
        for path in self._old.owners:
            if path not in self._paths and path not in but:
                self._trees.remove(path)

    def close(self, closing: Closing) -> None:
        """Make what is made last, unless it is there and nothing else changed."""
        old = self._old.find(CLOSING)
        stands = old and old.key == closing.key and all(one.stands(self._trees.output) for one in old.files)
        if old and stands and not self._trees.changed:
            self._keep(old)
            self.unchanged += len(old.files)
            return
        for path in closing.paths[1:]:
            self._trees.make_way(path)
        pages, fresh = closing.make(self._trees.whole, self._paths, self._trees.changed)
        self.written += fresh
        for page in pages:
            for target in read_links(page.path, read_tree(page)).targets:
                self._targets.setdefault(target, page.path)
            self._put(page)
        self.unchanged += len(closing.paths) - len(pages) - len(fresh)
        self._keep(MadeGroup(CLOSING, closing.key, tuple(self._made(path) for path in closing.paths)))

    def check(self) -> None:
        """Raise SiteError where a link leads to a file or an anchor that the new site does not have.

        What the pages that were made link to is looked for; of the others only what went since, and places on other pages.
        """
        lost = [*self._lost, *((page, target) for target, page in self._targets.items() if target not in self._paths)]
        if gone := self._old.owners.keys() - self._paths:
            self._lines.flush()
            lost += [
                (group.name, target)
                for group in read_groups(Path(self._lines.name))
                for target in group.targets
                if target in gone and self._targets.get(target) is None
            ]
        anchors: dict[str, frozenset[str]] = {}
        for jump, group in self._jumps.items():
            path, _, anchor = jump.partition("#")
            if path in self._paths and path not in anchors:
                tree = read_tree(Page(path, self._trees.path_of(path).read_bytes()))
                anchors[path] = read_links(path, tree).anchors
            if path in self._paths and anchor not in anchors[path]:
                lost.append((group, jump))
        refuse(lost)

    def _put(self, page: Page, *, count: bool = True) -> None:
        if page.path in self._paths:
            raise SiteError(f"two pages want the address {page.path}", "this is a bug: please report it")
        if self._trees.put(page.path, page.content):
            self.written.append(page.path)
        elif count:
            self.unchanged += 1

    def _made(self, path: str, searched: str = "") -> MadeFile:
        found = self._trees.path_of(path).stat()
        self._paths.add(path)
        return MadeFile(path, found.st_size, found.st_mtime_ns, searched)

    def _keep(self, group: MadeGroup) -> None:
        """Write a group down that the new site has."""
        self._paths.update(one.path for one in group.files)
        self._searched += [(one.path, one.searched) for one in group.files if one.searched]
        for jump in group.jumps:
            self._jumps.setdefault(jump, group.name)
        write_group(self._lines, group)
