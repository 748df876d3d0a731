"""What is wrong with a settings file, in words that an operator can act on: the line, the key, and what would be allowed."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from pipeline.ingest.sources import KINDS
from pipeline.spelling import nearest


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
    variable = f"ANTIGRAVITY_{'__'.join(keys[: 1 if keys[0] == 'sources' else None]).upper()}"
    in_file = _holds(raw, problem["loc"]) and variable not in os.environ
    where = f"{file}:{line_of(text, keys)}" if in_file or problem["type"] == "missing" else f"{variable} (environment)"
    fields = _siblings(model, problem)
    if problem["type"] == "extra_forbidden":
        near = nearest(keys[-1], fields)
        return f"{where}: unknown key {name}\n  → remove it, or use one of: {', '.join(fields)}{near}"
    field = fields.get(keys[-1])
    takes = f": {meaning(field)}" if field and field.description else ""
    if problem["type"] == "missing":
        return f"{where}: {name} is missing\n  → add it{takes}"
    wrong = f"{where}: {name} = {problem['input']!r}: {_plain(problem['msg'])}"
    return f"{wrong}\n  → {keys[-1]}{takes}" if takes else wrong


def meaning(field: FieldInfo) -> str:
    """What a key is for, and which values it takes."""
    bounds = {type(one).__name__: one for one in field.metadata}
    low, above, high, below = (bounds.get(name) for name in ("Ge", "Gt", "Le", "Lt"))
    span = f" ({low.ge} to {high.le})" if low and high else f" ({low.ge} or more)" if low else ""
    span = f" (more than {above.gt}, to {high.le})" if above and high else span
    span = f" ({low.ge} to less than {below.lt})" if low and below else span
    choices = [str(one) for one in get_args(field.annotation) if isinstance(one, str)]
    allowed = f" One of: {', '.join(f'`{one}`' for one in choices)}." if len(choices) > 1 else ""
    return f"{field.description or ''}{span}{allowed}"


def _plain(message: str) -> str:
    """Pydantic's message in the words of TOML."""
    for theirs, ours in (
        ("Value error, ", ""),
        ("Input should be", "it should be"),
        ("String should", "it should"),
        ("a valid dictionary or object to extract fields from", "a section of keys"),
        ("a valid tuple", 'a list, as ["one", "two"]'),
        ("a valid integer, unable to parse string as an integer", "a whole number"),
        ("a valid integer", "a whole number"),
        ("a valid number, unable to parse string as a number", "a number"),
        ("a valid boolean, unable to interpret input", "true or false"),
        ("a valid boolean", "true or false"),
        ("a valid string", "text in quotes"),
    ):
        message = message.replace(theirs, ours)
    return re.sub(r"a valid dictionary or instance of \w+", "a section of keys", message)


def _holds(raw: Any, keys: tuple[Any, ...]) -> bool:
    for key in keys:
        try:
            raw = raw[key]
        except (KeyError, IndexError, TypeError):
            return False
    return True


def _siblings(model: type[BaseModel], problem: Any) -> Mapping[str, FieldInfo]:
    """The keys that may stand where the problem is."""
    keys = problem["loc"]
    if len(keys) == 1:
        return model.model_fields
    kind = KINDS.get(problem.get("kind", ""))
    section: Any = kind if keys[0] == "sources" else model.model_fields[str(keys[0])].annotation
    return section.model_fields if isinstance(section, type) and issubclass(section, BaseModel) else {}


def line_of(text: str, keys: list[str]) -> int:
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
