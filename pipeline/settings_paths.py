"""Paths in the settings count from the folder of the settings file; names of models are no paths."""

from pathlib import Path
from typing import Any

from pipeline.models.catalogue import find_entry
from pipeline.settings_file import place_of_questions

LANGUAGE_MODEL = "language-model"
"""Names the model of `[answer]` as the reranker or the judge."""
NO_FOLDER = ("auto", "none", LANGUAGE_MODEL)
"""What `verify.judge` can be beside a folder."""

PATH_KEYS = (
    ("archive", "database"),
    ("archive", "ledger"),
    ("archive", "raw"),
    ("archive", "overrides"),
    ("answer", "models"),
    ("render", "output"),
    ("render", "templates"),
    ("render", "overrides"),
    ("render", "figures"),
    ("run", "report"),
    ("run", "log"),
    ("run", "metrics"),
)
MODEL_KEYS = (("embed", "model"), ("answer", "model"), ("retrieve", "reranker"), ("verify", "judge"))
"""Keys that hold a name or a path."""


def absolute_paths(settings: Any, base: Path) -> dict[str, Any]:
    """The sections of settings in which a path stands, with every path counted from the folder of the settings file."""
    changed: dict[str, dict[str, Any]] = {}
    for section, key in PATH_KEYS:
        if (path := getattr(getattr(settings, section), key)) is not None:
            changed.setdefault(section, {})[key] = base / path
    for section, key in MODEL_KEYS:
        part = getattr(settings, section)
        if not _is_name(getattr(part, key)) and getattr(part, "engine", "") != "openai":
            changed.setdefault(section, {})[key] = str(base / getattr(part, key))
    changed["questions"] = {"folder": place_of_questions(base, settings.questions.folder)}
    sources = {"sources": tuple(source.rebased(base) for source in settings.sources)}
    return sources | {name: getattr(settings, name).model_copy(update=keys) for name, keys in changed.items()}


def _is_name(text: str) -> bool:
    return not text or text.startswith("box:") or text in NO_FOLDER or find_entry(text) is not None
