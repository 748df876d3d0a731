"""What TeX's commands become, read from `tex.toml`. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Tables:
    """Names stand without their backslash."""

    macros: Mapping[str, str]
    """For formulas: a command and what it stands for, in TeX."""
    letters: Mapping[str, str]
    symbols: Mapping[str, str]
    accents: Mapping[str, str]
    """An accent and its combining character."""
    silent: frozenset[str]
    """Commands that only change how the text looks."""
    kinds: Mapping[str, str]
    """Commands that do something with what they are given, and what."""


@cache
def tables() -> Tables:
    found = tomllib.loads((resources.files("pipeline.render") / "tex.toml").read_text(encoding="utf-8"))
    lists = found["commands"]
    return Tables(
        macros=found["macros"],
        letters=found["letters"],
        symbols=found["symbols"],
        accents=found["accents"],
        silent=frozenset(lists["silent"]),
        kinds={name: kind for kind in lists if kind != "silent" for name in lists[kind]},
    )
