"""What Prefect must be told before it is imported. [edge]"""

import os
import shutil
import tempfile
from pathlib import Path

from pipeline.errors import PipelineError

ROOM = 20_000_000
"""Bytes that must be free for Prefect's database; without them its server ends with hundreds of lines and no word on why."""


def start_problem(error: RuntimeError) -> PipelineError | None:
    """Why Prefect could not begin the night, as something to mend; None where the error is of another kind."""
    told = str(error)
    if told.startswith("Failed to reach API at"):
        return PipelineError(
            f"PREFECT_API_URL: no Prefect server answers there: {told}",
            "start it (prefect server start), mend the address, or unset it: then one runs for as long as the night does",
        )
    if "ephemeral Prefect API server" in told:
        return PipelineError(
            "Prefect's temporary server did not come up in time",
            "run again when the machine is less busy; PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=600 gives it more time",
        )
    return None


def prepare_prefect(folder: Path) -> None:
    """Keep Prefect's own database beside the archive, quiet and offline; what the operator has set wins.

    Two Prefect processes on one SQLite home meet "database is locked", so each archive has a home of its own. Raises
    PipelineError where its disk is full, and OSError where the home can't be written to.
    """
    home = folder.resolve() / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=home):
        pass
    if (free := shutil.disk_usage(home).free) < ROOM:
        raise PipelineError(
            f"{home}: {free / 1e6:.1f} MB are free on this disk, too few for a night",
            "make room (antigravity doctor tells how much), then run again",
        )
    defaults = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
