"""What is read of the settings file before all of it is: its text, and where the questions lie.

The check of questions needs no more, so it runs without the libraries that the rest of the settings asks for.
"""

import os
import re
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import SettingsError

PACKAGE = "package:"


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuestionSettings(Section):
    """The curated questions."""

    folder: Path = Field(
        Path("questions"),
        description="Folder with one Markdown file per question, and topics.toml; `package:NAME/FOLDER` is one within an "
        "installed Python package.",
    )


def read_document(file: Path) -> tuple[str, dict[str, Any]]:
    """Read the settings file as text and as TOML. Raises SettingsError naming the file."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"{file}: can't read the settings: {error.strerror}",
            "name the file with --config, or run in the folder that has antigravity.toml",
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: not UTF-8 at byte {error.start}", "save the file as UTF-8") from error
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        where = f"{file}:{line[1]}" if line else str(file)
        raise SettingsError(f"{where}: not valid TOML: {error}", "mend that line; the format is at toml.io") from error


def read_place_of_questions(file: Path) -> Path:
    """Read from the settings file and the environment where the questions lie, and nothing else.

    Where the environment says it the file may be absent: a repository of questions alone has none. Raises SettingsError
    naming the file, where that is no text.
    """
    folder = os.environ.get("ANTIGRAVITY_QUESTIONS__FOLDER")
    if folder is None or file.exists():
        section = read_document(file)[1].get("questions", {})
        named = section.get("folder", "questions") if isinstance(section, dict) else None
        folder = named if folder is None else folder
    if not isinstance(folder, str):
        raise SettingsError(
            f"{file}: questions.folder is no path", 'write folder = "questions" below a line [questions]'
        )
    return place_of_questions(file.resolve().parent, Path(folder))


def place_of_questions(base: Path, folder: Path) -> Path:
    """Give the folder that the settings name: below `base`, anywhere else, or within an installed package.

    Raises SettingsError where there is no such package.
    """
    text = folder.as_posix()
    if not text.startswith(PACKAGE):
        return base / folder
    name, _, inner = text.removeprefix(PACKAGE).partition("/")
    found = find_spec(name) if name.isidentifier() else None
    if found is None or not found.submodule_search_locations:
        raise SettingsError(
            f"questions.folder = {text}: no package {name!r} is installed here", "install it, or name a folder"
        )
    return Path(found.submodule_search_locations[0]) / inner
