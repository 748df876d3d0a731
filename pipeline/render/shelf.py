"""Mappings whose values are read when they are asked for, many at once, and of which few are held. Pure but for the reading.

An archive holds more answers and preprints than fit into memory; the pages are made of a few at a time.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

V = TypeVar("V")
W = TypeVar("W")

HELD = 4096
"""Values that a shelf holds at a time, and those of one stretch more."""


class Shelf(Mapping[str, V], Generic[V]):
    """The values of these keys, in their order; `read` gives those of a few keys."""

    def __init__(self, keys: Sequence[str], read: Callable[[Sequence[str]], Mapping[str, V]], held: int = HELD) -> None:
        self._keys = dict.fromkeys(keys)
        self._read = read
        self._most = held
        self._held: OrderedDict[str, V] = OrderedDict()

    def bring(self, keys: Iterable[str]) -> None:
        """Read what is not at hand of these keys, all at once."""
        wanted = dict.fromkeys(key for key in keys if key in self._keys)
        for key in wanted.keys() & self._held.keys():
            self._held.move_to_end(key)
        if missing := [key for key in wanted if key not in self._held]:
            self._held.update(self._read(missing))
        while len(self._held) > max(self._most, len(wanted)):
            self._held.popitem(last=False)

    def __getitem__(self, key: str) -> V:
        if key not in self._held:
            if key not in self._keys:
                raise KeyError(key)
            self.bring([key])
        return self._held[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class Drawn(Mapping[str, W], Generic[V, W]):
    """A mapping made of another one's values, each as it is asked for."""

    def __init__(self, shelf: Mapping[str, V], draw: Callable[[V], W]) -> None:
        self._shelf = shelf
        self._draw = draw

    def bring(self, keys: Iterable[str]) -> None:
        """As of the values that it is made of."""
        bring(self._shelf, keys)

    def __getitem__(self, key: str) -> W:
        return self._draw(self._shelf[key])

    def __contains__(self, key: object) -> bool:
        return key in self._shelf

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf)

    def __len__(self) -> int:
        return len(self._shelf)


def bring(values: Mapping[str, V], keys: Iterable[str]) -> None:
    """Have the values of these keys at hand, if they lie on a shelf; a dict has them anyway."""
    if isinstance(values, Shelf | Drawn):
        values.bring(keys)
