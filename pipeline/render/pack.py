"""The whole site as one file that reads from a disk: `/data/site.zip`. [edge]

The same site gives the same bytes: files in the order of their names, one fixed time, and no trace of this machine. It holds everything
but itself, and the page that tells of it in a form that does not.
"""

import shutil
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pipeline.hashes import content_hash
from pipeline.models.folder import hash_file
from pipeline.render.trees import link

NAME = "site.zip"
SUM = f"{NAME}.sha256"
PATHS = (f"data/{NAME}", f"data/{SUM}")
"""Of the two files that are made, below the site's root."""
FOLDER = "site"
"""What unpacking makes."""
PACKED = (".gz", ".parquet", ".pf_fragment", ".pf_index", ".pf_filter", ".pf_meta", ".png", ".woff2", ".zip")
"""Files that no packing makes smaller."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name."""
FILE_MODE = 0o100644 << 16
LEVEL = 6
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Packed:
    """The file that was made or kept."""

    size: int
    sha256: str
    fresh: bool
    """Whether it is another one than before."""


def pack_site(site: Path, published: Path, instead: Mapping[str, bytes]) -> Packed:
    """Pack the folder of a site that is whole but for the zip; `published` is the site of today, which may be absent.

    `instead` has the content of files that differ in the zip. Where every other file is the very one of today's site (a hard link
    to it, as publishing leaves what did not change), today's zip is kept, and nothing is packed.
    """
    names = [name for name in _names(site) if name not in instead]
    stamp = content_hash(*(part for name, content in sorted(instead.items()) for part in (name, content.hex())))
    target = site / PATHS[0]
    target.parent.mkdir(exist_ok=True)
    if _is_current(site, published, names, instead, stamp):
        for path in PATHS:
            link(published / path, site / path)
        return Packed(target.stat().st_size, _told_sum(site), fresh=False)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as packed:
        packed.comment = stamp.encode()
        for name in sorted({*names, *instead}):
            info = zipfile.ZipInfo(f"{FOLDER}/{name}", EPOCH)
            info.external_attr = FILE_MODE
            info.create_system = 3  # Unix, wherever it is made
            stored = name.endswith(PACKED)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            content = BytesIO(instead[name]) if name in instead else (site / name).open("rb")
            with content, packed.open(info, "w") as place:
                shutil.copyfileobj(content, place, BLOCK)
    sha256 = hash_file(target)
    (site / PATHS[1]).write_text(f"{sha256}  {NAME}\n", encoding="utf-8")
    return Packed(target.stat().st_size, sha256, fresh=True)


def _is_current(site: Path, published: Path, names: list[str], instead: Collection[str], stamp: str) -> bool:
    """Whether today's zip is whole and holds these very files."""
    try:
        with zipfile.ZipFile(published / PATHS[0]) as old:
            told, found = old.comment.decode("ascii", "replace"), {one.partition("/")[2] for one in old.namelist()}
        same = all((site / name).samefile(published / name) for name in names)
        whole = hash_file(published / PATHS[0]) == _told_sum(published)
    except (OSError, zipfile.BadZipFile):
        return False
    return told == stamp and same and whole and found == {*names, *instead}


def _told_sum(site: Path) -> str:
    return (site / PATHS[1]).read_text(encoding="utf-8").partition(" ")[0]


def _names(site: Path) -> Iterator[str]:
    """Every file below the folder that is not hidden."""
    for file in site.rglob("*"):
        name = file.relative_to(site).as_posix()
        if file.is_file() and not any(part.startswith(".") for part in name.split("/")):
            yield name
