"""The whole site as one file that reads from a disk: `/data/site.zip`. [edge]

The same site gives the same bytes: files in the order of their names, one fixed time, and no trace of this machine. It holds everything
but itself, and the page that tells of it in a form that does not. What did not change since the zip of today's site is taken over from
there as it is packed.
"""

import shutil
import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pipeline.hashes import hash_file
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
STAMP = f"deflate {LEVEL}, zlib {zlib.ZLIB_RUNTIME_VERSION}".encode()
"""How it is packed, as the zip's comment: another zlib may make other bytes."""
BLOCK = 1 << 20
HEADER = struct.Struct("<26xHH")
"""Of an entry: after 26 bytes the lengths of its name and of what else stands before its content."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The file that was made or kept."""

    size: int
    sha256: str
    fresh: bool
    """Whether it is another one than before."""


def pack_site(
    site: Path, published: Path, paths: Collection[str], changed: Collection[str], instead: Mapping[str, bytes]
) -> Packed:
    """Pack the files of a site that is whole but for the zip; hidden ones are left out.

    `published` is the site of today, which may be absent; in `changed` stands every path in which `site` differs from it. `instead`
    has the content of files that are other ones in the zip. Where nothing changed today's zip is kept.
    """
    held = {path: site / path for path in paths if path not in instead and not _is_hidden(path)}
    names = sorted({*held, *instead})
    target = site / PATHS[0]
    target.parent.mkdir(exist_ok=True)
    with ExitStack() as stack:
        old = _open_old(published, stack)
        infos = old.infos if old else {}
        same = {name: info for name, info in infos.items() if name in held and name not in changed}
        same |= {
            name: infos[name] for name, content in instead.items() if name in infos and _holds(infos[name], content)
        }
        if old and len(same) == len(infos) == len(names):
            for path in PATHS:
                link(published / path, site / path)
            return Packed(target.stat().st_size, old.sha256, fresh=False)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as packed:
            packed.comment = STAMP
            for name in names:
                if old and name in same:
                    _take_over(packed, old.zip, same[name])
                else:
                    _add(packed, name, instead.get(name, held.get(name)))
    sha256 = hash_file(target)
    (site / PATHS[1]).write_text(f"{sha256}  {NAME}\n", encoding="utf-8")
    return Packed(target.stat().st_size, sha256, fresh=True)


@dataclass(frozen=True, slots=True)
class _Old:
    """Today's zip, whole."""

    zip: zipfile.ZipFile
    infos: Mapping[str, zipfile.ZipInfo]
    """By path below the site's root."""
    sha256: str


def _open_old(published: Path, stack: ExitStack) -> _Old | None:
    """Today's zip; None where it is absent, damaged, or packed in another way."""
    try:
        sha256 = (published / PATHS[1]).read_text(encoding="utf-8").partition(" ")[0]
        if hash_file(published / PATHS[0]) != sha256:
            return None
        old = stack.enter_context(zipfile.ZipFile(published / PATHS[0]))
    except (OSError, zipfile.BadZipFile):
        return None
    if old.comment != STAMP:
        return None
    return _Old(old, {info.filename.removeprefix(f"{FOLDER}/"): info for info in old.infolist()}, sha256)


def _add(packed: zipfile.ZipFile, name: str, content: bytes | Path | None) -> None:
    info = zipfile.ZipInfo(f"{FOLDER}/{name}", EPOCH)
    info.external_attr = FILE_MODE
    info.create_system = 3  # Unix, wherever it is made
    info.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
    opened = content.open("rb") if isinstance(content, Path) else BytesIO(content or b"")
    info.file_size = content.stat().st_size if isinstance(content, Path) else len(content or b"")
    with opened, packed.open(info, "w") as place:
        shutil.copyfileobj(opened, place, BLOCK)


def _take_over(packed: zipfile.ZipFile, old: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Copy an entry as it is packed: what `zipfile` has no call for, by the places that it keeps itself."""
    source, target = old.fp, packed.fp
    assert source and target  # both are open
    source.seek(info.header_offset)
    source.seek(sum(HEADER.unpack(source.read(HEADER.size))), 1)
    taken = copy(info)
    taken.header_offset = packed.start_dir
    target.seek(packed.start_dir)
    target.write(taken.FileHeader())
    for start in range(0, info.compress_size, BLOCK):
        target.write(source.read(min(BLOCK, info.compress_size - start)))
    packed.start_dir = target.tell()
    packed.filelist.append(taken)
    packed.NameToInfo[taken.filename] = taken


def _holds(info: zipfile.ZipInfo, content: bytes) -> bool:
    return (info.file_size, info.CRC) == (len(content), zlib.crc32(content))


def _is_hidden(path: str) -> bool:
    return path.startswith(".") or "/." in path
