"""What is wrong with a settings file, in words that an operator can act on: the line, the key, and what would be allowed."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from pipeline.ingest.sources import KINDS


def explain(error: ValidationError, file: Path, text: str, raw: dict[str, Any], model: type[BaseModel]) -> list[str]:
    """A message for each problem; `raw` is the text as TOML reads it, `model` what it was to become."""
    problems = _causes([_placed(problem) for problem in error.errors()])
    return [_explain(file, text, raw, model, problem) for problem in problems]


def _placed(problem: Mapping[str, Any]) -> dict[str, Any]:
    """The problem with its place as it is in the file: pydantic names the kind of a source between its number and its key."""
    place = tuple(problem["loc"])
    if place[0] == "sources" and len(place) > 2 and place[2] in KINDS:
        return {**problem, "loc": (*place[:2], *place[3:]), "kind": place[2]}
    if problem["type"] in ("union_tag_invalid", "union_tag_not_found"):
        allowed = ", ".join(KINDS)
        kind = problem["input"].get("kind") if isinstance(problem["input"], Mapping) else problem["input"]
        if kind is None:
            return {**problem, "loc": (*place, "kind"), "type": "missing"}
        return {**problem, "loc": (*place, "kind"), "input": kind, "msg": f"no such kind; use one of: {allowed}"}
    return {**problem, "loc": place}


def _causes(problems: Sequence[Any]) -> list[Any]:
    """The problems without those that only follow from another: no source is left where each one is wrong."""
    inner = {problem["loc"][0] for problem in problems if len(problem["loc"]) > 1}
    return [problem for problem in problems if len(problem["loc"]) > 1 or problem["loc"][0] not in inner]


def _explain(file: Path, text: str, raw: dict[str, Any], model: type[BaseModel], problem: Any) -> str:
    """One line for one problem: where it is, what is wrong, what would be right."""
    keys = [str(part) for part in problem["loc"]]
    name = ".".join(keys)
    in_file = _holds(raw, problem["loc"])
    variable = f"ANTIGRAVITY_{'__'.join(keys[: 1 if keys[0] == 'sources' else None]).upper()}"
    where = f"{file}:{_line_of(text, keys)}" if in_file or problem["type"] == "missing" else f"{variable} (environment)"
    if problem["type"] == "extra_forbidden":
        return f"{where}: unknown key {name}\n  → remove it, or use one of: {', '.join(_siblings(model, problem))}"
    if problem["type"] == "missing":
        return f"{where}: {name} is missing\n  → add it"
    return f"{where}: {name} = {problem['input']!r}: {problem['msg']}"


def _holds(raw: Any, keys: tuple[Any, ...]) -> bool:
    for key in keys:
        try:
            raw = raw[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _siblings(model: type[BaseModel], problem: Any) -> list[str]:
    keys = problem["loc"]
    if len(keys) == 1:
        return list(model.model_fields)
    section: Any = KINDS[problem["kind"]] if keys[0] == "sources" else model.model_fields[str(keys[0])].annotation
    return list(section.model_fields) if isinstance(section, type) and issubclass(section, BaseModel) else []


def _line_of(text: str, keys: list[str]) -> int:
    """Line of a key in TOML text; of its table where the key itself is not there."""
    table, wanted = keys[0], keys[-1]
    nth = int(keys[1]) + 1 if len(keys) > 1 and keys[1].isdigit() else 1
    found, seen, inside = 1, 0, False
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", line):
            seen += header[1] == table
            inside = header[1] == table and seen == nth
            found = number if inside else found
        elif (inside or (len(keys) == 1 and not seen)) and re.match(rf"\s*[\"']?{re.escape(wanted)}[\"']?\s*=", line):
            return number
    return found
