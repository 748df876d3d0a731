"""The ledger's file: only ever appended to, read on from where it was left, refused where it is not the one that was used."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import LedgerError
from pipeline.ids import DIGEST_BYTES, Mark, append_entries, empty_mark, read_entries

TODAY = date(2024, 6, 1)
HEADER = "archive_id,source,source_id,assigned\n"
ONE = "AG-2024.04-0001,arxiv,2404.00001,2024-06-01\n"
TWO = "AG-1991.08-0001,arxiv,hep-th/9108001,2024-06-01\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive" / "ids.csv"


def entries(*rows: tuple[str, str, str]) -> pa.Table:
    return pa.Table.from_pylist(
        [dict(zip(("archive_id", "source", "source_id"), row, strict=True)) for row in rows],
        schema=pa.schema([(name, pa.string()) for name in ("archive_id", "source", "source_id")]),
    )


def read(path: Path, mark: Mark | None = None) -> list[tuple[str, ...]]:
    table, _ = read_entries(path, mark or empty_mark(), "AG")
    return [tuple(row.values()) for row in table.to_pylist()]


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def test_the_first_line_is_the_header_and_lines_are_appended(path: Path) -> None:
    append_entries(path, entries(("AG-2024.04-0001", "arxiv", "2404.00001")), TODAY)
    append_entries(path, entries(("AG-1991.08-0001", "arxiv", "hep-th/9108001")), TODAY)
    assert path.read_text() == HEADER + ONE + TWO


def test_what_was_appended_is_read_and_from_a_mark_only_what_came_after_it(path: Path) -> None:
    first = append_entries(path, entries(("AG-2024.04-0001", "arxiv", "2404.00001")), TODAY)
    second = append_entries(path, entries(("AG-1991.08-0001", "arxiv", "hep-th/9108001")), TODAY)
    rows = [tuple(line.strip().split(",")) for line in (ONE, TWO)]
    assert (read(path), read(path, first), read(path, second)) == (rows, rows[1:], [])
    assert read_entries(path, empty_mark(), "AG")[1] == read_entries(path, first, "AG")[1] == second


def test_an_absent_ledger_is_empty_and_reading_creates_none(path: Path) -> None:
    table, mark = read_entries(path, empty_mark(), "AG")
    assert (table.num_rows, mark, path.exists()) == (0, empty_mark(), False)


def test_a_ledger_of_its_header_alone_is_empty(path: Path) -> None:
    write(path, HEADER)
    assert read(path) == []


ODD = [
    "a,b",
    'say "id"',
    "NA",
    "null",
    "0704.0001",
    "1e5",
    "",
    " blank ",
    "10.1101/2024.01.02.573943",
    "größe",
    "日本",
    "'",
    "#",
]


def test_ids_of_any_kind_come_back_as_the_text_they_are(path: Path) -> None:
    rows = [(f"AG-2024.04-{number:04}", "x", odd) for number, odd in enumerate(ODD, 1)]
    append_entries(path, entries(*rows), TODAY)
    assert read(path) == [(*row, "2024-06-01") for row in rows]


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20), max_size=5))
def test_whatever_the_ids_they_come_back(tmp_path_factory: pytest.TempPathFactory, odd: list[str]) -> None:
    path = tmp_path_factory.mktemp("ledger") / "ids.csv"
    rows = [(f"AG-2024.04-{number:04}", "x", one) for number, one in enumerate(odd, 1)]
    mark = append_entries(path, entries(*rows), TODAY)
    assert read(path) == [(*row, "2024-06-01") for row in rows]
    assert read_entries(path, empty_mark(), "AG")[1] == mark


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param(1, id="the newline"),
        pytest.param(12, id="half a line"),
        pytest.param(len(TWO) - 1, id="nearly all"),
    ],
)
def test_a_last_line_that_was_cut_off_is_taken_off_the_file(path: Path, cut: int) -> None:
    write(path, (HEADER + ONE + TWO)[:-cut])
    assert read(path) == [tuple(ONE.strip().split(","))]
    assert path.read_text() == HEADER + ONE


@pytest.mark.parametrize("left", [0, 1, 14, len(HEADER) - 1])
def test_a_header_that_was_cut_off_is_written_again(path: Path, left: int) -> None:
    write(path, HEADER[:left])
    assert read(path) == []
    append_entries(path, entries(("AG-2024.04-0001", "arxiv", "2404.00001")), TODAY)
    assert path.read_text() == HEADER + ONE


def test_a_month_may_hold_more_than_9999_preprints(path: Path) -> None:
    write(path, f"{HEADER}AG-2024.04-10000,arxiv,a,2024-06-01\n")
    assert read(path) == [("AG-2024.04-10000", "arxiv", "a", "2024-06-01")]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        pytest.param("XY-2024.04-0001,arxiv,a,2024-06-01\n", "'XY-2024.04-0001', which is no AG id", id="other prefix"),
        pytest.param("AG-2024.04-000²,arxiv,a,2024-06-01\n", "no AG id", id="a number that is none"),
        pytest.param("AG-2024.04-1,arxiv,a,2024-06-01\n", "no AG id", id="a number that is short"),
        pytest.param("AG-2024.04,arxiv,a,2024-06-01\n", "no AG id", id="no number"),
        pytest.param("AG-infinity-0001,arxiv,a,2024-06-01\n", "no AG id", id="no month"),
        pytest.param(
            "AG-2024.04-0001,arxiv,a\n", "not a line of a ledger: AG-2024.04-0001,arxiv,a", id="a field missing"
        ),
        pytest.param("AG-2024.04-0001,arxiv,a,2024-06-01,x\n", "not a line of a ledger", id="a field more"),
        pytest.param("AG-2024.04-0001,arxiv,a,yesterday\n", "not a line of a ledger: .*yesterday", id="no date"),
        pytest.param(ONE + "<<<<<<< HEAD\n" + TWO, "not a line of a ledger: <<<<<<< HEAD", id="a merge conflict"),
        pytest.param(HEADER, "not a line of a ledger: archive_id", id="the header twice"),
        pytest.param(b"AG-2024.04-0001,arxiv,\xff,2024-06-01\n", "not a ledger: .*UTF8", id="no UTF-8"),
    ],
)
def test_what_is_no_line_of_this_ledger_is_refused_and_left_alone(path: Path, lines: str | bytes, message: str) -> None:
    write(path, HEADER.encode() + (lines.encode() if isinstance(lines, str) else lines))
    before = path.read_bytes()
    with pytest.raises(LedgerError, match=message) as refused:
        read(path)
    assert str(path) in refused.value.what
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(None, id="gone"),
        pytest.param("", id="emptied"),
        pytest.param(HEADER + ONE, id="lost a line"),
        pytest.param(HEADER + ONE + TWO.replace("9108001", "9108002"), id="another"),
        pytest.param(HEADER + ONE.replace("1", "7", 1) + TWO, id="edited"),
        pytest.param(HEADER + TWO + ONE, id="sorted"),
    ],
)
def test_a_ledger_that_is_not_the_one_that_was_used_is_refused(path: Path, text: str | None) -> None:
    write(path, HEADER + ONE + TWO)
    _, mark = read_entries(path, empty_mark(), "AG")
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(LedgerError, match=r"\n  → restore ids\.csv from a backup; never edit it"):
        read(path, mark)
    assert path.exists() == (text is not None)


def test_another_prefix_is_refused_before_an_id_is_given_with_it(path: Path) -> None:
    write(path, HEADER + ONE)
    _, mark = read_entries(path, empty_mark(), "AG")
    with pytest.raises(LedgerError, match=r"'AG-2024\.04-0001', which is no XY id\n.*set site\.id_prefix back"):
        read_entries(path, mark, "XY")
    assert path.read_text() == HEADER + ONE


def test_of_a_long_ledger_only_the_end_is_compared(path: Path) -> None:
    """The price of a night that does not read it whole: an edit long before the mark is told by a rebuild only."""
    lines = [f"AG-2024.04-{number:04},arxiv,{number},2024-06-01\n" for number in range(1, 3001)]
    write(path, HEADER + "".join(lines))
    _, mark = read_entries(path, empty_mark(), "AG")
    assert mark.size > DIGEST_BYTES
    near, far = (
        HEADER + "".join([*lines[:number], lines[number].replace("arxiv", "arXiv"), *lines[number + 1 :]])
        for number in (2999, 0)
    )
    write(path, near)
    with pytest.raises(LedgerError, match="not the ledger"):
        read(path, mark)
    write(path, far)
    assert read(path, mark) == []
