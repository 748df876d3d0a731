"""Read the operator's file of overrides: what is withdrawn, or stands, against what its signals say. [edge]

[[preprints]]
source = "arxiv"
id = "2401.00010"
state = "standing"        # or "withdrawn"
why = "The comment speaks of another paper."
"""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import SettingsError
from pipeline.records import Override


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(min_length=1)
    id: str = Field(min_length=1)
    state: Literal["withdrawn", "standing"]
    why: str = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    preprints: tuple[_Entry, ...] = ()


def read_overrides(path: Path) -> tuple[Override, ...]:
    """Read the file; an absent one has none. Raises SettingsError naming the entry and what is wrong with it."""
    if not path.exists():
        return ()
    try:
        entries = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).preprints
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: can't read the overrides: {error}", "mend that line") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        raise SettingsError(
            f"{path}: {where}: {first['msg']}", "an entry has source, id, state (withdrawn or standing) and why"
        ) from error
    keys = [(entry.source, entry.id) for entry in entries]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise SettingsError(f"{path}: {' '.join(twice)} is named twice", "keep one of the two entries")
    return tuple(Override(entry.source, entry.id, entry.state, entry.why) for entry in entries)
