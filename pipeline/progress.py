"""How long work shows that it goes on: a bar on a terminal, a plain line now and then elsewhere. [edge]"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

LINE_EVERY_SECONDS = 15.0


class Progress(Protocol):
    """Told how far a piece of work has come."""

    def __call__(self, label: str, done: int, total: int) -> None: ...


def silent(label: str, done: int, total: int) -> None:
    """Say nothing."""


@contextmanager
def shown() -> Iterator[Progress]:
    """Progress on stderr: rich bars on a terminal, else a line at most every 15 seconds."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<24}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = bars.add_task(label, total=total)
            bars.update(tasks[label], completed=done, total=total)

        yield show


class _Lines:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}

    def __call__(self, label: str, done: int, total: int) -> None:
        now = self._clock()
        if now - self._last.setdefault(label, now) >= LINE_EVERY_SECONDS:
            self._last[label] = now
            print(f"{label}: {done:,} of {total:,}", file=sys.stderr, flush=True)
