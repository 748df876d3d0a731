"""The folder of questions: its topics, its files, and the rules between files. One bad file never stops the others."""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from pipeline.errors import QuestionError
from pipeline.questions.field_rules import SLUG
from pipeline.questions.problems import make_problem, plain, quote
from pipeline.questions.question_file import Page, parse_page
from pipeline.questions.text_rules import check_text, fold
from pipeline.records import Problem, Question, Topic
from pipeline.spelling import nearest

NOT_QUESTIONS = ("README.md", "topics.toml")
FILE_BYTES = 20_000
_parse = lru_cache(maxsize=1 << 16)(parse_page)
"""Every step of a night reads all questions; most of the time that takes is YAML's, so a text is parsed once."""


def read_topics(folder: Path) -> dict[str, Topic]:
    """Read `topics.toml`: topics by slug, in the file's order. Raises QuestionError where it is absent or wrong."""
    topics, problems = load_topics(folder)
    for problem in problems:
        raise QuestionError(f"{problem.file}:{problem.line}: {problem.message}", problem.mend)
    return topics


def read_questions(folder: Path) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """Read every question that has no error, drafts and retired ones too, by (order, slug); and all problems.

    Raises QuestionError only where the folder itself can't be read.
    """
    pages, problems = read_folder(folder)
    if any(problem.code == "folder-missing" for problem in problems):
        raise QuestionError(f"{name_of(folder)}: {problems[0].message}", problems[0].mend)
    wrong = {problem.file for problem in problems if problem.severity == "error"}
    good = [page.question for page in pages if page.question and page.file not in wrong]
    return tuple(sorted(good, key=lambda question: (question.order, question.slug))), tuple(problems)


def read_active(folder: Path, slugs: Collection[str] = ()) -> tuple[Question, ...]:
    """The active questions that have no error, or those of them that are named. Raises QuestionError for an unknown name."""
    questions = tuple(one for one in read_questions(folder)[0] if one.status == "active")
    if unknown := set(slugs) - {one.slug for one in questions}:
        raise QuestionError(
            f"no active question named {', '.join(sorted(unknown))} in {folder}",
            "name a file of that folder without .md; antigravity questions check tells what is wrong with a file",
        )
    return tuple(one for one in questions if not slugs or one.slug in slugs)


def read_folder(folder: Path, files: Collection[Path] = ()) -> tuple[list[Page], list[Problem]]:
    """Read every page, and the problems of the topics, of each page and between pages, by file and line.

    `files` are read wherever they lie; where one of them clashes with another page, it has the problem.
    """
    try:
        held = {path for path in folder.iterdir() if not path.name.startswith(".")}
    except (OSError, ValueError):  # ValueError: a null byte in the name
        return [], [make_problem(1, "folder-missing", file=name_of(folder))]
    topics, problems = load_topics(folder)
    fresh = {within(folder, path) for path in files}
    paths = (held | fresh) - {folder / name for name in NOT_QUESTIONS}
    pages = [replace(_read_page(path, folder, None if problems else topics), fresh=path in fresh) for path in paths]
    pages.sort(key=lambda page: page.rank)
    problems += [problem for page in pages for problem in page.problems]
    problems += [*_check_slug_case(pages), *check_duplicates(pages), *_check_merged(pages)]
    return pages, sorted(problems, key=lambda problem: (problem.file, problem.line, problem.code))


def within(folder: Path, path: Path) -> Path:
    """Give the path as the folder's listing has it, if it lies directly in the folder."""
    try:
        return folder / path.name if path.parent.resolve() == folder.resolve() else path
    except (OSError, RuntimeError, ValueError):  # a loop of links, a null byte
        return path


def _read_page(path: Path, folder: Path, topics: Collection[str] | None) -> Page:
    """Read one file. A link that leads out of the folder is not followed."""
    file = name_of(path)
    try:
        place = path.resolve(strict=True)
        if place.parent != folder.resolve():
            return _broken(path, 1, "file-outside")
        if path.suffix != ".md" or not place.is_file():
            return _broken(path, 1, "file-not-markdown")
        with place.open("rb") as opened:
            raw = opened.read(FILE_BYTES + 1)
        if len(raw) > FILE_BYTES:
            return _broken(path, 1, "file-large")
        return _parse(path.stem, raw.decode("utf-8-sig"), None if topics is None else tuple(topics), file)
    except FileNotFoundError:
        return _broken(path, 1, "file-missing")
    except UnicodeDecodeError as error:
        return _broken(path, error.object.count(b"\n", 0, error.start) + 1, "file-encoding")
    except (OSError, RuntimeError, ValueError) as error:
        return _broken(path, 1, "file-unreadable", plain(str(error)))


