"""Build the search index in parts, so that a changed answer costs a part and not the whole. [edge]

Pagefind has no index that grows: it reads all pages anew. So the pages are dealt out over parts by a hash of their addresses,
questions and preprints apart; a part is built again only where something changed that search reads. The browser puts the parts
together. A small site has one part.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from pipeline.errors import SiteError
from pipeline.records import Page
from pipeline.render.search_index import settle_index
from pipeline.render.trees import link

INDEX = "pagefind/"
PART_PAGES = 4_000
"""Pages from which on they are dealt out, and that a part then holds at most, give or take a few."""
KINDS = ("q/", "p/")
NOTHING = (
    '<!doctype html><html lang="en"><body><main data-pagefind-body><h1>No page is here yet</h1></main></body></html>'
)
"""Stands for the pages of an archive that has none."""


@dataclass(frozen=True, slots=True)
class SearchPart:
    """Pages that are indexed together."""

    folder: str
    """Ends in a slash; `pagefind/` is the first part's."""
    pages: tuple[tuple[str, str], ...]
    """Path, and the hash of what search reads."""
    others: tuple[str, ...] = ()
    """For the first part: the folders of the other parts, below `pagefind/`."""

    @property
    def key(self) -> str:
        told = json.dumps([self.pages, self.others, _binary().stat().st_size, "settled-2"])
        return blake2b(told.encode(), digest_size=16).hexdigest()


def split_parts(searched: Sequence[tuple[str, str]], most: int = PART_PAGES) -> list[SearchPart]:
    """Deal the pages out: into one part up to `most` pages, else by kind and by a hash of the address."""
    pages = sorted(searched)
    if len(pages) <= most:
        return [SearchPart(INDEX, tuple(pages))]
    dealt: list[tuple[str, list[tuple[str, str]]]] = []
    for kind in KINDS:
        own = [page for page in pages if page[0].startswith(kind)]
        count = 1
        while count * most < len(own):
            count *= 2
        parts: list[list[tuple[str, str]]] = [[] for _ in range(count)]
        for page in own:
            parts[int.from_bytes(blake2b(page[0].encode(), digest_size=4).digest(), "big") % count].append(page)
        dealt += [(f"{kind[0]}{number}/", part) for number, part in enumerate(parts) if part]
    others = tuple(name for name, _ in dealt[1:])
    return [
        SearchPart(f"{INDEX}{name}" if number else INDEX, tuple(part), () if number else others)
        for number, (name, part) in enumerate(dealt)
    ]


def build_part(part: SearchPart, path_of: Callable[[str], Path], scratch: Path) -> Iterator[Page]:
    """The files of a part, from its pages on the disk; `scratch` is a folder that is made for it and goes again.

    Raises SiteError where Pagefind fails.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        for path, _ in part.pages:
            new = scratch / "site" / path
            new.parent.mkdir(parents=True, exist_ok=True)
            link(path_of(path), new)
        if not part.pages:  # Pagefind makes no index of nothing
            (scratch / "site").mkdir(parents=True)
            (scratch / "site" / "index.html").write_text(NOTHING, encoding="utf-8")
        _run(scratch / "site", scratch / "index")
        settle_index(scratch / "index")
        for file in sorted(path for path in (scratch / "index").rglob("*") if path.is_file()):
            yield Page(part.folder + file.relative_to(scratch / "index").as_posix(), file.read_bytes())
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if part.folder == INDEX:
        yield Page(f"{INDEX}parts.json", json.dumps(part.others).encode() + b"\n")


def _run(site: Path, target: Path) -> None:
    try:
        done = subprocess.run(
            [_binary(), "--site", site, "--output-path", target, "--silent"],
            capture_output=True,
            text=True,
            timeout=3600,
            check=False,
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


def _binary() -> Path:
    import pagefind_bin

    return Path(pagefind_bin.__file__).parent / ("pagefind.exe" if sys.platform == "win32" else "pagefind")
