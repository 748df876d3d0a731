"""Logistic models whose weights stand in a TOML file beside the module that uses them. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Logistic:
    """Log odds = bias + Σ weight × signal."""

    bias: float
    weights: Mapping[str, float]
    """By the name of the signal."""

    @classmethod
    def of_table(cls, table: Mapping[str, Any], signals: Iterable[str]) -> Self:
        """The model of a TOML table: `bias`, and a key for each of these signals."""
        return cls(table["bias"], {name: table[name] for name in signals})

    def log_odds(self, seen: object) -> float:
        """Of a record that has a numeric field for every signal."""
        return self.bias + sum(weight * float(getattr(seen, name)) for name, weight in self.weights.items())


def to_log_odds(probability: float, *, certain: float) -> float:
    """log(p / (1 - p)), where nothing is surer than 1 - `certain`."""
    probability = min(max(probability, certain), 1 - certain)
    return math.log(probability / (1 - probability))
