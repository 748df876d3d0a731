"""Values that are read when they are asked for."""

from collections.abc import Sequence

import pytest

from pipeline.render.shelf import Drawn, Shelf, bring

KEYS = [f"key-{number}" for number in range(10)]


class Reads:
    """Writes down which keys were read together."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, keys: Sequence[str]) -> dict[str, str]:
        self.asked.append(list(keys))
        return {key: key.upper() for key in keys}


def test_a_shelf_is_the_mapping_that_it_stands_for() -> None:
    shelf = Shelf(KEYS, Reads())
    assert dict(shelf) == {key: key.upper() for key in KEYS} == shelf
    assert (list(shelf), len(shelf), "key-3" in shelf, "key-x" in shelf) == (KEYS, 10, True, False)
    assert shelf.get("key-x") is None
    with pytest.raises(KeyError):
        shelf["key-x"]


def test_what_is_brought_is_read_at_once_and_only_once() -> None:
    reads = Reads()
    shelf = Shelf(KEYS, reads)
    shelf.bring(["key-1", "key-2", "no such key", "key-1"])
    shelf.bring(["key-2", "key-3"])
    assert (shelf["key-1"], shelf["key-3"]) == ("KEY-1", "KEY-3")
    assert reads.asked == [["key-1", "key-2"], ["key-3"]]


def test_what_was_not_used_for_longest_is_let_go() -> None:
    reads = Reads()
    shelf = Shelf(KEYS, reads, held=2)
    for key in ("key-0", "key-1", "key-0", "key-2"):
        shelf.bring([key])
    reads.asked.clear()
    assert (shelf["key-0"], shelf["key-2"]) == ("KEY-0", "KEY-2")
    assert reads.asked == []
    assert shelf["key-1"] == "KEY-1"
    assert reads.asked == [["key-1"]]


def test_more_than_it_holds_can_be_brought_at_once() -> None:
    reads = Reads()
    shelf = Shelf(KEYS, reads, held=2)
    shelf.bring(KEYS)
    assert [shelf[key] for key in KEYS] == [key.upper() for key in KEYS]
    assert reads.asked == [KEYS]


def test_a_mapping_is_drawn_from_a_shelf_without_reading_it_whole() -> None:
    reads = Reads()
    drawn = Drawn(Shelf(KEYS, reads), len)
    bring(drawn, KEYS[:2])
    assert (drawn["key-0"], "key-9" in drawn, list(drawn), len(drawn)) == (5, True, KEYS, 10)
    assert reads.asked == [KEYS[:2]]


def test_a_dict_has_everything_at_hand() -> None:
    values = {"a": 1}
    bring(values, ["a", "b"])
    assert values == {"a": 1}
