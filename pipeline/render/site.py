"""Write the site aside, check it, and swap it in with one step. [edge]"""

import filecmp
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pipeline.errors import SiteError
from pipeline.hashes import content_hash
from pipeline.records import Page
from pipeline.render.search_index import settle_index
from pipeline.swap import swap_folders

MARK = ".antigravity"
"""An empty file that tells our sites from other folders."""


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
    make: Callable[[Path], tuple[Sequence[Page], Sequence[str]]]
    """Of the folder of the new site: the pages, and which of the other files, put there already, are other ones than before."""


def publish(
    pages: Iterable[Page],
    output: Path,
    *,
    with_search: bool,
    data: Path | None = None,
    closing: Closing | None = None,
) -> Written:
    """Build beside `output`, check every link, and swap. A kill at any moment leaves the old site or the new one.

    `data` is a folder on the same disk whose files become those of `/data/`: large ones, so they are moved, not read.
    `closing` makes what is still missing when everything else is there.
    Files whose bytes did not change are hard links to the old ones: cost follows what changed.
    Raises SiteError, with the old site untouched, where a link leads nowhere.
    """
    output = output.resolve()  # where a link leads to: the folder is swapped, not the link
    aside, old = (output.parent / f".{output.name}.{what}" for what in ("building", "old"))
    if old.is_dir() and not output.exists():  # killed between the two renames of swap_folders
        old.rename(output)
    _refuse_foreign(output)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    _place(Page(MARK, b""), output, aside)
    try:
        made: dict[str, bytes] = {}
        fresh = _place_data(data, output, aside, made) if data else []
        broken = LinkCheck()

        def put(page: Page) -> None:
            if page.path in made:
                raise SiteError(f"two pages want the address {page.path}", "this is a bug: please report it")
            made[page.path] = b""
            if page.path.endswith(".html"):
                made[page.path] = content_hash(page.path, page.content.decode()).encode()
                broken.read(page)
            if not _place(page, output, aside):
                fresh.append(page.path)

        for page in pages:
            put(page)
        broken.finish({*made, *(closing.paths if closing else ())})
        carried = _carry_over(output, aside, made)
        if with_search:
            fresh += _build_search(output, aside, sorted(mark for mark in made.values() if mark))
        if closing:
            last, changed = closing.make(aside)
            fresh += changed
            made |= dict.fromkeys(closing.paths, b"")
            for page in last:
                del made[page.path]
                put(page)
            broken.finish(made)
        gone = _files(output) - _files(aside)
        if fresh or gone:
            swap_folders(aside, output)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    html = sum(path.endswith(".html") for path in fresh)
    return Written(html, len(fresh), len(made) - sum(path in made for path in fresh), carried)


def read_published(output: Path, path: str) -> bytes | None:
    """What the site of today has at an address of ours; None where it has nothing."""
    try:
        return (output / path).read_bytes()
    except OSError:
        return None


def _refuse_foreign(output: Path) -> None:
    """Raise SiteError for a folder that holds other things than a site of ours: swapping would delete them."""
    if output.is_dir() and not (output / MARK).exists() and any(file.name != ".gitkeep" for file in output.iterdir()):
        raise SiteError(
            f"{output} holds files that are no site of this archive", "name an empty folder in render.output"
        )


def _place(page: Page, output: Path, aside: Path) -> bool:
    """Put a file into the new site; True where the old site has the same bytes."""
    relative = PurePosixPath(page.path)
    if relative.is_absolute() or ".." in relative.parts:
        raise SiteError(f"the address {page.path!r} leads out of the site", "this is a bug: please report it")
    new, old = aside / relative, output / relative
    new.parent.mkdir(parents=True, exist_ok=True)
    if old.is_file() and old.stat().st_size == len(page.content) and old.read_bytes() == page.content:
        link(old, new)
        return True
    new.write_bytes(page.content)
    return False


def _place_data(data: Path, output: Path, aside: Path, made: dict[str, bytes]) -> list[str]:
    """Move the files of a folder to `/data/`, or link the old ones where their bytes did not change. Returns the new ones."""
    fresh = []
    for name in sorted(_files(data)):
        path = f"data/{name}"
        made[path] = b""
        new, old = aside / path, output / path
        new.parent.mkdir(parents=True, exist_ok=True)
        if old.is_file() and filecmp.cmp(old, data / name, shallow=False):
            link(old, new)
        else:
            (data / name).rename(new)
            fresh.append(path)
    return fresh


