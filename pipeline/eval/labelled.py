"""Questions of which is known whether the archive answers them, and from which preprints.

They stand in a file of JSON lines: `{"question": …, "answerable": true | false, "sources": [source ids]}`, and what the front matter
of a question may say beside: `aliases`, `facets`, `categories` (lists of texts), `since` (a day). Other keys are let be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.eval.json_lines import read_objects
from pipeline.records import Question

FORM = 'a line is {"question": …, "answerable": true or false, "sources": [ids as their source has them]}'


class LabelsError(PipelineError):
    """A file of labelled questions is wrong."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question, and what an answer to it has to rest on."""

    question: Question
    answerable: bool
    sources: tuple[str, ...]
    """Ids of the preprints that answer it, as their source has them; empty where none does, or none is named."""
    line: int
    """Where it stands in its file, from 1."""


def read_labelled(file: Path) -> list[Labelled]:
    """The questions of a file in order. Raises LabelsError that names the line."""
    records = read_objects(file, LabelsError, what="question", form=FORM)
    return [_parse(f"{file}, line {number}", number, record) for number, record in records]


def _parse(where: str, number: int, record: Mapping[str, Any]) -> Labelled:
    text = record.get("question")
    if not isinstance(text, str) or not text.strip():
        raise LabelsError(f"{where}: 'question' is missing, empty, or no text", FORM)
    answerable = record.get("answerable")
    if not isinstance(answerable, bool):
        raise LabelsError(f"{where}: 'answerable' is {answerable!r}", "it is true or false")
    sources = _texts(where, record, "sources") if answerable else ()
    aliases, facets, categories = (_texts(where, record, key) for key in ("aliases", "facets", "categories"))
    question = Question("", text.strip(), (), aliases, facets, categories, _day(where, record.get("since")))
    return Labelled(question, answerable, sources, number)


def _texts(where: str, record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    texts = record.get(key, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        raise LabelsError(f"{where}: {key!r} is no list of texts", 'write it as ["first", "second"]')
    return tuple(dict.fromkeys(text.strip() for text in texts))


def _day(where: str, text: Any) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise LabelsError(f"{where}: 'since' is {text!r}", "write it as 2024-01-31") from error
