"""Long lists in pages: `/topics/T/`, `/topics/T/2/` and so on. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

AROUND = 2
"""Pages named on either side of the one that is shown."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page stands among those of its list."""

    number: int
    """From 1."""
    total: int

    @property
    def folder(self) -> str:
        """The way from this page to the list's first."""
        return "" if self.number == 1 else "../"

    @property
    def numbers(self) -> tuple[int | None, ...]:
        """The pages that it names: first, last, those around; None where some are left out."""
        near = range(self.number - AROUND, self.number + AROUND + 1)
        shown = sorted({1, self.total, *(number for number in near if 0 < number <= self.total)})
        gapped: list[int | None] = []
        for number in shown:
            if gapped and number - (gapped[-1] or 0) > 1:
                gapped.append(None)
            gapped.append(number)
        return tuple(gapped)

    def path(self, folder: str) -> str:
        """Its file, below the folder of the list; `folder` ends in a slash."""
        return f"{folder}index.html" if self.number == 1 else f"{folder}{self.number}/index.html"

    def title(self, title: str) -> str:
        """The list's title, with the page's number from the second on."""
        return title if self.number == 1 else f"{title}, page {self.number}"


def in_pages(items: Sequence[T], size: int) -> Iterator[tuple[Pager, Sequence[T]]]:
    """The items, so many a page; an empty list has one page."""
    total = max(1, -(-len(items) // size))
    for number in range(1, total + 1):
        yield Pager(number, total), items[(number - 1) * size : number * size]
