"""Labelled files of JSON lines: every line an object, what is wrong named with its line. [edge: reads the file]"""

import json
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.words import is_text


def read_objects(file: Path, wrong: type[PipelineError], *, what: str, form: str) -> list[tuple[int, dict[str, Any]]]:
    """Number, from 1, and object of every line that is not blank.

    Raises `wrong`, which says where the file holds no `what`, or what is no line of this `form`.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise wrong(f"{file} can't be read: {why}", "name a UTF-8 file of JSON lines") from error
    # not splitlines: a text may hold what Unicode takes for the end of a line
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise wrong(f"{file} holds no {what}", form)
    return [(number, parse_object(f"{file}, line {number}", line, wrong, form)) for number, line in lines]


def parse_object(where: str, line: str, wrong: type[PipelineError], form: str) -> dict[str, Any]:
    """The object of a line. Raises `wrong`, which says what is no line of this `form`."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise wrong(f"{where}: no JSON: {error}", form) from error
    if not is_text(json.dumps(record, ensure_ascii=False)):
        raise wrong(f"{where}: half of a pair of surrogates is no text", form)
    if not isinstance(record, dict):
        raise wrong(f"{where}: not an object", form)
    return record
