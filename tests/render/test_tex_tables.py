"""The tables of TeX's commands."""

import tomllib
from collections import Counter
from pathlib import Path

from pipeline.render.tex_tables import tables

FILE = Path(__file__).parents[2] / "pipeline/render/tex.toml"


def test_the_tables_are_those_of_the_file() -> None:
    found = tables()
    assert found.macros["RR"] == r"\mathbb{R}"
    assert (found.letters["ss"], found.symbols["degree"], found.accents["c"]) == ("ß", "°", "\u0327")
    assert "emph" in found.silent
    assert (found.kinds["cite"], found.kinds["href"]) == ("bracketed", "linked")


def test_no_command_stands_in_two_tables() -> None:
    lists = tomllib.loads(FILE.read_text(encoding="utf-8"))["commands"]
    names = Counter(name for given in lists.values() for name in given)
    names.update([*tables().symbols, *tables().letters, *tables().accents])
    assert [name for name, number in names.items() if number > 1] == []


def test_the_tables_are_sorted() -> None:
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for table in ("macros", "letters", "symbols"):
        assert list(found[table]) == sorted(found[table]), table
    for name, given in found["commands"].items():
        assert given == sorted(given), name
