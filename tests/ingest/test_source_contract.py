"""What every kind of source must pass, so that the intake can keep its batches one by one and lose nothing."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import pipeline.ingest.snapshot as snapshot
from pipeline.errors import SourceError
from pipeline.ingest.source import Batch, NetworkSettings
from pipeline.ingest.sources import KINDS
from pipeline.store.database import Connection
from tests.source_recipes import RECIPES, Recipe

SERVED = [kind for kind, entry in KINDS.items() if issubclass(entry, NetworkSettings)]


@pytest.fixture(params=RECIPES)
def recipe(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recipe]:
    monkeypatch.setattr(snapshot, "LIMITS", snapshot.Limits(stretch_lines=2))
    with RECIPES[request.param](tmp_path) as opened:
        yield opened


def lines(batches: Iterable[Batch]) -> list[bytes]:
    return [line for batch in batches for line in batch.lines.splitlines()]


def ids(batches: Iterable[Batch]) -> set[str]:
    return {json.loads(line)["id"] for line in lines(batches)}


def until_it_fails(batches: Iterator[Batch]) -> list[Batch]:
    """What came before the error."""
    came: list[Batch] = []
    with pytest.raises(SourceError):
        for batch in batches:
            came.append(batch)
    return came


def test_every_kind_has_a_recipe() -> None:
    assert RECIPES.keys() == KINDS.keys()


def test_a_harvest_brings_everything_in_several_batches(recipe: Recipe) -> None:
    batches = list(recipe.batches(None))
    assert ids(batches) == recipe.ids
    assert sum(bool(batch.lines) for batch in batches) >= 3
    assert [batch.rejected + batch.warnings for batch in batches if batch.rejected or batch.warnings] == []
    assert all(batch.cursor and batch.place for batch in batches)


def test_ids_match_the_pattern_of_their_kind_and_nothing_else_does(recipe: Recipe, connection: Connection) -> None:
    found = sorted(recipe.ids)
    wrong = [odd for one in found for odd in (f"{one} ", f"{one}\n", f"../{one}", f"{one}?x", "")]
    query = "SELECT list_transform($ids, lambda one: regexp_full_match(one, $pattern))"
    (fits,) = connection.execute(query, {"ids": found + wrong, "pattern": recipe.entry.id_pattern}).fetchall()[0]
    assert fits == [True] * len(found) + [False] * len(wrong)


def test_after_a_kill_anywhere_the_rest_comes_and_nothing_else(recipe: Recipe) -> None:
    whole = list(recipe.batches(None))
    for kept in range(len(whole)):
        cursor = whole[kept - 1].cursor if kept else None
        rest = list(recipe.batches(cursor))
        assert ids(whole[:kept]) | ids(rest) == recipe.ids
        assert set(lines(rest)) <= set(lines(whole))
        assert len(lines(rest)) <= len(lines(whole[kept:])) + 1, f"read again after {kept} batches"


def test_the_same_harvest_twice_is_the_same_to_the_byte(recipe: Recipe) -> None:
    first = recipe.batches(None)
    came = [(batch, bytes(bytearray(batch.lines))) for batch in first]
    again = [batch.lines for batch in recipe.batches(None)]
    assert [batch.lines for batch, _ in came] == [copied for _, copied in came] == again


def test_with_nothing_new_the_next_harvest_brings_nothing_new(recipe: Recipe) -> None:
    first = list(recipe.batches(None))
    second = list(recipe.batches(first[-1].cursor))
    assert set(lines(second)) <= set(lines(first))
    assert recipe.rereads or lines(second) == []
    third = list(recipe.batches(second[-1].cursor if second else first[-1].cursor))
    assert lines(third) == lines(second)


def test_the_next_harvest_sees_what_is_new(recipe: Recipe) -> None:
    cursor = list(recipe.batches(None))[-1].cursor
    new = recipe.grow()
    assert new not in recipe.ids
    assert new in ids(recipe.batches(cursor))


def test_what_is_new_while_a_harvest_is_cut_off_comes_too(recipe: Recipe) -> None:
    first = next(recipe.batches(None))
    new = recipe.grow()
    rest = list(recipe.batches(first.cursor))
    after = list(recipe.batches(rest[-1].cursor))
    assert ids([first, *rest, *after]) == recipe.ids | {new}


def test_answers_are_kept_under_safe_names_in_their_order(recipe: Recipe) -> None:
    batches = list(recipe.batches(None))
    names = [batch.raw_name for batch in batches if batch.raw is not None]
    assert names == sorted(set(names))
    assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.(?:xml|json)", name)] == []


def test_a_source_that_is_down_says_so_and_comes_back(recipe: Recipe) -> None:
    first = next(recipe.batches(None))
    recipe.take_down()
    assert until_it_fails(recipe.batches(first.cursor)) == []
    recipe.bring_up()
    assert ids([first, *recipe.batches(first.cursor)]) == recipe.ids


@pytest.mark.parametrize("recipe", SERVED, indirect=True)
def test_a_server_that_fails_midway_leaves_what_it_gave(recipe: Recipe) -> None:
    batches = recipe.batches(None)
    first = next(batches)
    recipe.take_down()
    assert until_it_fails(batches) == []
    recipe.bring_up()
    assert ids([first, *recipe.batches(first.cursor)]) == recipe.ids


def test_the_cursor_of_another_kind_is_no_cursor(recipe: Recipe) -> None:
    for foreign in ("", "5", "[]", "{}", '{"from": 5}', '{"since": []}', "2026-06-01"):
        assert ids(recipe.batches(foreign)) == recipe.ids


@pytest.mark.parametrize("recipe", SERVED, indirect=True)
def test_a_kept_answer_can_be_read_again(recipe: Recipe) -> None:
    assert isinstance(recipe.entry, NetworkSettings)
    for batch in recipe.batches(None):
        again = recipe.entry.read_again(batch.raw or b"", "kept.xml")
        assert set(lines([batch])) <= set(lines([again]))
        assert (again.cursor, again.raw, again.place) == (None, None, "kept.xml")
    for broken in (b"", b"<html>", b"[]"):
        with pytest.raises(ValueError):
            recipe.entry.read_again(broken, "kept.xml")
