"""Dumps by table: every table is brought back as it was, and the same database gives the same bytes."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.store.database import Connection, open_database, read_sql
from pipeline.store.dumps import (
    DUMPS,
    NOT_DUMPED,
    RESTORES,
    Origin,
    load_makers,
    load_origins,
    read_dump,
    schema_version,
    write_dump,
)
from tests.nights import box_records, make_archive, night, run_night, write_records

STORE = Path(__file__).parents[2] / "pipeline" / "store"


def tables(connection: Connection) -> set[str]:
    return {
        name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    }


def content(connection: Connection, table: str) -> list[Any]:
    return sorted(map(repr, connection.table(table).fetchall()))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings of an archive after two nights: a text was revised, and a preprint withdrawn."""
    config = make_archive(tmp_path_factory.mktemp("dumps") / "archive")
    run_night(config)
    records = box_records()
    records[0] |= {
        "abstract": f"{records[0]['abstract']} It was measured again.",
        "versions": [*records[0]["versions"], {"version": "v9", "created": "Mon, 2 Feb 2026 10:00:00 GMT"}],
    }
    records[1] |= {"comments": "This paper has been withdrawn by the authors"}
    write_records(config.parent / "preprints.jsonl", records)
    run_night(config)
    return config


def dump_all(connection: Connection, folder: Path) -> None:
    (folder / "restore").mkdir(parents=True)
    for name in DUMPS:
        write_dump(connection, name, folder / name)


def test_what_the_dumps_hold_brings_every_table_back(lived: Path, tmp_path: Path) -> None:
    with night(lived) as before, open_database(None) as after:
        dump_all(before.connection, tmp_path / "dumps")
        for table, name in RESTORES:
            read_dump(after, table, tmp_path / "dumps" / name)
        assert content(before.connection, "versions") != []
        for table in tables(before.connection) - set(NOT_DUMPED):
            assert content(after, table) == content(before.connection, table) != [], table


def test_every_table_is_dumped_or_said_not_to_be(connection: Connection) -> None:
    assert {table for table, _ in RESTORES} | set(NOT_DUMPED) == tables(connection)


BACKWARDS = """
CREATE TEMP TABLE held AS FROM preprints;
DELETE FROM preprints;
INSERT INTO preprints SELECT * FROM held ORDER BY archive_id DESC;
CREATE TEMP TABLE found AS FROM passages;
DELETE FROM passages;
INSERT INTO passages SELECT * FROM found ORDER BY slug DESC, rank DESC;
SET threads = 1;
"""


def test_the_same_rows_in_another_order_and_with_other_threads_give_the_same_bytes(lived: Path, tmp_path: Path) -> None:
    with night(lived) as one, open_database(None) as other:
        dump_all(one.connection, tmp_path / "one")
        for table, name in RESTORES:
            read_dump(other, table, tmp_path / "one" / name)
        other.execute(BACKWARDS)
        dump_all(other, tmp_path / "other")
    for name in DUMPS:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes(), name


def test_every_statement_belongs_to_a_file_or_a_table_and_has_one_parameter() -> None:
    dumps = {file.name.removesuffix(".sql") for file in (STORE / "dumps").glob("*.sql")}
    restores = {file.stem for file in (STORE / "restores").glob("*.sql")}
    assert dumps == {Path(name).name for name in DUMPS}
    assert restores == {table for table, _ in RESTORES}
    for folder, names in (("dumps", dumps), ("restores", restores)):
        assert all(re.findall(r"\$(\w+)", read_sql(folder, name)) == ["file"] for name in names)


def test_sources_and_makers_are_told_with_their_counts(lived: Path) -> None:
    with night(lived) as opened:
        assert load_origins(opened.connection) == (Origin("arxiv", 12, date(2026, 1, 26), 12, 1),)
        [maker] = load_makers(opened.connection)
        assert (maker["model"], maker["encoder"]) == ("fake-model", "fake-64")
        assert maker["revisions"] >= 3


def test_the_schema_is_named_after_its_newest_migration() -> None:
    assert re.fullmatch(r"\d{4}_\w+", schema_version())
