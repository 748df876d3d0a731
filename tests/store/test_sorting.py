"""What is done with preprints that are told of: new, revised, touched, earlier, deleted or nothing, in any order, once."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import Override, Preprint, Version
from pipeline.store.database import Connection, open_database
from pipeline.store.harvest import count_states, load_newest, save_overrides, sort_turn
from tests.archive import Line, all_preprints, earlier_texts, take, tell

ID = "2401.15804"


def record(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A preprint in that version, told of with all before it, each with a text of its own."""
    versions = [{"version": f"v{n}", "created": f"2024-0{n}-01"} for n in range(1, number + 1)]
    return {"id": ID, "title": f"Title {number}", "abstract": "A.", "versions": versions} | fields


def states(connection: Connection, *lines: Line, **options: Any) -> list[str]:
    return [state for _, state in take(connection, *lines, **options)]


def each(cases: Mapping[str, dict[str, Any]]) -> list[Line]:
    """A line of its own for each case: so a table of cases is read at once."""
    return [line | {"id": source_id} for source_id, line in zip(ids_of(cases), cases.values(), strict=True)]


def ids_of(cases: Iterable[str]) -> list[str]:
    return [f"2401.{number:05}" for number, _ in enumerate(cases, 1)]


def by_case(cases: Mapping[str, object], found: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What was found for an id, by the case that it is of."""
    by_id = dict(found)
    return {case: by_id[source_id] for case, source_id in zip(cases, ids_of(cases), strict=True)}


def the_one(connection: Connection) -> Preprint:
    [preprint] = all_preprints(connection).values()
    return preprint


def stored(connection: Connection) -> Any:
    """All that is kept of preprints, the number aside that ids have."""
    rows = connection.execute("SELECT * EXCLUDE (archive_id) FROM preprints ORDER BY source, source_id").fetchall()
    texts = connection.execute("SELECT text_hash, title, abstract FROM texts ORDER BY ALL").fetchall()
    return rows, earlier_texts(connection), texts


# --- one preprint ------------------------------------------------------------------------------------------------


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "unchanged"),
    "blanks": ({"title": " Title 2 "}, "unchanged"),
    "title": ({"title": "Other"}, "revised"),
    "abstract": ({"abstract": "B."}, "revised"),
    "authors": ({"authors": "A. One"}, "revised"),
    "categories": ({"categories": "cs.LG"}, "revised"),
    "doi": ({"doi": "10.1/1"}, "revised"),
    "journal reference": ({"journal-ref": "J. 1"}, "revised"),
    "comments": ({"comments": "12 pages"}, "revised"),
    "licence": ({"license": "cc"}, "revised"),
    "retold": ({"retold": True}, "revised"),
    "withdrawn": ({"withdrawn": "Retracted"}, "revised"),
    "a weak sign of it": ({"versions": [{"version": "v2", "source_type": "I"}]}, "revised"),
    "the day of its last change": ({"update_date": "2024-03-01"}, "touched"),
    "a version more": ({"versions": record(3)["versions"]}, "revised"),
    "an earlier version not told of": ({"versions": record(2)["versions"][1:]}, "unchanged"),
    "a date not told of": ({"versions": [{"version": "v2"}]}, "unchanged"),
    "a date corrected": ({"versions": [{"version": "v2", "created": "2024-02-02"}]}, "revised"),
    "no versions told of: it speaks of the latest": ({"versions": []}, "unchanged"),
    "no versions told of, and another title": ({"versions": [], "title": "Other"}, "revised"),
}


def test_what_changed_decides_what_is_done_and_the_second_time_there_is_nothing_to_do(connection: Connection) -> None:
    def rows() -> list[tuple[str, Any]]:
        found = connection.execute("SELECT source_id, preprints FROM preprints ORDER BY source_id").fetchall()
        return [(source_id, row) for source_id, row in found]

    expected = {case: state for case, (_, state) in CHANGES.items()}
    changed = each({case: record(2, **change) for case, (change, _) in CHANGES.items()})
    take(connection, *each({case: record(2) for case in CHANGES}))
    before = by_case(CHANGES, rows())
    assert by_case(CHANGES, take(connection, *changed)) == expected
    after = by_case(CHANGES, rows())
    assert {case for case in CHANGES if before[case] == after[case]} == {
        case for case, state in expected.items() if state == "unchanged"
    }
    whole = stored(connection)
    assert states(connection, *changed) == ["unchanged"] * len(CHANGES)
    assert stored(connection) == whole


def test_a_revision_is_kept_whole_under_its_old_id_and_month(connection: Connection) -> None:
    take(connection, record(1, doi="10.1/1", comments="12 pages"))
    revised = record(2, authors="A. One", categories="cs.LG", update_date="2024-02-03", comments=None)
    revised["versions"][0]["created"] = "2023-12-31"
    take(connection, revised)
    assert all_preprints(connection) == {
        "AG-2024.01-0001": Preprint(
            source="arxiv",
            source_id=ID,
            title="Title 2",
            abstract="A.",
            authors=("A. One",),
            categories=("cs.LG",),
            versions=(Version(1, date(2023, 12, 31)), Version(2, date(2024, 2, 1))),
            month="2024.01",
            updated=date(2024, 2, 3),
            archive_id="AG-2024.01-0001",
        )
    }


def test_a_date_is_never_lost_to_a_statement_without_one(connection: Connection) -> None:
    take(connection, record(2))
    undated = record(3)
    for version in undated["versions"]:
        del version["created"]
    take(connection, undated)
    assert the_one(connection).versions == (
        Version(1, date(2024, 1, 1)),
        Version(2, date(2024, 2, 1)),
        Version(3, None),
    )
    take(connection, record(3))
    assert the_one(connection).versions[2] == Version(3, date(2024, 3, 1))


MAY = {"update_date": "2024-05-02"}
OF_ONE_VERSION: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "an older snapshot": (MAY, {"update_date": "2024-05-01"}, "unchanged"),
    "of the same day": (MAY, {"update_date": "2024-05-02"}, "revised"),
    "a newer one": (MAY, {"update_date": "2024-05-03"}, "revised"),
    "one without a day": (MAY, {}, "revised"),
    "the first with a day": ({}, {"update_date": "2024-05-01"}, "revised"),
    "a new version, whatever its day": (
        MAY,
        {"update_date": "2024-05-01", "versions": record(3)["versions"]},
        "revised",
    ),
    "an old deletion": (MAY, {"update_date": "2024-05-01", "deleted": True}, "unchanged"),
}


def test_of_two_statements_of_one_version_the_newer_prevails(connection: Connection) -> None:
    take(connection, *each({case: record(2, **known) for case, (known, _, _) in OF_ONE_VERSION.items()}))
    told = each({case: record(2, title="Told later", **told) for case, (_, told, _) in OF_ONE_VERSION.items()})
    assert by_case(OF_ONE_VERSION, take(connection, *told)) == {
        case: state for case, (*_, state) in OF_ONE_VERSION.items()
    }
    titles = by_case(OF_ONE_VERSION, ((one.source_id, one.title) for one in all_preprints(connection).values()))
    assert titles == {
        case: "Told later" if state == "revised" else "Title 2" for case, (*_, state) in OF_ONE_VERSION.items()
    }


# --- versions in any order ---------------------------------------------------------------------------------------


def alone(number: int, **fields: Any) -> dict[str, Any]:
    """As bioRxiv tells of it: each version by itself."""
    one = record(number, **fields)
    return one | {"versions": one["versions"][-1:]}


ORDERS = {str(order): order for order in permutations([1, 2, 3])}


@pytest.mark.parametrize("tell_of", [record, alone], ids=["with all before it", "each by itself"])
@pytest.mark.parametrize("sizes", [(3,), (1, 1, 1), (1, 2), (2, 1)], ids=str)
def test_versions_come_out_the_same_in_whatever_order_they_come_and_in_whatever_batches(
    connection: Connection, tell_of: Any, sizes: tuple[int, ...]
) -> None:
    lines = [each({case: tell_of(order[place]) for case, order in ORDERS.items()}) for place in range(3)]
    for number, size in enumerate(sizes):
        take(connection, *(line for place in lines[sum(sizes[:number]) :][:size] for line in place))
    found = sorted(all_preprints(connection).values(), key=lambda one: one.source_id)
    assert [replace(one, archive_id="") for one in found] == [
        Preprint(
            source="arxiv",
            source_id=source_id,
            title="Title 3",
            abstract="A.",
            authors=(),
            categories=(),
            versions=tuple(Version(number, date(2024, number, 1)) for number in (1, 2, 3)),
            month="2024.01",
        )
        for source_id in ids_of(ORDERS)
    ]
    assert earlier_texts(connection) == [
        (source_id, number, f"Title {number}") for source_id in ids_of(ORDERS) for number in (1, 2)
    ]
    assert set(states(connection, *(line for place in lines for line in place))) == {"unchanged"}


def test_within_a_batch_versions_take_their_turns_by_number(connection: Connection) -> None:
    lines = [alone(2, id="10.1101/1"), alone(3, id="10.1101/1"), alone(1, id="10.1101/1")]
    assert states(connection, *lines, id_pattern=r"10\.\d+/\d+") == ["new", "revised", "revised"]
    assert the_one(connection).month == "2024.01", "the first version's"


def test_a_text_that_a_later_version_kept_is_stored_once(connection: Connection) -> None:
    same = [alone(number, title="Same") for number in (1, 2, 3)]
    take(connection, *same)
    assert earlier_texts(connection) == [(ID, 1, "Same"), (ID, 2, "Same")]
    assert connection.execute("SELECT title FROM texts").fetchall() == [("Same",)]


def test_a_text_changed_within_a_version_stays_under_that_versions_number(connection: Connection) -> None:
    take(connection, record(1))
    take(connection, record(1, title="Mended"))
    assert earlier_texts(connection) == [(ID, 1, "Title 1")]
    take(connection, record(2))
    assert earlier_texts(connection) == [(ID, 1, "Mended"), (ID, 1, "Title 1")]


def test_the_same_line_twice_in_a_batch_counts_once(connection: Connection) -> None:
    assert take(connection, record(1), record(1, id="2401.00001"), record(1)) == [
        (ID, "new"), ("2401.00001", "new"), (ID, "unchanged"),
    ]  # fmt: skip


def test_many_preprints_are_sorted_at_once_each_by_itself(connection: Connection) -> None:
    def line(number: int, version: int = 1, **fields: Any) -> dict[str, Any]:
        return record(version, id=f"2401.{number:05}", **fields)

    take(connection, *(line(number, 2) for number in range(2, 7)))
    table_states = take(
        connection,
        line(1),
        line(2, 3),
        line(3, 2, update_date="2024-04-01"),
        line(4, 1),
        {"id": "2401.00005", "deleted": True},
        line(6, 2),
        {"id": "2401.00007", "deleted": True},
    )
    assert [state for _, state in table_states] == [
        "new", "revised", "touched", "earlier", "deleted", "unchanged", "unchanged",
    ]  # fmt: skip


# --- withdrawals and overrides -----------------------------------------------------------------------------------

GONE = {"id": ID, "deleted": True}
WITHDRAWN = record(2, comments="This paper has been withdrawn")


def withdrawal(connection: Connection) -> tuple[Any, ...]:
    [found] = connection.execute("SELECT withdrawn, withdrawal_signal, withdrawal_override FROM preprints").fetchall()
    return tuple(found)


def test_a_preprint_that_is_gone_at_its_source_stays_with_its_text_and_says_so(connection: Connection) -> None:
    take(connection, record(2, doi="10.1/1"))
    before = the_one(connection)
    assert states(connection, GONE) == ["deleted"]
    assert the_one(connection) == replace(before, withdrawn="deleted by its source")
    assert states(connection, GONE) == ["unchanged"]


def test_a_preprint_that_comes_back_stands_again(connection: Connection) -> None:
    take(connection, record(2))
    before = stored(connection)
    assert states(connection, GONE, record(2)) == ["deleted", "revised"]
    assert stored(connection) == before
    assert states(connection, record(2), GONE) == ["unchanged", "deleted"]
    assert states(connection, record(3)) == ["revised"]
    assert (the_one(connection).withdrawn, the_one(connection).title) == (None, "Title 3")


def test_what_is_older_than_a_deletion_does_not_bring_a_preprint_back(connection: Connection) -> None:
    take(connection, record(2, update_date="2024-03-01"), GONE | {"update_date": "2024-04-01"})
    assert states(connection, record(2, update_date="2024-03-31")) == ["unchanged"]
    assert states(connection, record(2, update_date="2024-04-02")) == ["revised"]
    assert the_one(connection).withdrawn is None


def test_an_earlier_version_of_what_is_gone_does_not_bring_it_back(connection: Connection) -> None:
    take(connection, record(2), GONE)
    assert states(connection, alone(1)) == ["earlier"]
    assert the_one(connection).withdrawn == "deleted by its source"


def test_a_deletion_of_what_was_never_known_leaves_nothing(connection: Connection) -> None:
    assert states(connection, GONE) == ["unchanged"]
    assert all_preprints(connection) == {}
    assert connection.execute("SELECT count(*) FROM ledger").fetchone() == (0,)


NEWS: dict[str, tuple[dict[str, Any] | None, dict[str, Any], bool]] = {
    "new and withdrawn": (None, WITHDRAWN, True),
    "withdrawn now": (record(1), WITHDRAWN, True),
    "told in other words": (WITHDRAWN, record(2, comments="Withdrawn by the authors"), False),
    "gone after it was withdrawn": (WITHDRAWN, GONE, False),
    "gone": (record(2), GONE, True),
    "gone before it was known": (None, GONE, False),
    "an earlier version that was withdrawn": (record(3), WITHDRAWN, False),
    "a weak signal": (record(1), record(1, versions=[{"version": "v1", "source_type": "I"}]), False),
}


def test_a_withdrawal_counts_when_it_is_news(connection: Connection) -> None:
    known = each({case: before or {"id": "no line"} for case, (before, _, _) in NEWS.items()})
    take(connection, *(line for line, (before, _, _) in zip(known, NEWS.values(), strict=True) if before))
    told = tell(connection, *each({case: line for case, (_, line, _) in NEWS.items()}))
    turn = sort_turn(connection, told.table, source="arxiv", prefix="AG", turn=1)
    found = by_case(NEWS, ((row["source_id"], row["newly_withdrawn"]) for row in turn.to_pylist()))
    assert found == {case: news for case, (*_, news) in NEWS.items()}
    assert count_states(turn)[1] == sum(found.values())


SIGNALS: dict[str, tuple[dict[str, Any], str | None]] = {
    "no signal": (record(1), None),
    "comments": (WITHDRAWN, "This paper has been withdrawn"),
    "abstract": (record(2, abstract="Withdrawn."), "Withdrawn."),
    "stated": (record(2, withdrawn="Retracted in May"), "Retracted in May"),
    "deleted": (record(2, deleted=True), "deleted by its source"),
    "a weak signal": (record(1, versions=[{"version": "v1", "source_type": "I"}]), None),
}


def shown(connection: Connection, cases: Mapping[str, object]) -> dict[str, str | None]:
    return by_case(cases, ((one.source_id, one.withdrawn) for one in all_preprints(connection).values()))


def test_an_override_prevails_and_taken_back_leaves_what_the_signal_says(connection: Connection) -> None:
    def override(state: Any, why: str) -> None:
        save_overrides(connection, [Override("arxiv", source_id, state, why) for source_id in ids_of(SIGNALS)])

    take(connection, *each({case: record(1) for case in SIGNALS}))
    take(connection, *each({case: line for case, (line, _) in SIGNALS.items()}))
    before, signals = stored(connection), {case: words for case, (_, words) in SIGNALS.items()}
    assert shown(connection, SIGNALS) == signals
    override("standing", "It stands.")
    assert shown(connection, SIGNALS) == dict.fromkeys(SIGNALS)
    override("withdrawn", "Told us so.")
    assert shown(connection, SIGNALS) == dict.fromkeys(SIGNALS, "Told us so.")
    override("withdrawn", "In other words.")
    assert shown(connection, SIGNALS) == dict.fromkeys(SIGNALS, "In other words.")
    save_overrides(connection, [])
    assert shown(connection, SIGNALS) == signals
    assert stored(connection) == before


@pytest.mark.parametrize(("state", "withdrawn"), [("standing", None), ("withdrawn", "Told us so.")])
def test_an_override_prevails_over_what_comes_later(connection: Connection, state: Any, withdrawn: str | None) -> None:
    later = {case: line for case, (line, _) in SIGNALS.items()} | {"a version": record(3), "an earlier one": record(1)}
    take(connection, *each({case: record(2) for case in later}))
    save_overrides(connection, [Override("arxiv", source_id, state, "Told us so.") for source_id in ids_of(later)])
    take(connection, *each(later))
    assert shown(connection, later) == dict.fromkeys(later, withdrawn)


def test_an_override_speaks_of_one_preprint_of_one_origin(connection: Connection) -> None:
    take(connection, WITHDRAWN, WITHDRAWN | {"id": "2401.00001"})
    take(connection, WITHDRAWN, origin="mirror")
    save_overrides(
        connection, [Override("arxiv", ID, "standing", "x"), Override("arxiv", "2401.09999", "withdrawn", "y")]
    )
    found = {(one.source, one.source_id): bool(one.withdrawn) for one in all_preprints(connection).values()}
    assert found == {("arxiv", ID): False, ("arxiv", "2401.00001"): True, ("mirror", ID): True}


# --- ids and origins ---------------------------------------------------------------------------------------------


def test_numbers_run_from_one_in_every_month_across_origins_and_batches(connection: Connection) -> None:
    take(connection, *(record(1, id=one) for one in ("2401.00002", "2401.00001")))
    may = [{"version": "v1", "created": "2024-05-01"}]
    take(
        connection,
        *(record(1, id=one, versions=may) for one in ("2401.00003", "2405.00001")),
        record(1, id="2401.00004"),
    )
    take(connection, record(1, id="2401.00001"), origin="mirror")
    assert {archive_id: (one.source, one.source_id) for archive_id, one in all_preprints(connection).items()} == {
        "AG-2024.01-0001": ("arxiv", "2401.00002"),
        "AG-2024.01-0002": ("arxiv", "2401.00001"),
        "AG-2024.01-0003": ("arxiv", "2401.00004"),
        "AG-2024.01-0004": ("mirror", "2401.00001"),
        "AG-2024.05-0001": ("arxiv", "2401.00003"),
        "AG-2024.05-0002": ("arxiv", "2405.00001"),
    }


def test_a_month_may_hold_more_than_9999(connection: Connection) -> None:
    connection.execute("INSERT INTO ledger VALUES ('AG-2024.01-9998', 'arxiv', 'x', '2024.01', 9998)")
    take(connection, *(record(1, id=f"2401.{number:05}") for number in (1, 2)))
    take(connection, record(1, id="2401.00003"))
    assert list(all_preprints(connection)) == ["AG-2024.01-10000", "AG-2024.01-10001", "AG-2024.01-9999"]


def test_the_newest_change_is_that_of_the_origin(connection: Connection) -> None:
    assert load_newest(connection, source="arxiv") is None
    take(connection, record(1, update_date="2024-02-03"), record(1, id="2401.00001", update_date="2024-05-01"))
    take(connection, record(1, update_date="2024-12-31"), origin="mirror")
    assert load_newest(connection, source="arxiv") == date(2024, 5, 1)


SOURCE_IDS = st.sampled_from(["2401.00001", "2401.00002", "2312.00001"])
TOLD = st.builds(lambda source_id, number: alone(number, id=source_id), SOURCE_IDS, st.integers(1, 3))


@settings(deadline=None, max_examples=3)
@given(st.lists(st.lists(TOLD, min_size=2, max_size=6), min_size=2, max_size=3))
def test_whatever_the_batches_every_preprint_is_one_row_with_one_id_and_its_highest_version(
    batches: list[list[dict[str, Any]]],
) -> None:
    highest: dict[str, int] = {}
    with open_database(None) as connection:
        for batch in batches:
            take(connection, *batch)
            for line in batch:
                number = int(line["versions"][0]["version"][1:])
                highest[line["id"]] = max(highest.get(line["id"], 0), number)
            found = all_preprints(connection).values()
            assert {one.source_id: one.latest.number for one in found} == highest
            assert {one.title for one in found} <= {f"Title {number}" for number in highest.values()}
            assert len(found) == len(highest)
            kept = connection.execute("SELECT archive_id, source_id FROM ledger ORDER BY ALL").fetchall()
            assert kept == sorted((one.archive_id, one.source_id) for one in found)