def link(old: Path, new: Path) -> None:
    """Give a file that did not change to the new site, without another copy of it where the disk can."""
    try:
        os.link(old, new)
    except OSError:  # a file system without hard links
        shutil.copyfile(old, new)


def _files(folder: Path) -> set[str]:
    return (
        {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        if folder.exists()
        else set()
    )


def _carry_over(output: Path, aside: Path, made: Iterable[str]) -> tuple[str, ...]:
    """Keep every question and preprint page that was ever published, and its files."""
    made = set(made)
    kept = []
    for path in sorted(_files(output) - made):
        if path.split("/")[0] in ("q", "p") and path.count("/") >= 2:
            new = aside / path
            new.parent.mkdir(parents=True, exist_ok=True)
            link(output / path, new)
            if path.endswith("index.html"):
                kept.append(path.removesuffix("index.html"))
    return tuple(kept)


def _build_search(output: Path, aside: Path, marks: list[str] | list[bytes]) -> list[str]:
    """Build the Pagefind index of the new site, or keep the old one where no page changed. Returns the new files."""
    import pagefind_bin

    binary = Path(pagefind_bin.__file__).parent / ("pagefind.exe" if sys.platform == "win32" else "pagefind")
    stamp = content_hash("settled", str(binary.stat().st_size), *(str(mark) for mark in marks))
    old = output / "pagefind"
    new = aside / "pagefind"
    if (old / "inputs.txt").is_file() and (old / "inputs.txt").read_text(encoding="utf-8").strip() == stamp:
        shutil.copytree(old, new, copy_function=lambda source, target: link(Path(source), Path(target)))
        return []
    try:
        done = subprocess.run(
            [binary, "--site", aside, "--silent"], capture_output=True, text=True, timeout=3600, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SiteError(
            f"the search index could not be built: {error}", "run make setup, or set render.search = false"
        ) from error
    if done.returncode != 0:
        raise SiteError(
            f"the search index could not be built: {(done.stderr or done.stdout).strip()[:500]}",
            "set render.search = false to go on without",
        )
    settle_index(new)
    (new / "inputs.txt").write_text(f"{stamp}\n", encoding="utf-8")
    changed = []
    for path in sorted(_files(new)):
        same = old / path
        if same.is_file() and same.read_bytes() == (new / path).read_bytes():
            (new / path).unlink()
            link(same, new / path)
        else:
            changed.append(f"pagefind/{path}")
    return changed


class LinkCheck(HTMLParser):
    """Collects the links of all pages, and then says which of them lead nowhere inside the site."""

    def __init__(self) -> None:
        super().__init__()
        self._page = ""
        self._targets: dict[str, str] = {}
        self._anchors: set[str] = set()
        self._jumps: dict[str, str] = {}

    def read(self, page: Page) -> None:
        self.reset()
        self._page = page.path
        self.feed(page.content.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self._anchors.add(f"{self._page}#{value}")
            elif name in ("href", "src") and value is not None:
                self._add(value)

    def _add(self, value: str) -> None:
        link = urlsplit(value)
        if link.scheme or link.netloc or link.path.startswith("/"):
            return
        folder = PurePosixPath(self._page).parent
        parts: list[str] = []
        for part in (
            (*folder.parts, *PurePosixPath(unquote(link.path)).parts) if link.path else PurePosixPath(self._page).parts
        ):
            if part == "..":
                if not parts:
                    self._targets.setdefault(f"{value} (above the site's root)", self._page)
                    return
                parts.pop()
            else:
                parts.append(part)
        target = "/".join(parts)
        self._targets.setdefault(target, self._page)
        if link.fragment and "?" not in value:
            self._jumps.setdefault(f"{target}#{unquote(link.fragment)}", self._page)

    def finish(self, made: Iterable[str]) -> None:
        """Raise SiteError where a link of a page leads to a file or an anchor that the site does not have."""
        made = set(made)
        lost = [f"{page} → {target}" for target, page in self._targets.items() if target not in made]
        lost += [
            f"{page} → {jump}"
            for jump, page in self._jumps.items()
            if jump.split("#")[0] in made and jump not in self._anchors
        ]
        if lost:
            raise SiteError(
                f"{len(lost)} links lead nowhere, so the old site stays: {'; '.join(sorted(lost)[:5])}",
                "mend the templates in render.templates",
            )
