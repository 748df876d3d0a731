"""What Prefect must be told before it is imported. [edge]"""

import os
from pathlib import Path


def prepare_prefect(folder: Path) -> None:
    """Keep Prefect's own database beside the archive, quiet and offline; what the operator has set wins.

    Two Prefect processes on one SQLite home meet "database is locked", so each archive has a home of its own.
    """
    home = folder.resolve() / "prefect"
    home.mkdir(parents=True, exist_ok=True)
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
