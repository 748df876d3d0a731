"""What the runs did."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.store.database import Connection, rows


@dataclass(frozen=True, slots=True)
class Run:
    """A night, as far as it came."""

    started: datetime
    """UTC, without a zone."""
    report: dict[str, Any]
    """What `nightly --json` prints."""


def save_run(connection: Connection, *, started: datetime, report: dict[str, Any]) -> None:
    """Keep what a run did so far, in the place of what it had done before."""
    rows(connection, "save_run", {"started": started, "report": json.dumps(report, ensure_ascii=False)})


def load_runs(connection: Connection, *, limit: int) -> tuple[Run, ...]:
    """The last runs, newest first."""
    return tuple(
        Run(started, json.loads(report)) for started, report in rows(connection, "load_runs", {"limit": limit})
    )
