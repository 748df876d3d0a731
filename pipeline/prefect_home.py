"""What Prefect must be told before it is imported. [edge]"""

import atexit
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
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    # Prefect's threads outlive the interpreter's last line; DuckDB's bindings then list all their types as leaked.
    atexit.register(hush_stderr)


def hush_stderr() -> None:
    """Send what C code still prints at the very end nowhere; for atexit, which runs it after everything registered later."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
