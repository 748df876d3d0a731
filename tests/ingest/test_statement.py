"""What a source states, as a line in the shape of arXiv's snapshot, and back through the reading of lines."""

import json
from datetime import date

from pipeline.ingest.statement import StatedVersion, Statement, to_line
from pipeline.records import Preprint, Version
from pipeline.store.database import Connection
from tests.archive import all_preprints, take

FULL = Statement(
    id="2401.15804",
    title="A title\n  over two lines",
    abstract=' An abstract with “quotes”, a \\"backslash" and $x < y$. ',
    authors="Read Only, Where People Is Empty",
    people=("Ada Lovelace", "Charles Babbage Jr."),
    categories="cs.LG quant-ph",
    comments="12 pages",
    journal_ref="Journal 1, 2",
    doi="10.1000/182",
    license="http://creativecommons.org/licenses/by/4.0/",
    versions=(
        StatedVersion("v1", "Sun, 28 Jan 2024 23:13:38 GMT", "D"),
        StatedVersion("2", "2024-05-02", None),
    ),
    update_date="2024-05-03",
)


def test_a_line_has_the_snapshots_keys_and_no_newline() -> None:
    line = to_line(FULL)
    assert b"\n" not in line
    assert json.loads(line) == {
        "id": "2401.15804",
        "title": "A title\n  over two lines",
        "abstract": ' An abstract with “quotes”, a \\"backslash" and $x < y$. ',
        "authors": "Read Only, Where People Is Empty",
        "people": ["Ada Lovelace", "Charles Babbage Jr."],
        "categories": "cs.LG quant-ph",
        "comments": "12 pages",
        "journal-ref": "Journal 1, 2",
        "doi": "10.1000/182",
        "license": "http://creativecommons.org/licenses/by/4.0/",
        "versions": [
            {"version": "v1", "created": "Sun, 28 Jan 2024 23:13:38 GMT", "source_type": "D"},
            {"version": "2", "created": "2024-05-02", "source_type": None},
        ],
        "update_date": "2024-05-03",
        "withdrawn": None,
        "deleted": False,
    }


def test_a_statement_becomes_the_preprint_that_it_states(connection: Connection) -> None:
    assert take(connection, to_line(FULL)) == [("2401.15804", "new")]
    assert all_preprints(connection) == {
        "AG-2024.01-0001": Preprint(
            source="arxiv",
            source_id="2401.15804",
            title="A title over two lines",
            abstract='An abstract with “quotes”, a \\"backslash" and $x < y$.',
            authors=("Ada Lovelace", "Charles Babbage Jr."),
            categories=("cs.LG", "quant-ph"),
            versions=(Version(1, date(2024, 1, 28)), Version(2, date(2024, 5, 2))),
            month="2024.01",
            updated=date(2024, 5, 3),
            doi="10.1000/182",
            journal_ref="Journal 1, 2",
            comments="12 pages",
            licence="http://creativecommons.org/licenses/by/4.0/",
            archive_id="AG-2024.01-0001",
        )
    }


def test_a_statement_of_an_id_alone_tells_that_it_is_gone(connection: Connection) -> None:
    take(connection, to_line(FULL))
    assert take(connection, to_line(Statement("2401.15804", deleted=True))) == [("2401.15804", "deleted")]
    [preprint] = all_preprints(connection).values()
    assert (preprint.title, preprint.withdrawn) == ("A title over two lines", "deleted by its source")
