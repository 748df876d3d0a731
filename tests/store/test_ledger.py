"""The database's copy of the ledger: brought up to date from the file, refused where the two contradict each other."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import LedgerError
from pipeline.store.database import Connection, open_database, transaction
from pipeline.store.harvest import keep_turn, sort_turn
from pipeline.store.ledger import grow_ledger, sync_ledger
from tests.archive import all_preprints, tell

TODAY = date(2024, 6, 1)
HEADER = "archive_id,source,source_id,assigned\n"
ONE = "AG-2024.01-0001,arxiv,2401.00001,2024-06-01\n"
TWO = "AG-2024.01-0002,arxiv,2401.00002,2024-06-01\n"
MAY = "AG-2024.05-10000,biorxiv,10.1101/1,2024-06-01\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ids.csv"


def ledger(connection: Connection) -> list[tuple[str, str, str, str, int]]:
    return connection.execute("SELECT * FROM ledger ORDER BY archive_id").fetchall()


def sort(connection: Connection, *numbers: int) -> tuple[pa.Table, pa.Table]:
    """What was told, and what is to be done with it."""
    told = tell(connection, *({"id": f"2401.{number:05}", "title": "T", "abstract": "A."} for number in numbers))
    return told.table, sort_turn(connection, told.table, source="arxiv", prefix="AG", turn=1)


def test_the_lines_of_the_file_are_read_once_and_what_was_added_since(connection: Connection, path: Path) -> None:
    path.write_text(HEADER + ONE + MAY)
    sync_ledger(connection, path, "AG")
    first = [
        ("AG-2024.01-0001", "arxiv", "2401.00001", "2024.01", 1),
        ("AG-2024.05-10000", "biorxiv", "10.1101/1", "2024.05", 10_000),
    ]
    assert ledger(connection) == first
    sync_ledger(connection, path, "AG")
    assert ledger(connection) == first
    path.write_text(HEADER + ONE + MAY + TWO)
    sync_ledger(connection, path, "AG")
    assert ledger(connection) == [first[0], ("AG-2024.01-0002", "arxiv", "2401.00002", "2024.01", 2), first[1]]


def test_without_a_ledger_there_is_nothing_to_read(connection: Connection, path: Path) -> None:
    sync_ledger(connection, path, "AG")
    assert (ledger(connection), path.exists()) == ([], False)


@pytest.mark.parametrize(
    ("before", "added"),
    [
        pytest.param("", ONE + ONE, id="a line twice"),
        pytest.param("", ONE + ONE.replace("2401.00001", "2401.00009"), id="an id for two preprints"),
        pytest.param("", ONE + ONE.replace("-0001", "-0009"), id="two ids for a preprint"),
        pytest.param(ONE, TWO + ONE.replace("2401.00001", "2401.00009"), id="an id that was read before"),
        pytest.param(ONE, TWO + ONE.replace("-0001", "-0009"), id="a preprint that was read before"),
        pytest.param(ONE, TWO + ONE.replace("arxiv", "mirror"), id="an id for another origin's preprint"),
    ],
)
def test_a_ledger_that_gives_an_id_twice_is_refused_and_nothing_of_it_kept(
    connection: Connection, path: Path, before: str, added: str
) -> None:
    path.write_text(HEADER + before)
    sync_ledger(connection, path, "AG")
    kept = ledger(connection)
    path.write_text(HEADER + before + added)
    for _ in range(2):
        with pytest.raises(
            LedgerError, match=r"gives AG-2024\.01-000\d twice, or a second id to \w+ 2401\.\d+\n  → restore"
        ):
            sync_ledger(connection, path, "AG")
        assert ledger(connection) == kept


def test_the_same_id_of_two_origins_is_no_contradiction(connection: Connection, path: Path) -> None:
    path.write_text(HEADER + ONE + TWO.replace("arxiv,2401.00002", "mirror,2401.00001"))
    sync_ledger(connection, path, "AG")
    assert len(ledger(connection)) == 2


def test_a_ledger_of_another_prefix_is_refused(connection: Connection, path: Path) -> None:
    path.write_text(HEADER + ONE)
    with pytest.raises(LedgerError, match=r"which is no XY id\n  → set site\.id_prefix back"):
        sync_ledger(connection, path, "XY")


@pytest.mark.parametrize(
    "ledger_line",
    [
        pytest.param(TWO, id="without it"),
        pytest.param(ONE.replace("2401.00001", "2401.00009"), id="with another preprint under its id"),
        pytest.param(ONE.replace("-0001", "-0009"), id="with it under another id"),
        pytest.param(ONE.replace("arxiv", "mirror"), id="with another origin's"),
    ],
)
def test_a_database_whose_preprints_the_ledger_does_not_name_so_is_refused(
    tmp_path: Path, path: Path, ledger_line: str
) -> None:
    """As after a backup of the one without the other: the mark is lost, the ids are not."""
    with open_database(tmp_path / "a.duckdb") as connection:
        with transaction(connection):
            told, turn = sort(connection, 1)
            grow_ledger(connection, path, turn, source="arxiv", today=TODAY)
            keep_turn(connection, told, turn, source="arxiv")
        connection.execute("DELETE FROM ledger_read")
        connection.execute("DELETE FROM ledger")
        path.write_text(HEADER + ledger_line)
        with pytest.raises(
            LedgerError, match=r"the database holds arxiv 2401\.00001 as AG-2024\.01-0001, the ledger says"
        ):
            sync_ledger(connection, path, "AG")
        path.write_text(HEADER + TWO + ONE)
        sync_ledger(connection, path, "AG")


def test_only_ids_that_are_new_are_appended(connection: Connection, path: Path) -> None:
    for numbers, text in (((2, 1), "21"), ((1, 3, 2), "213"), ((3, 1), "213")):
        sync_ledger(connection, path, "AG")
        with transaction(connection):
            told, turn = sort(connection, *numbers)
            grow_ledger(connection, path, turn, source="arxiv", today=TODAY)
            keep_turn(connection, told, turn, source="arxiv")
        assert path.read_text() == HEADER + "".join(
            f"AG-2024.01-{place:04},arxiv,2401.0000{number},2024-06-01\n" for place, number in enumerate(text, 1)
        )


def test_nothing_new_writes_no_file(connection: Connection, path: Path) -> None:
    grow_ledger(connection, path, sort(connection)[1], source="arxiv", today=TODAY)
    assert not path.exists()


def test_what_was_appended_before_a_transaction_failed_is_read_by_the_next_run(
    connection: Connection, path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt), transaction(connection):
        told, turn = sort(connection, 2, 1)
        grow_ledger(connection, path, turn, source="arxiv", today=TODAY)
        keep_turn(connection, told, turn, source="arxiv")
        raise KeyboardInterrupt
    assert (all_preprints(connection), ledger(connection)) == ({}, [])
    sync_ledger(connection, path, "AG")
    _, turn = sort(connection, 1, 3, 2)
    assert turn.select(["source_id", "archive_id", "unnamed"]).to_pylist() == [
        {"source_id": "2401.00001", "archive_id": "AG-2024.01-0002", "unnamed": False},
        {"source_id": "2401.00003", "archive_id": "AG-2024.01-0003", "unnamed": True},
        {"source_id": "2401.00002", "archive_id": "AG-2024.01-0001", "unnamed": False},
    ]
