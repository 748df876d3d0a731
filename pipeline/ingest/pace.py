"""Keep a pause between the requests to one server, over all sources that share it and over a kill. [edge]

The time of the last request lies in a small file beside the database. One process holds the database, so no other one can
ask meanwhile, and the file needs no lock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pace:
    """The pause, and where the last request is noted."""

    file: Path
    seconds: float
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def wait(self) -> None:
        """Sleep until the pause since the last request is over; never longer than the pause, whatever the clock did."""
        left = self.seconds - self._since_last()
        if left > 0:
            self.sleep(min(left, self.seconds))

    def note(self) -> None:
        """Write down that a request was just made, or that its answer just ended."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(f"{self.now().timestamp():.6f}\n", encoding="ascii")

    def _since_last(self) -> float:
        """Seconds; a file that a kill left half written counts as a request made just now."""
        try:
            return self.now().timestamp() - float(self.file.read_text(encoding="ascii"))
        except FileNotFoundError:
            return self.seconds
        except ValueError:
            return 0.0
