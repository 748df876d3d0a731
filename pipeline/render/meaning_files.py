"""The files that a browser finds by meaning with, below /meaning/. Named by their content, so that no cache mixes two nights. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from pipeline.meaning.table import Floats, StaticTable
from pipeline.meaning.targets import Target
from pipeline.records import Page

MOST_BYTES = 3_000_000
"""That a reader loads at once; the pages that do not fit are left out, and the search page says so."""
TITLES = 64
"""Pages whose titles share a file: those of what was found are loaded when it is shown."""


@dataclass(frozen=True, slots=True)
class MeaningFiles:
    """What is published, and what the search page says of it."""

    bytes: int
    questions: int
    preprints: int
    left_out: int
    """Pages that did not fit."""
    pages: tuple[Page, ...]

    @property
    def megabytes(self) -> str:
        return f"{self.bytes / 1e6:.1f}"


def meaning_files(
    table: StaticTable, targets: Sequence[Target], vectors: Mapping[str, Floats], most_bytes: int = MOST_BYTES
) -> MeaningFiles:
    """For the targets that have a vector, in their order; `vectors` are the encoder's own, by hash of the text."""
    vocabulary = "\n".join(table.wordpiece.pieces).encode()
    pieces = table.scales.astype("<u2").tobytes() + table.codes.tobytes()
    room = (most_bytes - len(vocabulary) - len(pieces)) // table.codes.shape[1]
    known = [one for one in targets if one.text_hash in vectors]
    shown = known[: max(room, 0)]
    matrix = np.stack([vectors[one.text_hash] for one in shown]) if shown else np.empty((0, len(table.mean)))
    codes = table.pack_pages(matrix).tobytes()
    titles = [
        _json([[one.path, one.title, one.note] for one in shown[start : start + TITLES]])
        for start in range(0, len(shown), TITLES)
    ]
    loaded = {
        "vocabulary": _named("vocabulary", "txt", vocabulary),
        "pieces": _named("pieces", "bin", pieces),
        "pages": _named("pages", "bin", codes),
    }
    shelves = [_named(f"titles-{number}", "json", content) for number, content in enumerate(titles)]
    size = len(vocabulary) + len(pieces) + len(codes)
    questions = sum(one.kind == "question" for one in shown)
    wordpiece = table.wordpiece
    index = {
        "bytes": size,
        "questions": questions,
        "preprints": len(shown) - questions,
        "units": [float(f"{unit:.6g}") for unit in table.units],
        "tokenizer": {
            name: getattr(wordpiece, name) for name in ("clean", "apart", "strip", "lower", "longest", "prefix")
        },
        "unknown": wordpiece.pieces.index(wordpiece.unknown),
        "files": {name: page.path.removeprefix("meaning/") for name, page in loaded.items()},
        "titles": [page.path.removeprefix("meaning/") for page in shelves],
        "titles_in_file": TITLES,
    }
    return MeaningFiles(
        size,
        questions,
        len(shown) - questions,
        len(known) - len(shown),
        (Page("meaning/index.json", _json(index)), *loaded.values(), *shelves),
    )


def _named(name: str, kind: str, content: bytes) -> Page:
    return Page(f"meaning/{name}.{sha256(content).hexdigest()[:10]}.{kind}", content)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
