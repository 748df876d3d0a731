"""Put a Pagefind index into one fixed order. [edge]

Pagefind 1.5 writes the values of a filter, and the filters, in the order of a hash map with a random seed: two runs over the
same pages give different bytes. A file of the index is gzip over the mark `pagefind_dcd` and CBOR; a filter is
`[name, [[value, [page, …]], …]]`, and the metadata name the filters as `[name, file]` in their fourth place.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import cbor2

from pipeline.errors import SiteError
from pipeline.hashes import content_hash

MAGIC = b"pagefind_dcd"
FILTERS = 3
"""Place of the filters in the metadata."""


def settle_index(folder: Path) -> None:
    """Sort filters and their values, and name the files that change by their new content.

    Raises SiteError where the index is not laid out as told above, as a newer Pagefind's may be.
    """
    entry_file = folder / "pagefind-entry.json"
    try:
        entry = json.loads(entry_file.read_text(encoding="utf-8"))
        for language in entry["languages"].values():
            language["hash"] = _settle_language(folder, language["hash"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise SiteError(
            f"the search index is not laid out as expected: {error}",
            "run make setup: the lock has the Pagefind that fits",
        ) from error
    entry_file.write_text(json.dumps(entry, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _settle_language(folder: Path, name: str) -> str:
    """Settle one language's filters and metadata; returns the new name of the metadata."""
    code = name.rpartition("_")[0]
    meta_file = folder / f"pagefind.{name}.pf_meta"
    meta = _read(meta_file)
    meta[FILTERS] = sorted([title, _settle_filter(folder / "filter", code, file)] for title, file in meta[FILTERS])
    content = _bytes(meta)
    meta_file.unlink()
    renamed = f"{code}_{_name(content, 10)}"
    (folder / f"pagefind.{renamed}.pf_meta").write_bytes(content)
    return renamed


def _settle_filter(folder: Path, code: str, name: str) -> str:
    title, values = _read(folder / f"{name}.pf_filter")
    content = _bytes([title, sorted(values)])
    (folder / f"{name}.pf_filter").unlink()
    renamed = f"{code}_{_name(content, 7)}"
    (folder / f"{renamed}.pf_filter").write_bytes(content)
    return renamed


def _read(file: Path) -> Any:
    raw = gzip.decompress(file.read_bytes())
    if not raw.startswith(MAGIC):
        raise ValueError(f"{file.name} does not begin with {MAGIC!r}")
    return cbor2.loads(raw.removeprefix(MAGIC))


def _bytes(data: Any) -> bytes:
    return gzip.compress(MAGIC + cbor2.dumps(data), mtime=0)


def _name(content: bytes, digits: int) -> str:
    return content_hash(content.hex())[:digits]
