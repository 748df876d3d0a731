"""What is known of the models that settings can name by name. Pure but for reading `catalogue.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from pipeline.errors import ModelError

Kind = Literal["language", "encoder", "judge", "reranker"]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model, known by its content."""

    path: str
    """Within the model's folder, and below the address that it comes from."""
    sha256: str
    size: int
    """Bytes; 0 where not known."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of the catalogue."""

    name: str
    """What settings write. `box:` begins the names of those that come with the installation."""
    kind: Kind
    """Writes drafts, encodes texts, judges whether a text supports a sentence, or ranks candidates for a question."""
    licence: str
    package: str
    """The Python package that carries the model; empty where it must be pulled."""
    source: str
    """Address below which the files lie, at a fixed revision."""
    chat_template: str
    """Name of the form of its prompts; the template itself comes with the model's file. Empty where it takes none."""
    context_tokens: int
    """The most that the model can read at once."""
    memory: int
    """Bytes that it takes while it works, with a context of 4,096 tokens where it writes drafts."""
    note: str
    files: tuple[ModelFile, ...]
    """The first one is the one to load."""
    token_memory: int = 0
    """Bytes that every token more of the context takes; 0 for what writes no drafts."""
    judge_threshold: float | None = None
    """Least probability of Yes to take a sentence for supported, for models that were measured to be good at it."""

    @property
    def size(self) -> int:
        """Bytes of all files whose size is known."""
        return sum(file.size for file in self.files)


@cache
def read_catalogue() -> tuple[Entry, ...]:
    """All entries, in the order of the file."""
    text = (resources.files("pipeline") / "models" / "catalogue.toml").read_text(encoding="utf-8")
    return tuple(parse_entry(item) for item in tomllib.loads(text)["model"])


def parse_entry(item: dict[str, Any]) -> Entry:
    """One `[[model]]` of the file."""
    return Entry(**{**item, "files": tuple(ModelFile(**file) for file in item["files"])})


def find_entry(name: str) -> Entry | None:
    """The entry of that name; None for any other text, such as a path."""
    return next((entry for entry in read_catalogue() if entry.name == name), None)


def require_entry(name: str) -> Entry:
    """The entry of that name. Raises ModelError that lists the names."""
    entry = find_entry(name)
    if entry is None:
        names = ", ".join(one.name for one in read_catalogue())
        raise ModelError(f"no model named {name!r} in the catalogue", f"name one of: {names}")
    return entry


def judge_threshold(sha256: str) -> float | None:
    """The threshold measured for the model with that file, wherever it lies; None where none was measured good."""
    return next((entry.judge_threshold for entry in read_catalogue() if entry.files[0].sha256 == sha256), None)
