"""A new question's file from its wording: a name, the front matter, and the questions that lie nearest. Pure but for reading."""

import json
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.errors import QuestionError
from pipeline.questions.check import check_near
from pipeline.questions.folder import check_duplicates, load_topics, name_of, read_folder
from pipeline.questions.likeness import telling_words
from pipeline.questions.problems import YOUNG, format_problem
from pipeline.questions.question_file import parse_page
from pipeline.records import Problem

NAMELESS = ("long", "take", "takes")
"""Words that ask, and name nothing: `how long does it take`."""
SLUG_LETTERS = 60
"""A new name is cut at the last whole word within these; the rule allows 80."""


def propose(folder: Path, text: str, topics: Sequence[str]) -> tuple[Path, str, tuple[Problem, ...]]:
    """Give a new question's path, the text of its file, and the problems that show the nearest questions.

    Raises QuestionError where the wording breaks a rule, is asked already, or names no topic of the folder.
    """
    pages, _ = read_folder(folder)
    known, _ = load_topics(folder)
    text = " ".join(text.split())
    slug = slug_of(text, {page.slug for page in pages})
    path = folder / f"{slug}.md"
    file = name_of(path)
    draft = parse_page(slug, _render(text, topics or list(known)[:1], known, ()), known or None, file)
    mine = replace(draft, fresh=True)
    found = [replace(one, severity="error") if one.code in YOUNG else one for one in mine.problems]
    found += [one for one in check_duplicates([*pages, mine]) if one.file == file]
    if wrong := [one for one in found if one.severity == "error"]:
        raise QuestionError("\n".join(format_problem(one).partition(": error ")[2] for one in wrong))
    near = tuple(check_near([*(page for page in pages if page.question), mine]))
    return path, _render(text, topics, known, near), near


def slug_of(text: str, taken: Collection[str]) -> str:
    """Make a name of the words that say what the question is about, none that is taken: `coral-reefs-recover-bleaching`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = [part for word in telling_words(plain) if word not in NAMELESS for part in re.findall(r"[a-z0-9]+", word)]
    joined = "-".join(words) or "question"
    if len(joined) > SLUG_LETTERS:
        joined = joined[: SLUG_LETTERS + 1].rpartition("-")[0] or joined[:SLUG_LETTERS]
    joined = joined if len(joined) > 2 else f"question-{joined}"
    numbered = (joined if number == 1 else f"{joined}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)


def _render(text: str, topics: Sequence[str], known: Collection[str], near: Sequence[Problem]) -> str:
    """The file. Comments of YAML are for its author: the site shows none of them."""
    choice = "" if topics else f"  # choose from: {', '.join(known)}"
    lines = [
        "---",
        f"question: {json.dumps(text, ensure_ascii=False)}",
        f"topics: [{', '.join(topics)}]{choice}",
        "# aliases: the same question in other words, each in quotes; facets: 2 to 4 terms that an answer brings together",
        "# aliases:",
        '#   - "…?"',
        "# facets: [one term, another term]",
    ]
    if near:
        lines.append("# The nearest questions that are there. If one of them asks the same, sharpen that one instead.")
        lines += [f"# - {problem.message}" for problem in near]
    lines += [
        "# Below the next line: why it matters, and what would count as an answer, in two to five sentences.",
        "---",
    ]
    return "\n".join([*lines, ""])
