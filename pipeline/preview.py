"""What a question would find and how its page would look, on a copy of the archive that is thrown away. [edge]"""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import steps
from pipeline.answer.facets import held_together, label, parts_of
from pipeline.errors import QuestionError
from pipeline.questions import check_questions, format_problem, read_questions
from pipeline.questions.folder import NOT_QUESTIONS
from pipeline.records import Passage, Preprint, Question
from pipeline.render.data import render_answer_markdown
from pipeline.render.tex import to_text
from pipeline.settings import Settings
from pipeline.steps import Night
from pipeline.store.answers import load_latest_answer, load_passages
from pipeline.store.database import open_database
from pipeline.store.preprints import load_counts, load_preprints

NEAREST = 5
"""Other questions that a preview shows."""
PINGING = re.compile(r"([@#])(?=\w)|(?<=\bGH)(-)(?=\d)")
"""Signs by which a text would call people or link issues, posted as a comment."""


@contextmanager
def scratch(settings: Settings, files: Sequence[Path], out: Path | None) -> Iterator[Settings]:
    """Give settings whose archive is a copy and whose questions are these files alone, drafts as active ones.

    Raises QuestionError for a file with an error.
    """
    folder = settings.questions.folder
    if wrong := [one for one in check_questions(folder, files) if one.severity == "error"]:
        raise QuestionError("\n".join(map(format_problem, wrong)))
    if strange := [file for file in files if file.name in NOT_QUESTIONS]:
        raise QuestionError(f"{strange[0]} is no question", "name a question's file")
    with TemporaryDirectory(prefix="antigravity-preview-") as made:
        home = Path(made)
        questions = home / "questions"
        questions.mkdir()
        shutil.copy(folder / "topics.toml", questions)
        for file in files:
            text = re.sub(r"^status:\s*draft\b", "status: active", file.read_text("utf-8-sig"), flags=re.MULTILINE)
            (questions / file.name).write_text(text, encoding="utf-8")
        _copy_archive(settings.archive.database, settings.archive.ledger, home)
        archive = {"database": home / settings.archive.database.name, "ledger": home / "ids.csv"}
        render = {"search": False} | ({"output": out.absolute()} if out else {})
        yield settings.model_copy(
            update={
                "archive": settings.archive.model_copy(update=archive),
                "questions": settings.questions.model_copy(update={"folder": questions}),
                "render": settings.render.model_copy(update=render),
            }
        )


def preview(night: Night, others: Sequence[Question], *, as_pages: bool) -> str:
    """Run the steps of a night over its questions, and tell what they found as Markdown, fit to be posted as a comment.

    `others` are the questions of the real archive, to name the nearest; `as_pages` builds the site of these questions too.
    """
    night = replace(night, forgetful=True)
    questions = read_questions(night.settings.questions.folder)[0]
    for step in (steps.embed, steps.retrieve, steps.answer, steps.verify, *((steps.render,) if as_pages else ())):
        step(night)
    total, latest = load_counts(night.connection)
    state = f"on {total:,} preprints" + (f", the newest of {latest:%B %Y}" if latest else "")
    parts = [_tell(night, question, others, state) for question in questions]
    return PINGING.sub(lambda found: f"{found[0]}\u2060", "\n".join(parts))


def _tell(night: Night, question: Question, others: Sequence[Question], state: str) -> str:
    connection = night.connection
    passages = load_passages(connection, slug=question.slug)
    preprints = load_preprints(connection, [one.archive_id for one in passages])
    answer = load_latest_answer(connection, slug=question.slug)
    parts = [f"## {_cell(question.question)}", f"A draft of `/q/{question.slug}/`, {state}. Nothing of it is stored."]
    if question.status == "retired":
        parts.append("The question is retired: its page says so, and is not answered again.")
    elif not passages:
        parts.append("It would find no preprint: the archive is empty, or `categories` and `since` let none through.")
    else:
        parts += ["### What it finds", _table(passages, preprints)]
        parts += ["### Terms", *_facets(question, [preprints[one.archive_id] for one in passages])]
    if near := _nearest(night, question, others):
        parts += ["### The nearest questions that are there", near]
    if answer and passages:
        page = render_answer_markdown(answer, (), night.settings.site.disclaimer).decode()
        parts += ["### The page", re.sub(r"^(#+ )", r"###\1", page, flags=re.MULTILINE)]
    return "\n\n".join(parts) + "\n"


def _table(passages: Sequence[Passage], preprints: dict[str, Preprint]) -> str:
    rows = ["| similarity | words (BM25) | preprint | category | month |", "|---:|---:|---|---|---|"]
    for one in passages:
        found = preprints[one.archive_id]
        rows.append(
            f"| {one.similarity * 100:.0f}% | {one.lexical:.1f} | {_cell(to_text(found.title))} "
            f"| {_cell(found.primary_category)} | {found.month} |"
        )
    return "\n".join(rows)


def _facets(question: Question, read: Sequence[Preprint]) -> list[str]:
    """In how many of the abstracts each part of the question is."""
    facets = parts_of(question)
    held = [held_together(preprint, facets) for preprint in read]
    counted = [f"- {_cell(label(facet))}: in {sum(facet in one for one in held)} of {len(read)}" for facet in facets]
    together = sum(len(one) == len(facets) for one in held)
    return ["\n".join(counted), f"All of them together: in {together} of {len(read)}."]


def _nearest(night: Night, question: Question, others: Sequence[Question]) -> str:
    """The other questions that mean most nearly the same, by the encoder."""
    shown = [one for one in others if one.slug != question.slug and one.status != "draft"]
    if not shown:
        return ""
    own, *vectors = night.encoder.encode([question.question, *(one.question for one in shown)])
    scored = sorted(
        ((float(own @ vector), one) for vector, one in zip(vectors, shown, strict=True)), key=_first, reverse=True
    )
    return "\n".join(f"- {score * 100:.0f}% · {_cell(one.question)} (`{one.slug}`)" for score, one in scored[:NEAREST])


def _first(pair: tuple[float, Question]) -> float:
    return pair[0]


def _copy_archive(database: Path, ledger: Path, home: Path) -> None:
    """Copy database and ledger while nobody else can write to them, and the word index beside the database."""
    if not database.exists():
        return
    with open_database(database):
        for file in (database, database.with_name(f"{database.name}.wal")):
            if file.exists():
                shutil.copy(file, home)
        if ledger.is_file():
            shutil.copyfile(ledger, home / "ids.csv")
    if (database.parent / "lexical").is_dir():
        shutil.copytree(database.parent / "lexical", home / "lexical")


def _cell(text: str) -> str:
    """A text from outside as plain words of a Markdown table."""
    return re.sub(r"([\\`*_\[\]<>|&])", r"\\\1", " ".join(text.split()))
