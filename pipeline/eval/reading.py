"""An answer beside the abstracts that it cites, as Markdown: to be read sentence by sentence. [edge: writes the pages]

What comes from outside stands in indented blocks, where nothing is markup.
"""

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.eval.answers import Asked
from pipeline.records import Answer
from pipeline.verify.compose import compose_markdown

WIDTH = 116


def write_reading_pages(folder: Path, asked: Sequence[Asked]) -> None:
    """Write a page for each question. Raises PipelineError where the folder can't be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in reading_pages(asked).items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise PipelineError(f"{folder}: can't write the pages: {error.strerror}", "name another folder") from error


def reading_pages(asked: Sequence[Asked]) -> dict[str, str]:
    """A page for each question, by file name; `01-why-do-reefs-bleach.md` for the first."""
    digits = max(2, len(str(len(asked))))
    return {
        f"{number:0{digits}}-{_slug(one.labelled.question.question)}.md": reading_page(one)
        for number, one in enumerate(asked, 1)
    }


def reading_page(asked: Asked) -> str:
    """What was asked and known, the answer, what was cut, and the preprints that it cites or should have cited."""
    label, answer = asked.labelled, asked.answer
    blocks = ["# Question", _block(label.question.question)]
    if not label.answerable:
        blocks.append("Not answerable.")
    elif label.sources:
        blocks += ["Answerable, from:", _block(", ".join(label.sources))]
    else:
        blocks.append("Answerable, from sources that are not named.")
    if asked.problem:
        blocks += ["Problem:", _block(asked.problem)]
    if answer is None:
        return _page([*blocks, "It failed, so there is no answer."])
    blocks += [f"## {answer.status} ({answer.reason})", compose_markdown(answer).rstrip()]
    if answer.cut:
        blocks += ["## Cut", *(_block(f"{one.text} — {one.reason}") for one in answer.cut)]
    for source in answer.sources:
        role = _role(source.cited, source.source_id in label.sources)
        if role:
            preprint = asked.preprints[source.archive_id]
            blocks += [
                f"## {source.archive_id}, {role}",
                _block(f"{source.source_id}: {preprint.title}"),
                _block(preprint.abstract),
            ]
    if missed := _missed(answer, label.sources):
        blocks += ["Named for it and not retrieved:", _block(", ".join(missed))]
    return _page(blocks)


def _role(cited: bool, named: bool) -> str:
    if cited:
        return "cited and named for it" if named else "cited"
    return "named for it, retrieved, not cited" if named else ""


def _missed(answer: Answer, sources: Sequence[str]) -> list[str]:
    retrieved = {one.source_id for one in answer.sources}
    return [source_id for source_id in sources if source_id not in retrieved]


def _block(text: str) -> str:
    return textwrap.indent(textwrap.fill(" ".join(text.split()), WIDTH), "    ")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].rstrip("-") or "question"


def _page(blocks: Sequence[str]) -> str:
    return "\n\n".join(blocks) + "\n"
