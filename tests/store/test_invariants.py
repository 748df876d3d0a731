"""Every rule holds in an archive that is well, and each finds the damage that it is there for."""

import shutil
from pathlib import Path

import pytest

from pipeline.store.database import Connection, open_database
from pipeline.store.invariants import load_problems, rules
from tests.nights import make_archive, run_night

DAMAGE: dict[str, tuple[str, str, str]] = {
    "a preprint twice": (
        "INSERT INTO preprints SELECT * FROM preprints LIMIT 1",
        "preprints-once",
        "stands for 2 preprints",
    ),
    "one record under two ids": (
        "UPDATE preprints SET source_id = (SELECT min(source_id) FROM preprints) "
        "WHERE source_id = (SELECT max(source_id) FROM preprints)",
        "preprints-once",
        "is held 2 times",
    ),
    "an id that the ledger does not know": (
        "UPDATE preprints SET archive_id = 'AG-2024.01-7777' WHERE archive_id = (SELECT min(archive_id) FROM preprints)",
        "preprints-in-ledger",
        "AG-2024.01-7777",
    ),
    "a text that is gone": (
        "DELETE FROM texts WHERE text_hash = (SELECT text_hash FROM preprints ORDER BY archive_id LIMIT 1)",
        "preprints-have-texts",
        "has lost its title and abstract",
    ),
    "a text that was edited": (
        "UPDATE texts SET abstract = abstract || '.' WHERE text_hash = (SELECT min(text_hash) FROM texts)",
        "texts-are-whole",
        "is another one than was kept",
    ),
    "a version of nothing": (
        "INSERT INTO versions SELECT 'AG-1999.01-0001', 1, text_hash FROM texts LIMIT 1",
        "versions-belong",
        "version 1 of AG-1999.01-0001 belongs to no preprint",
    ),
    "a version without its text": (
        "INSERT INTO versions SELECT archive_id, 1, 'nothing' FROM preprints LIMIT 1",
        "versions-belong",
        "has lost its text",
    ),
    "a preprint without versions": (
        "UPDATE preprints SET versions = []",
        "versions-belong",
        "tells of no version",
    ),
    "a vector of another size": (
        "INSERT INTO embeddings VALUES ('a', 'fake-64', [1.0])",
        "embeddings-fit",
        "vectors of 2 sizes",
    ),
    "a vector of zeros": (
        "INSERT INTO embeddings VALUES ('a', 'other', [0.0, 0.0])",
        "embeddings-fit",
        "has not length 1",
    ),
    "a vector that is no number": (
        "INSERT INTO embeddings VALUES ('a', 'other', ['nan'::FLOAT])",
        "embeddings-fit",
        "has not length 1",
    ),
    "a vector twice": ("INSERT INTO embeddings SELECT * FROM embeddings LIMIT 1", "embeddings-fit", "has 2 vectors"),
    "a revision that is gone": (
        "UPDATE answers SET revision = 3 WHERE slug = 'coral-reefs'",
        "answers-numbered",
        "coral-reefs has revisions [3], and not 1 to 1",
    ),
    "an answer under another name": (
        'UPDATE answers SET document = replace(document, \'"slug":"coral-reefs"\', \'"slug":"corals"\')',
        "answers-numbered",
        "coral-reefs, revision 1, says of itself",
    ),
    "an answer that is no JSON": (
        "UPDATE answers SET document = left(document, 100) WHERE slug = 'coral-reefs'",
        "answers-numbered",
        "coral-reefs, revision 1, says of itself",
    ),
    "an outcome without its answer": (
        "DELETE FROM answers WHERE slug = 'coral-reefs'",
        "outcomes-lead-to-answers",
        "an outcome of coral-reefs leads to revision 1",
    ),
    "a passage of a preprint that is not there": (
        "UPDATE passages SET archive_id = 'AG-1999.01-0001' WHERE rank = 1",
        "passages-belong",
        "names AG-1999.01-0001",
    ),
    "a rank that is gone": (
        "DELETE FROM passages WHERE slug = 'coral-reefs' AND rank = 2",
        "passages-belong",
        "the passages of coral-reefs are not ranked",
    ),
    "a citation of what was not retrieved": (
        'UPDATE answers SET document = regexp_replace(document, \'"citations":\\["[^"]+"\', '
        '\'"citations":["AG-1999.01-0001"\')',
        "citations-resolve",
        "cites AG-1999.01-0001, which is not among its sources",
    ),
    "a source that the archive lost": (
        "DELETE FROM preprints WHERE archive_id = (SELECT archive_id FROM passages ORDER BY slug, rank LIMIT 1)",
        "citations-resolve",
        "which is not in the archive",
    ),
    "evidence that its preprint does not hold": (
        "UPDATE answers SET document = regexp_replace(document, '\"start\":\\d+', '\"start\":3')",
        "evidence-stands",
        "what it does not say",
    ),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an archive after a night."""
    config = make_archive(tmp_path_factory.mktemp("invariants") / "archive")
    run_night(config)
    return config.parent / "archive" / "archive.duckdb"


def broken_rules(connection: Connection) -> dict[str, list[str]]:
    return {rule: problems for rule in rules() if (problems := load_problems(connection, rule=rule))}


def test_every_rule_holds_in_an_archive_that_is_well(whole: Path) -> None:
    with open_database(whole) as connection:
        assert broken_rules(connection) == {}


@pytest.mark.parametrize("name", DAMAGE)
def test_each_damage_is_found_and_named(whole: Path, tmp_path: Path, name: str) -> None:
    statement, rule, told = DAMAGE[name]
    shutil.copyfile(whole, tmp_path / "archive.duckdb")
    with open_database(tmp_path / "archive.duckdb") as connection:
        connection.execute(statement)
        problems = broken_rules(connection).get(rule, [])
    assert any(told in problem for problem in problems), problems


def test_every_rule_has_a_damage_that_it_finds() -> None:
    assert {rule for _, rule, _ in DAMAGE.values()} == set(rules())


def test_an_empty_archive_breaks_no_rule(connection: Connection) -> None:
    assert broken_rules(connection) == {}
