"""Child processes that are killed: forked from a server that has everything loaded, so that each starts at once."""

import multiprocessing
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.nights", "tests.render.samples", "pipeline.ingest.http"])
PATIENCE = 120


def run_child(work: Callable[..., object], *arguments: Any, mark: Path, kill_after: float = PATIENCE) -> float | None:
    """Run `work` in a process of its own, and kill it with SIGKILL so many seconds after it began.

    `mark` is a file that tells that the work began. Returns how many seconds the work took, None where it was killed.
    """
    mark.unlink(missing_ok=True)
    process = CONTEXT.Process(target=_begin, args=(mark, work, arguments))
    process.start()
    while not mark.exists() and process.is_alive():
        time.sleep(0.002)
    began = time.monotonic()
    process.join(kill_after)
    seconds = time.monotonic() - began if process.exitcode is not None else None
    process.kill()
    process.join()
    assert seconds is None or process.exitcode == 0, f"{work.__name__} failed with exit code {process.exitcode}"
    return seconds


def _begin(mark: Path, work: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    mark.touch()
    work(*arguments)


def moments(count: int, seconds: float, seed: int = 7) -> list[float]:
    """Random moments within so many seconds, one in each of `count` even parts, in no order."""
    dice = random.Random(seed)
    parts = [(number + dice.random()) * seconds / count for number in range(count)]
    dice.shuffle(parts)
    return parts
