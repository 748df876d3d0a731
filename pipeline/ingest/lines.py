"""Bytes of lines as a table, without copying them: millions of lines cost little more than finding their ends."""

from codecs import BOM_UTF8

import numpy as np
import numpy.typing as npt
import pyarrow as pa

SEARCHED_BYTES = 1 << 20
"""Bytes searched at a time: what is made of them stays in the processor's cache."""
CHUNK_LINES = 4_096
"""Rows per chunk: the database reads chunks in parallel."""
NOT_UTF8 = b"not UTF-8"
"""Stands for a line that is not, so that it is counted and rejected like any other that is no JSON."""


def lines_table(lines: bytes, first: int) -> pa.Table:
    """Columns `number` (int64, counted from `first`) and `line` (string, its newline with it), one row a line."""
    lines = lines.removeprefix(BOM_UTF8)
    text = lines if lines.endswith(b"\n") or not lines else lines + b"\n"
    column = _column(text)
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        column = _column(b"\n".join(line if _is_utf8(line) else NOT_UTF8 for line in text.split(b"\n")))
    table = pa.table({"number": pa.array(np.arange(first, first + len(column))), "line": column})
    return pa.Table.from_batches(table.to_batches(max_chunksize=CHUNK_LINES), table.schema)


def line_ends(text: bytes) -> npt.NDArray[np.int64]:
    """Where each line ends: the place after its newline."""
    everything = np.frombuffer(text, np.uint8)
    starts = range(0, len(text), SEARCHED_BYTES)
    found = [np.flatnonzero(everything[start : start + SEARCHED_BYTES] == ord("\n")) + start for start in starts]
    return np.concatenate([np.empty(0, np.int64), *found]) + 1


def _column(text: bytes) -> pa.StringArray:
    ends = line_ends(text)
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    return pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(text))


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
