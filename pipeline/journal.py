"""What happens at night, as lines of JSON that are only ever added to. [edge]"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Journal:
    """The file of `run.log`, opened anew for each line, so that a rotation may move it away; None writes nothing."""

    def __init__(
        self, file: Path | None, night: datetime, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._file = file
        self._night = night.isoformat(timespec="seconds")
        self._now = now
        self.problem = ""
        """Why lines are missing; empty where none is. A log that can't be written never ends a night."""

    def tell(self, event: str, **facts: Any) -> None:
        """Add a line: its time, the night that it belongs to (when that began), the event, and the facts."""
        if self._file is None:
            return
        told = {"time": self._now().isoformat(timespec="milliseconds"), "night": self._night, "event": event, **facts}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
        except OSError as error:
            self.problem = self.problem or f"run.log could not be written: {error}"
