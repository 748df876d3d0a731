"""What one check found."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import PipelineError


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `doctor` and `check`."""

    name: str
    ok: bool
    detail: str
    """What was found, in plain words."""
    mend: str = ""
    """What to do; empty where all is well."""


def found(name: str, problems: list[str], well: str, mend: str) -> Finding:
    """All is well where there are no problems; else the first few of them, and how many more there are."""
    if not problems:
        return Finding(name, True, well)
    more = f"; and {len(problems) - 3:,} more" if len(problems) > 3 else ""
    return Finding(name, False, "; ".join(problems[:3]) + more, mend)


def settle(name: str, check: Callable[[], Finding]) -> Finding:
    """The finding of a check; what an operator can mend, and what the system refuses, is a finding too."""
    try:
        return check()
    except PipelineError as error:
        return Finding(name, False, error.what, error.mend)
    except OSError as error:
        return Finding(name, False, str(error), "look at the disk, and at who owns the file")
