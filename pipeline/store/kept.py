"""What is computed once and kept: the next night reads it back while what it was computed from is the same."""

from dataclasses import dataclass

from pipeline.store.database import Connection, rows


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that was computed."""

    key: str
    """Of everything that it was computed from."""
    content: bytes


def save_kept(connection: Connection, *, name: str, key: str, content: bytes) -> None:
    """Keep it in the place of what had the name before."""
    rows(connection, "save_kept", {"name": name, "key": key, "content": content})


def load_kept(connection: Connection, *, name: str) -> Kept | None:
    """What was kept by that name, whatever it was computed from."""
    found = rows(connection, "load_kept", {"name": name})
    return Kept(*found[0]) if found else None
