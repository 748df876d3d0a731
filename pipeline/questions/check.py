"""The whole check of a folder of questions: every file, the rules between files, and what changed since a base."""

import filecmp
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.questions.changes import check_changes
from pipeline.questions.folder import NOT_QUESTIONS, load_topics, name_of, read_folder, within
from pipeline.questions.likeness import near_pairs
from pipeline.questions.problems import YOUNG, make_problem
from pipeline.questions.question_file import Page
from pipeline.questions.text_rules import fold
from pipeline.records import Problem

NEAREST = 3
"""Near questions that are shown for one."""

Place = tuple[str, int, str]


def check_questions(
    folder: Path, files: Sequence[Path] | None = None, base: Path | None = None, confirmed: Collection[str] = ()
) -> list[Problem]:
    """List the problems of all files in a folder of questions, or of the named ones, by file and line.

    Named files are compared with all the others too; where two clash, the named one has the problem. `base` is the folder as
    it was before the change: then new and changed files are judged like named ones, an old problem in an old file only
    warns, and what may not change is looked after. `confirmed` are slugs whose question still asks the same.
    """
    named = {within(folder, path) for path in files or ()}
    changed = _changed(folder, base) if base else set()
    pages, problems = read_folder(folder, named | changed)
    problems += check_near([page for page in pages if page.question])
    problems += _check_bodies(pages)
    if base:
        before, earlier = read_folder(base)
        problems = [*_excuse(problems, earlier, pages), *check_changes(before, pages, name_of(folder), confirmed)]
        problems += _check_topics(folder, base)
    fresh = {page.file for page in pages if page.fresh}
    problems = [replace(one, severity="error") if one.code in YOUNG and one.file in fresh else one for one in problems]
    elsewhere = {page.file for page in pages} - {name_of(path) for path in named} if files else set()
    shown = {problem for problem in problems if problem.file not in elsewhere}
    return sorted(shown, key=lambda problem: (problem.file, problem.line, problem.code, problem.message))


def _changed(folder: Path, base: Path) -> set[Path]:
    """Files of the folder that the base does not hold, or holds with other bytes."""
    held = folder.glob("[!.]*") if folder.is_dir() else ()
    names = [path.name for path in held if path.is_file() and path.name not in NOT_QUESTIONS]
    same, _, _ = filecmp.cmpfiles(folder, base, names, shallow=False)
    return {folder / name for name in names if name not in same}


def check_near(pages: Sequence[Page]) -> Iterator[Problem]:
    """Show the questions that are near to a fresh one, at most three."""
    if not any(page.fresh for page in pages):
        return
    wordings = [(page, line, text) for page in pages for line, text in page.wordings]
    told: dict[str, set[str]] = {}
    for score, *numbers in near_pairs([text for _, _, text in wordings]):
        (page, line, _), (first, first_line, text) = sorted(
            (wordings[number] for number in numbers), key=lambda one: one[0].rank, reverse=True
        )
        near = told.setdefault(page.slug, set())
        if (
            page.fresh
            and first is not page
            and first.slug not in near
            and len(near) < NEAREST
            and not _known(page, first)
        ):
            near.add(first.slug)
            where = f"{first.file}:{first_line} ({score:.0%} of the words that count)"
            yield make_problem(line, "question-near", text, where, file=page.file)


def _check_bodies(pages: Sequence[Page]) -> Iterator[Problem]:
    """Ask for a body where a fresh question has none."""
    for page in pages:
        if page.fresh and page.question and page.question.status != "retired" and not page.question.body:
            yield make_problem(page.wordings[0][0], "body-missing", file=page.file)


def _known(one: Page, other: Page) -> bool:
    """Whether two pages are known to belong together: one took over from the other, or they are duplicates."""
    first, second = one.question, other.question
    assert first and second, "pages without a question were left out"
    linked = first.merged_into == second.slug or second.merged_into == first.slug
    exact = {_key(text) for _, text in one.wordings} & {_key(text) for _, text in other.wordings}
    return linked or (bool(exact) and first.status == second.status == "active")


def _key(text: str) -> str:
    return "".join(sign for sign in fold(text) if sign.isalnum())


def _excuse(problems: Iterable[Problem], earlier: Iterable[Problem], pages: Iterable[Page]) -> Iterator[Problem]:
    """Let old problems of old files only warn: whoever opens a pull request did not make them."""
    old_files = {page.file for page in pages if not page.fresh}
    known = {_place(problem) for problem in earlier}
    for problem in problems:
        old = problem.file in old_files and _place(problem) in known
        yield replace(problem, severity="warning") if old else problem


def _place(problem: Problem) -> Place:
    return Path(problem.file).name, problem.line, problem.code


def _check_topics(folder: Path, base: Path) -> Iterator[Problem]:
    file = name_of(folder / "topics.toml")
    (now, wrong), before = load_topics(folder), load_topics(base)[0]
    yield from (make_problem(1, "topic-removed", slug, file=file) for slug in before if not wrong and slug not in now)