def _broken(path: Path, line: int, code: str, rest: str = "") -> Page:
    return Page(path.stem, name_of(path), None, (make_problem(line, code, rest=rest, file=name_of(path)),))


def load_topics(folder: Path) -> tuple[dict[str, Topic], list[Problem]]:
    """Read the topics that are right, and the problems of the others."""
    file = name_of(folder / "topics.toml")
    try:
        text = (folder / "topics.toml").read_bytes().decode("utf-8-sig")
        document = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:  # ValueError: not UTF-8, not TOML, a number too long
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else 1
        return {}, [make_problem(line, "topics-file", rest=f"the topics can't be read: {plain(str(error))}", file=file)]
    topics, problems = {}, []
    tables = document.pop("topics", None)
    for slug, entry in {**document, **(tables if isinstance(tables, dict) else {"topics": None})}.items():
        fault = f"{quote(slug)} is not a topic" if slug in document else _topic_fault(slug, entry)
        if not fault and isinstance(entry, dict):
            topics[slug] = Topic(slug, **entry)
        else:
            line = next((number for number, line in enumerate(text.split("\n"), 1) if slug in line), 1)
            problems.append(make_problem(line, "topics-file", rest=fault, file=file))
    return topics, problems


def _topic_fault(slug: str, entry: object) -> str:
    """What keeps an entry of topics.toml from being a topic; empty where it is one."""
    if not isinstance(entry, dict):
        return f"{quote(slug)} is not a topic"
    if not SLUG.fullmatch(slug):
        return f"the topic {quote(slug)} can't be an address: use 3 to 80 letters a-z, digits and single hyphens"
    if unknown := entry.keys() - {"title", "description"}:
        return f"the topic {quote(slug)} has a key {quote(min(unknown))}, and title and description are all it may have"
    if not isinstance(title := entry.get("title"), str) or not title.strip():
        return f"the topic {quote(slug)} has no title"
    for key, text in entry.items():
        if not isinstance(text, str):
            return f"the {key} of the topic {quote(slug)} is not text"
        for problem in check_text(text, 1):
            return f"the {key} of the topic {quote(slug)}: {problem.message}"
    return ""


def _check_slug_case(pages: Iterable[Page]) -> Iterator[Problem]:
    first: dict[str, Page] = {}
    for page in pages:
        other = first.setdefault(page.slug.casefold(), page)
        if other.slug != page.slug:
            yield make_problem(1, "slug-case", rest=other.file, file=page.file)


def check_duplicates(pages: Iterable[Page]) -> Iterator[Problem]:
    """Find wordings that an earlier page asks already, but for case, blanks and punctuation."""
    first: dict[str, str] = {}
    active = [page for page in pages if page.question and page.question.status == "active"]
    for page in active:
        for line, wording in page.wordings:
            key = " ".join(re.findall(r"\w+", fold(wording)))
            if key in first:
                yield make_problem(line, "question-duplicate", wording, first[key], file=page.file)
            first.setdefault(key, f"{page.file}:{line}")


def _check_merged(pages: Iterable[Page]) -> Iterator[Problem]:
    status = {page.slug: page.question.status if page.question else "active" for page in pages}
    for page in pages:
        target = page.question.merged_into if page.question else None
        if target is None:
            continue
        if target == page.slug:
            yield make_problem(page.merged_line, "merged-into-itself", file=page.file)
        elif status.get(target) == "draft":
            yield make_problem(page.merged_line, "merged-into-draft", target, file=page.file)
        elif target not in status:
            near = nearest(target, status.keys() - {page.slug})
            yield make_problem(page.merged_line, "merged-into-absent", target, near, file=page.file)
        elif status[target] == "retired":
            yield make_problem(page.merged_line, "merged-into-retired", target, file=page.file)


def name_of(path: Path) -> str:
    """Give the path as problems show it: from the working directory where it lies below it, as GitHub wants it."""
    full, here = path.absolute(), Path.cwd()
    return plain((full.relative_to(here) if full.is_relative_to(here) else full).as_posix())
