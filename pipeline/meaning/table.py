"""Static vectors: one for each piece of the encoder's vocabulary, small enough for a reader to load. Pure.

The vector of a question is the sum of its pieces'. Those are made as Model2Vec makes them (Tulkens and van Dongen 2024): the encoder
reads each piece alone; the axes on which pieces differ most are kept; a weight that falls with how common a piece is (Arora et al.
2017), common as its place in the vocabulary tells (Zipf), keeps "the" from drowning "decoder". Pages keep what the encoder itself
made of them, along the same axes. Only the encoder is in the table, so it stays as it is while the archive grows.

Three values share a byte, each one of six levels: 192 dimensions in 64 bytes tell more than 128 in four bits.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pipeline.meaning.wordpiece import WordPiece

METHOD = "static-1"
"""Changes with what is computed here, so that what was kept is made again."""
DIMENSIONS = 192
SMOOTHING = 3e-4
WHITENING = 0.25
"""How far the axes are evened out: 0 leaves their variances as they are, 0.5 makes them equal."""
LEVELS = 6
STEP = 0.7334
"""Width of a level in standard deviations: the best for six levels of a normal distribution (Max 1960)."""

Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]
Codes = np.ndarray[Any, np.dtype[np.uint8]]
Scales = np.ndarray[Any, np.dtype[np.uint16]]


@dataclass(frozen=True, slots=True)
class StaticTable:
    """The vectors of the pieces that are kept, packed, and the way there from the encoder's own vectors."""

    wordpiece: WordPiece
    mean: Floats
    """(encoder's dimensions,): of all pieces."""
    axes: Floats
    """(encoder's dimensions, dimensions)."""
    units: Floats
    """(dimensions,): what a level is worth in each dimension."""
    scales: Scales
    """(pieces,): what a level is worth in each row, of the largest 65,535."""
    codes: Codes
    """(pieces, dimensions / 3)."""

    def pack_pages(self, vectors: Floats) -> Codes:
        """(pages, dimensions / 3) from the encoder's vectors of pages; their lengths are not kept."""
        return pack(project(vectors, self.mean, self.axes), self.units)[0]


def distil(wordpiece: WordPiece, vectors: Floats) -> StaticTable:
    """From one vector for each piece."""
    weights = zipf_weights(len(wordpiece.pieces))
    rows = unit_rows(vectors.astype(np.float64))
    mean, axes = find_axes(rows, weights, DIMENSIONS)
    found = (rows - mean) @ axes * weights[:, None]
    found[wordpiece.pieces.index(wordpiece.unknown)] = 0
    units = np.sqrt(np.mean(np.square(unit_rows(found)), axis=0))
    codes, steps = pack(found, units)
    scales = np.round(steps / steps.max() * 65_535).astype(np.uint16)
    return StaticTable(wordpiece, mean, axes, units, scales, codes)


def find_axes(rows: Floats, weights: Floats, dimensions: int) -> tuple[Floats, Floats]:
    """The mean, and the axes on which the weighted rows differ most, evened out; each points where its largest part does."""
    mean = rows.mean(axis=0)
    weighted = (rows - mean) * weights[:, None]
    variances, axes = np.linalg.eigh(weighted.T @ weighted / len(rows))
    variances, axes = variances[::-1][:dimensions], axes[:, ::-1][:, :dimensions]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return mean, np.asarray(axes * np.maximum(variances / variances[0], 1e-9) ** -WHITENING)


def project(vectors: Floats, mean: Floats, axes: Floats) -> Floats:
    """Rows of length 1 along the axes."""
    return unit_rows((unit_rows(vectors.astype(np.float64)) - mean) @ axes)


def unit_rows(rows: Floats) -> Floats:
    """The rows with length 1; one of zeros stays."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def zipf_weights(pieces: int) -> Floats:
    """How much each piece counts, the most common first."""
    shares = 1 / np.arange(2, pieces + 2)
    return np.asarray(SMOOTHING / (SMOOTHING + shares / shares.sum()))


def pack(rows: Floats, units: Floats) -> tuple[Codes, Floats]:
    """Three values a byte, the first one counting least, and what a level is worth in each row."""
    scaled = rows / np.maximum(units, 1e-12)
    steps = np.maximum(STEP * np.sqrt(np.mean(np.square(scaled), axis=1)), 1e-12)
    levels = np.clip(np.floor(scaled / steps[:, None]) + LEVELS // 2, 0, LEVELS - 1).astype(np.uint8)
    return levels[:, 0::3] + LEVELS * levels[:, 1::3] + LEVELS**2 * levels[:, 2::3], np.asarray(steps)


def write_table(table: StaticTable) -> bytes:
    """As it is kept: a line of JSON, then one array after the other."""
    arrays = _as_kept(table)
    told = {"wordpiece": asdict(table.wordpiece), "shapes": [array.shape for array in arrays]}
    return json.dumps(told).encode() + b"\n" + b"".join(array.tobytes() for array in arrays)


def read_table(content: bytes) -> StaticTable:
    """From what `write_table` wrote."""
    line, _, rest = content.partition(b"\n")
    told = json.loads(line)
    wordpiece = WordPiece(**told["wordpiece"] | {"pieces": tuple(told["wordpiece"]["pieces"])})
    arrays, place = [], 0
    for shape, kind in zip(told["shapes"], ("<f8", "<f8", "<f8", "<u2", "u1"), strict=True):
        array = np.frombuffer(rest, kind, int(np.prod(shape)), place).reshape(shape)
        arrays.append(array)
        place += array.nbytes
    return StaticTable(wordpiece, *arrays)


def _as_kept(table: StaticTable) -> tuple[Floats | Scales | Codes, ...]:
    floats = (one.astype("<f8") for one in (table.mean, table.axes, table.units))
    return (*floats, table.scales.astype("<u2"), table.codes)
