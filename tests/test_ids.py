"""Ids: given once, for ever, whatever is killed or lost."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import LedgerError
from pipeline.ids import Entry, Ledger, append_entries, read_ledger
from pipeline.records import Preprint, Version
from pipeline.store.database import open_database
from pipeline.store.preprints import load_preprints, save_preprints

TODAY = date(2024, 6, 1)
HEADER = "archive_id,source,source_id,assigned\n"


def a_preprint(source_id: str, month: str = "2024.04", source: str = "arxiv") -> Preprint:
    return Preprint(source, source_id, "Title", "Abstract.", (), (), (Version(1, None),), month)


def assign(path: Path, *preprints: Preprint) -> list[str]:
    """A whole round: read the ledger, give ids, append what is new."""
    named, new = read_ledger(path, "AG").assign(preprints, TODAY)
    append_entries(path, new)
    return [preprint.archive_id for preprint in named]


def test_numbers_run_from_one_in_every_month(tmp_path: Path) -> None:
    ids = assign(tmp_path / "ids.csv", a_preprint("a"), a_preprint("b", "1991.08"), a_preprint("c"))
    assert ids == ["AG-2024.04-0001", "AG-1991.08-0001", "AG-2024.04-0002"]
    assert (tmp_path / "ids.csv").read_text() == (
        HEADER + "AG-2024.04-0001,arxiv,a,2024-06-01\n"
        "AG-1991.08-0001,arxiv,b,2024-06-01\n"
        "AG-2024.04-0002,arxiv,c,2024-06-01\n"
    )


def test_the_preprints_come_back_whole_and_in_order() -> None:
    one, two = a_preprint("a"), a_preprint("b")
    assert Ledger("AG").assign([two, one], TODAY) == (
        [replace(two, archive_id="AG-2024.04-0001"), replace(one, archive_id="AG-2024.04-0002")],
        [
            Entry("AG-2024.04-0001", "arxiv", "b", TODAY),
            Entry("AG-2024.04-0002", "arxiv", "a", TODAY),
        ],
    )


def test_a_second_round_gives_the_same_ids_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    first = assign(path, a_preprint("a"), a_preprint("b"))
    written = path.read_bytes()
    assert assign(path, a_preprint("b"), a_preprint("a")) == first[::-1]
    assert path.read_bytes() == written


def test_one_preprint_twice_in_a_batch_gets_one_id() -> None:
    named, new = Ledger("AG").assign([a_preprint("a"), a_preprint("a")], TODAY)
    assert ([one.archive_id for one in named], len(new)) == (["AG-2024.04-0001"] * 2, 1)


def test_the_same_source_id_in_another_source_is_another_preprint(tmp_path: Path) -> None:
    assert assign(tmp_path / "ids.csv", a_preprint("a"), a_preprint("a", source="biorxiv")) == [
        "AG-2024.04-0001",
        "AG-2024.04-0002",
    ]


def test_the_id_stays_when_the_month_of_first_submission_is_corrected(tmp_path: Path) -> None:
    assign(tmp_path / "ids.csv", a_preprint("a", "2024.04"))
    assert assign(tmp_path / "ids.csv", a_preprint("a", "2024.03")) == ["AG-2024.04-0001"]


def test_a_kill_between_ledger_and_database_loses_no_id(tmp_path: Path) -> None:
    path, preprints = tmp_path / "ids.csv", [a_preprint("a"), a_preprint("b")]
    _, new = read_ledger(path, "AG").assign(preprints, TODAY)
    append_entries(path, new)  # … and killed here: the database never heard of them
    assert assign(path, a_preprint("c"), *preprints) == ["AG-2024.04-0003", "AG-2024.04-0001", "AG-2024.04-0002"]


def test_a_database_rebuilt_from_nothing_gets_the_same_ids(tmp_path: Path) -> None:
    path, database = tmp_path / "ids.csv", tmp_path / "archive.duckdb"

    def ingest(*source_ids: str) -> dict[str, str]:
        named, new = read_ledger(path, "AG").assign([a_preprint(one) for one in source_ids], TODAY)
        append_entries(path, new)
        with open_database(database) as connection:
            save_preprints(connection, named)
            return {
                one.source_id: archive_id
                for archive_id, one in load_preprints(connection, [one.archive_id for one in named]).items()
            }

    first = ingest("a", "b") | ingest("c")
    database.unlink()
    assert ingest("c", "b", "a") == first == {"a": "AG-2024.04-0001", "b": "AG-2024.04-0002", "c": "AG-2024.04-0003"}


@pytest.mark.parametrize(
    "cut", [pytest.param(1, id="the newline"), pytest.param(12, id="half a line"), pytest.param(34, id="all of it")]
)
def test_a_last_line_that_was_cut_off_is_taken_off_and_given_again(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "ids.csv"
    assign(path, a_preprint("a"), a_preprint("b"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    assert assign(path, a_preprint("b")) == ["AG-2024.04-0002"]
    assert path.read_bytes() == whole


def test_a_header_that_was_cut_off_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text("archive_id,sou")
    assert assign(path, a_preprint("a")) == ["AG-2024.04-0001"]
    assert path.read_text() == HEADER + "AG-2024.04-0001,arxiv,a,2024-06-01\n"


def test_a_month_may_hold_more_than_9999_preprints(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text(HEADER + "AG-2024.04-9998,arxiv,a,2024-06-01\n")
    assert assign(path, a_preprint("b"), a_preprint("c")) == ["AG-2024.04-9999", "AG-2024.04-10000"]
    assert assign(path, a_preprint("d")) == ["AG-2024.04-10001"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        pytest.param(
            ["AG-2024.04-0001,arxiv,a,2024-06-01", "AG-2024.04-0001,arxiv,b,2024-06-01"],
            "out of order",
            id="one id twice",
        ),
        pytest.param(
            ["AG-2024.04-0001,arxiv,a,2024-06-01", "AG-2024.04-0002,arxiv,a,2024-06-01"], "second id", id="two ids"
        ),
        pytest.param(
            ["AG-2024.04-0002,arxiv,a,2024-06-01", "AG-2024.04-0001,arxiv,b,2024-06-01"], "out of order", id="order"
        ),
        pytest.param(["XY-2024.04-0001,arxiv,a,2024-06-01"], "no AG id", id="other prefix"),
        pytest.param(["AG-2024.04-000²,arxiv,a,2024-06-01"], "no AG id", id="a number that is none"),
        pytest.param(["AG-2024.04,arxiv,a,2024-06-01"], "no AG id", id="no number"),
        pytest.param(["AG-2024.04-0001,arxiv,a"], r"ids.csv:2: not a line of a ledger", id="a field missing"),
        pytest.param(["AG-2024.04-0001,arxiv,a,yesterday"], r"ids.csv:2: not a line of a ledger", id="no date"),
        pytest.param(["<<<<<<< HEAD"], r"ids.csv:2: not a line of a ledger", id="a merge conflict"),
        pytest.param([""], r"ids.csv:2: not a line of a ledger", id="a blank line"),
    ],
)
def test_a_ledger_that_contradicts_itself_is_refused_and_left_alone(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    path = tmp_path / "ids.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(LedgerError, match=message):
        read_ledger(path, "AG")
    assert path.read_bytes() == before


def test_a_ledger_that_is_not_utf8_is_refused_and_is_no_bug(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_bytes(HEADER.encode() + b"AG-2024.04-0001,arxiv,\xff,2024-06-01\n")
    with pytest.raises(LedgerError, match="not UTF-8 at byte 59"):
        read_ledger(path, "AG")


def test_an_absent_ledger_is_empty_and_nothing_new_creates_none(tmp_path: Path) -> None:
    path = tmp_path / "archive" / "ids.csv"
    assert read_ledger(path, "AG") == Ledger("AG")
    append_entries(path, [])
    assert not path.exists()


@given(st.lists(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["2024.04", "2024.05"])), max_size=5)))
def test_whatever_the_batches_every_preprint_keeps_the_first_id_it_got(batches: list[list[tuple[str, str]]]) -> None:
    ledger = Ledger("AG")
    given_first: dict[str, str] = {}
    entries = []
    for batch in batches:
        named, new = ledger.assign([a_preprint(source_id, month) for source_id, month in batch], TODAY)
        entries += new
        for one in named:
            assert given_first.setdefault(one.source_id, one.archive_id) == one.archive_id
    assert len(set(given_first.values())) == len(given_first) == len(entries)
