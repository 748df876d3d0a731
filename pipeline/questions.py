"""Curated questions: Markdown files with YAML front matter in, records and problems out.

All rules speak up at once, so that a contributor mends a file in one go, and no file can raise: one bad file never
stops the night. YAML is composed into nodes and never constructed: a node knows its line, and no tag can make an
object. Longer than most modules because it holds all the rules, and the words that say how to mend what breaks them.
"""

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast

import yaml

from pipeline.errors import QuestionError
from pipeline.records import Problem, Question, QuestionStatus, Topic

KEYS = ("question", "topics", "aliases", "facets", "categories", "since", "order", "status", "merged_into")
LISTS = ("topics", "aliases", "facets", "categories")
NOT_QUESTIONS = ("README.md", "topics.toml")
FILE_BYTES = 20_000
DEPTH = 5
"""Levels of YAML that are read; a good file has three: the stream, the keys, a list."""

SLUG = re.compile(r"(?=.{3,80}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?|[a-z]+(?: [a-z]+)*")
"""arXiv's `cs`, `cs.LG`, `quant-ph`, `cond-mat.str-el`; bioRxiv's `neuroscience`, `animal behavior and cognition`."""

SCALARS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "since": (("str", "timestamp"), r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "since-date"),
    "order": (("int",), r"-?(?:0|[1-9][0-9]{0,5})", "order-number"),
    "status": (("str",), "draft|active|retired", "status-value"),
    "merged_into": (("str",), SLUG.pattern, "merged-into-slug"),
}
"""Per key: the YAML types it may have, its form, the code of the problem."""

QUOTES = (
    'put the text in quotes if it holds ": " or " #", begins with a sign such as & * ! {{, or holds ? in a list [ ]'
)
RULES = {
    "folder-missing": "there is no such folder → name the folder that holds topics.toml and the questions",
    "topics-file": "{rest} → write [topics.my-topic], and below it title = and description = with text in quotes",
    "file-missing": "there is no such file → check the name; a question's file is never renamed or deleted",
    "file-outside": "the file is not in the folder of questions → move it there; no subfolders, no links",
    "file-not-markdown": "this is not a Markdown file → name it SLUG.md, or move it out of the folder",
    "file-unreadable": "the file can't be read: {rest} → check its name and its permissions",
    "file-encoding": "the file is not UTF-8 → save it as UTF-8",
    "file-large": "the file is larger than 20 kB → shorten it; two to five sentences are enough for the body",
    "file-empty": "the file is empty → write ---, then question: and topics:, then ---, then the text",
    "slug-form": "the name {subject} can't be an address → use 3 to 80 letters a-z, digits and single hyphens",
    "slug-case": "the name differs from {rest} only in upper and lower case → choose another name",
    "front-matter-missing": "the file does not begin with front matter → make its first line ---, the next question: …",
    "front-matter-open": "the front matter has no end → close it with a line ---",
    "front-matter-yaml": "this is not YAML: {rest} → " + QUOTES,
    "front-matter-anchor": "YAML anchors and aliases are not used here → " + QUOTES,
    "front-matter-tag": "YAML tags and directives are not used here → " + QUOTES,
    "front-matter-deep": "lists stand in lists → write plain lists of text",
    "front-matter-mapping": "the front matter holds no keys → write one key a line, such as question: Does it work?",
    "key-unknown": "{subject} is not a key → use only " + ", ".join(KEYS) + "{rest}",
    "key-duplicate": "{subject} stands here twice, first in line {rest} → keep one of the two",
    "question-missing": "the question is missing → add question: and one sentence that ends with ?",
    "question-text": "the question is not text → write one sentence, in quotes",
    "question-lines": "the question has more than one line → write it on one line",
    "question-short": "the question has fewer than 15 characters → name the things that it is about",
    "question-long": "the question has {rest} characters, more than 300 → shorten it; details go into the body",
    "question-mark": "the question does not end with a question mark → end it with ?; " + QUOTES,
    "question-several": "there is more than one question → write one file for each",
    "question-duplicate": "{subject} is asked already, in {rest} → sharpen that question, or take this wording out",
    "topics-missing": "the topics are missing → add topics: and choose from {rest}",
    "topics-empty": "the list of topics is empty → choose from {rest}",
    "topics-unknown": "there is no topic {subject} → choose from {rest}, or add a topic to topics.toml",
    "aliases-long": "the alias has {rest} characters, more than 300 → shorten it",
    "aliases-mark": "the alias {subject} does not end with a question mark → end it with ?; " + QUOTES,
    "facets-many": "there are {rest} facets, more than 6 → keep the 2 to 4 terms that an answer must bring together",
    "facets-long": "the facet {subject} has {rest} characters, more than 60 → keep the words that abstracts use",
    "facets-wording": 'the facet {subject} has an empty wording → put | between wordings, as in "chest X-ray | CXR"',
    "categories-form": "{subject} is not a category → write it as its source does: cs, cs.LG, quant-ph, neuroscience",
    "since-date": "since is not a date → write it as 2024-01-01, or leave it out",
    "order-number": "order is not a whole number → write it as 60, without quotes, or leave it out",
    "status-value": "there is no such status → choose draft, active or retired",
    "merged-into-slug": "merged_into is not a slug → name the other question's file, without .md",
    "merged-into-status": "merged_into stands in a question that is not retired → set status: retired, or take it out",
    "merged-into-itself": "the question takes over from itself → name another question",
    "merged-into-absent": "no published question is called {subject} → name one of this folder{rest}",
    "merged-into-retired": "{subject} is retired as well → name the question that is answered now",
    "body-long": "the body has {rest} characters, more than 4000 → shorten it; two to five sentences are enough",
    "text-html": "there is HTML in the text → write plain text; for 'less than', put a space after the <",
    "text-link": "there is a link, an image or an address in the text → name the thing in words",
    "text-prompt": "the text speaks to the model that drafts answers → say what would count as an answer; no orders",
    "text-hidden": "there is a sign that does not show, {rest} → delete it; type the line again if you can't see it",
    **{f"{key}-list": f"{key} is not a list of text → write {key}: [one, two]; {QUOTES}" for key in LISTS},
    **{f"{key}-duplicate": f"{{subject}} stands in {key} twice → keep one of the two" for key in LISTS},
}
"""Message and mend of every code. `subject` is the contributor's text, quoted and cut; `rest` is ours."""
WARNINGS = ("aliases-mark", "merged-into-retired")

HIDDEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that show nothing: fillers, joiners, variation selectors."""
TEXTS = {
    "text-html": r"<[a-z/!?] | &(?:\#[0-9]+|\#x[0-9a-f]+|[a-z]+[0-9]*);",
    "text-link": r"""
        \]\( | \]\ ?\[ | !\[ | ^[ \t]*\[[^\]\n]+\]: | \w:// | \bwww\. | \b(?:mailto|javascript|vbscript): | \bdata:\w+/
        | \w\.(?:com|org|net|edu|gov|io)\b | \w\.[a-z]{2,10}/\w | \w@[a-z][\w-]*\.[a-z]""",
    "text-prompt": r"""
        <\| | \[/?inst\] | <</?sys>> | \bim_(?:start|end)\b | \#\#\#\s*(?:system|instruction|assistant|response)
        | ^[^\w\n]*(?:system|assistant|user|human)\s*: | \b(?:system|developer)\W+prompts?\b | \bnew\W+instructions?\s*:
        | \b(?:ignore|disregard|forget|override)\W+(?:\w+\W+){0,3}?
          (?:previous|prior|above|earlier|preceding|all|any|your|these|those|other)\W+(?:\w+\W+){0,3}?
          (?:instructions?|prompts?|rules|guidelines|messages?|text)\b
        | \b(?:ignore|disregard|forget|override)\W+(?:the\W+)?(?:instructions?|prompts?|rules|text)\W+(?:above|before)\b
        | \byou\W+are\W+(?:now|(?:an?|the)\W+(?:\w+\W+){0,3}?(?:assistant|model|ai|chatbot|bot))\b
        | \byou\W+(?:must|should|will|shall)\W+(?:\w+\W+)?(?:answer|reply|respond|say|write|output|ignore|cite)\b
        | \byour\W+(?:\w+\W+)?(?:instructions?|prompt|reply|response|output|task)\b
        | \bpretend\W+(?:to\W+be|that|you)\b | \b(?:respond|reply)\W+only\W+(?:with|in)\b""",
}
PATTERNS = {code: re.compile(pattern, re.VERBOSE | re.MULTILINE) for code, pattern in TEXTS.items()}
"""What no text may hold, over NFKC and folded case: markup, addresses, orders to the model."""


@dataclass(frozen=True, slots=True)
class _Field:
    line: int
    """Of the key."""
    node: yaml.Node


@dataclass(frozen=True, slots=True)
class _Page:
    """A question file as it was read."""

    slug: str
    file: str
    question: Question | None
    problems: tuple[Problem, ...]
    wordings: tuple[tuple[int, str], ...] = ()
    """The question and its aliases, with their lines."""
    merged_line: int = 1
    named: bool = False
    """The caller asked for this file."""

    @property
    def rank(self) -> tuple[bool, float, str]:
        """Of two pages that clash the later has the problem: the named one, else the one further down the lists."""
        return self.named, self.question.order if self.question else float("inf"), self.slug


def read_topics(folder: Path) -> dict[str, Topic]:
    """Read `topics.toml`: topics by slug, in the file's order. Raises QuestionError where it is absent or wrong."""
    topics, problems = _load_topics(folder)
    for problem in problems:
        raise QuestionError(f"{problem.file}:{problem.line}: {problem.message}", problem.mend)
    return topics


def read_questions(folder: Path) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """Read every question that has no error, drafts and retired ones too, by (order, slug); and all problems.

    Raises QuestionError only where the folder itself can't be read.
    """
    pages, problems = _read_folder(folder, ())
    if any(problem.code == "folder-missing" for problem in problems):
        raise QuestionError(f"{_name(folder)}: {problems[0].message}", problems[0].mend)
    wrong = {problem.file for problem in problems if problem.severity == "error"}
    good = [page.question for page in pages if page.question and page.file not in wrong]
    return tuple(sorted(good, key=lambda question: (question.order, question.slug))), tuple(problems)


def check_questions(folder: Path, files: Sequence[Path] | None = None) -> list[Problem]:
    """List the problems of all files in a folder of questions, or of the named ones, by file and line.

    Named files are compared with all the others too; where two clash, the named one has the problem.
    """
    pages, problems = _read_folder(folder, files or ())
    elsewhere = {page.file for page in pages if files and not page.named}
    return [problem for problem in problems if problem.file not in elsewhere]


def parse_question(
    slug: str, text: str, topics: Collection[str] | None = None, file: str = ""
) -> tuple[Question | None, list[Problem]]:
    """Read a question from the text of its file; None where it has an error.

    `topics` are the slugs that may be named, None lets any pass; `file` is the name that problems carry.
    """
    page = _parse_page(slug, text, topics, file or f"{slug}.md")
    return page.question, list(page.problems)


def format_problem(problem: Problem) -> str:
    """Render a problem for a terminal: where and what, and the mend on a second line."""
    where = f"{problem.file}:{problem.line}"
    return f"{where}: {problem.severity} {problem.code}: {problem.message}\n  → {problem.mend}"


def format_github(problem: Problem) -> str:
    """Render a problem as a workflow command, which GitHub shows beside its line of a pull request.

    Escapes as GitHub's toolkit does: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
    """
    file, title = (_escape(part).replace(":", "%3A").replace(",", "%2C") for part in (problem.file, problem.code))
    message = _escape(f"{problem.message}\n→ {problem.mend}")
    return f"::{problem.severity} file={file},line={problem.line},title={title}::{message}"


# --- the folder --------------------------------------------------------------------------------------------------


def _read_folder(folder: Path, files: Iterable[Path]) -> tuple[list[_Page], list[Problem]]:
    """Every page, and the problems of the topics, of each page and between pages, by file and line."""
    try:
        held = {path for path in folder.iterdir() if not path.name.startswith(".")}
    except (OSError, ValueError):  # ValueError: a null byte in the name
        return [], [_problem(1, "folder-missing", file=_name(folder))]
    topics, problems = _load_topics(folder)
    named = {_within(folder, path) for path in files}
    paths = (held | named) - {folder / name for name in NOT_QUESTIONS}
    pages = [replace(_read_page(path, folder, None if problems else topics), named=path in named) for path in paths]
    pages.sort(key=lambda page: page.rank)
    problems += [problem for page in pages for problem in page.problems]
    problems += [*_check_slug_case(pages), *_check_duplicates(pages), *_check_merged(pages)]
    return pages, sorted(problems, key=lambda problem: (problem.file, problem.line, problem.code))


def _within(folder: Path, path: Path) -> Path:
    """The path as the folder's listing has it, if it lies directly in the folder."""
    try:
        return folder / path.name if path.parent.resolve() == folder.resolve() else path
    except (OSError, RuntimeError, ValueError):  # a loop of links, a null byte
        return path


def _read_page(path: Path, folder: Path, topics: Collection[str] | None) -> _Page:
    """Read one file. A link that leads out of the folder is not followed."""
    file = _name(path)
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
        return _parse_page(path.stem, raw.decode("utf-8-sig"), topics, file)
    except FileNotFoundError:
        return _broken(path, 1, "file-missing")
    except UnicodeDecodeError as error:
        return _broken(path, error.object.count(b"\n", 0, error.start) + 1, "file-encoding")
    except (OSError, RuntimeError, ValueError) as error:
        return _broken(path, 1, "file-unreadable", _plain(str(error)))


def _broken(path: Path, line: int, code: str, rest: str = "") -> _Page:
    return _Page(path.stem, _name(path), None, (_problem(line, code, rest=rest, file=_name(path)),))


def _load_topics(folder: Path) -> tuple[dict[str, Topic], list[Problem]]:
    file = _name(folder / "topics.toml")
    try:
        text = (folder / "topics.toml").read_bytes().decode("utf-8-sig")
        document = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:  # ValueError: not UTF-8, not TOML, a number too long
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else 1
        return {}, [_problem(line, "topics-file", rest=f"the topics can't be read: {_plain(str(error))}", file=file)]
    topics, problems = {}, []
    tables = document.pop("topics", None)
    for slug, entry in {**document, **(tables if isinstance(tables, dict) else {"topics": None})}.items():
        if slug not in document and _is_topic(slug, entry):
            topics[slug] = Topic(slug, **entry)
        else:
            line = next((number for number, line in enumerate(text.split("\n"), 1) if slug in line), 1)
            problems.append(_problem(line, "topics-file", rest=f"{_quote(slug)} is not a topic", file=file))
    return topics, problems


def _is_topic(slug: str, entry: object) -> bool:
    if not isinstance(entry, dict) or not SLUG.fullmatch(slug) or not entry.keys() <= {"title", "description"}:
        return False
    clean = all(isinstance(text, str) and not [*_check_text(text, 1)] for text in entry.values())
    return clean and bool(entry.get("title", "").strip())


def _check_slug_case(pages: Iterable[_Page]) -> Iterator[Problem]:
    first: dict[str, _Page] = {}
    for page in pages:
        other = first.setdefault(page.slug.casefold(), page)
        if other.slug != page.slug:
            yield _problem(1, "slug-case", rest=other.file, file=page.file)


def _check_duplicates(pages: Iterable[_Page]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    active = [page for page in pages if page.question and page.question.status == "active"]
    for page in active:
        for line, wording in page.wordings:
            key = " ".join(re.findall(r"\w+", _fold(wording)))
            if key in first:
                yield _problem(line, "question-duplicate", wording, first[key], file=page.file)
            first.setdefault(key, f"{page.file}:{line}")


def _check_merged(pages: Iterable[_Page]) -> Iterator[Problem]:
    status = {page.slug: page.question.status if page.question else "active" for page in pages}
    for page in pages:
        target = page.question.merged_into if page.question else None
        if target is None:
            continue
        if target == page.slug:
            yield _problem(page.merged_line, "merged-into-itself", file=page.file)
        elif status.get(target, "draft") == "draft":
            near = _nearest(target, status.keys() - {page.slug})
            yield _problem(page.merged_line, "merged-into-absent", target, near, file=page.file)
        elif status[target] == "retired":
            yield _problem(page.merged_line, "merged-into-retired", target, file=page.file)


# --- one file ----------------------------------------------------------------------------------------------------


def _parse_page(slug: str, text: str, topics: Collection[str] | None, file: str) -> _Page:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == "---"), 0)
    body = "\n".join(lines[end + 1 :])
    fields: dict[str, _Field] = {}
    problems = list(_check_shape(lines, end))
    if not problems:
        fields, problems = _read_fields("\n".join(lines[1:end]))
        if fields:
            problems += [*_check_fields(fields, topics), *_check_body(body, end + 2)]
    if not SLUG.fullmatch(slug):
        problems.append(_problem(1, "slug-form", slug))
    found = sorted((replace(problem, file=file) for problem in problems), key=lambda one: (one.line, one.code))
    if any(problem.severity == "error" for problem in found):
        return _Page(slug, file, None, tuple(found))
    wordings = (*_texts(fields, "question"), *_texts(fields, "aliases"))
    merged_line = fields["merged_into"].line if "merged_into" in fields else 1
    return _Page(slug, file, _build(slug, fields, body), tuple(found), wordings, merged_line)


def _check_shape(lines: Sequence[str], end: int) -> Iterator[Problem]:
    """What keeps the rest of a file from being read."""
    hidden = list(_check_hidden("\n".join(lines), 1))
    if hidden:
        yield from hidden
    elif not any(line.strip() for line in lines):
        yield _problem(1, "file-empty")
    elif lines[0].rstrip() != "---":
        yield _problem(1, "front-matter-missing")
    elif not end:
        yield _problem(1, "front-matter-open")


def _read_fields(front: str) -> tuple[dict[str, _Field], list[Problem]]:
    """The fields by key; none where the YAML can't be read as a whole."""
    try:
        problems = list(_check_tokens(front))
        root = None if problems else yaml.compose(front, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # an escape beyond Unicode is a plain ValueError
        what = getattr(error, "problem", None) or "it holds a sign that YAML does not allow"
        return {}, [_problem(_error_line(error), "front-matter-yaml", rest=_plain(what))]
    if problems or not isinstance(root, yaml.MappingNode) or not root.value:
        return {}, problems or [_problem(_line(root) if root else 1, "front-matter-mapping")]
    fields: dict[str, _Field] = {}
    for key, value in root.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name not in KEYS:
            problems.append(_problem(_line(key), "key-unknown", name, _nearest(name, KEYS)))
        elif name in fields:
            problems.append(_problem(_line(key), "key-duplicate", name, str(fields[name].line)))
        fields.setdefault(name, _Field(_line(key), value))
    return fields, problems


def _check_tokens(front: str) -> Iterator[Problem]:
    """Refuse what a question never needs, before anything recursive reads it."""
    depth = 0
    for token in yaml.scan(front, Loader=yaml.SafeLoader):
        line = token.start_mark.line + 2
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            yield _problem(line, "front-matter-anchor")
        elif isinstance(token, yaml.TagToken | yaml.DirectiveToken):
            yield _problem(line, "front-matter-tag")
        depth += type(token).__name__.endswith("StartToken") - type(token).__name__.endswith("EndToken")
        if depth > DEPTH:
            yield _problem(line, "front-matter-deep")
            return


def _error_line(error: Exception) -> int:
    """Where a YAML error began: an open quote or bracket is at fault where it opens, not where the file ends."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return 1
    mark = error.context_mark if re.search("quoted|flow", error.context or "") else error.problem_mark
    return mark.line + 2 if mark else 1


def _build(slug: str, fields: dict[str, _Field], body: str) -> Question:
    """The record of fields that passed every check."""
    since = _scalar(fields, "since")
    return Question(
        slug=slug,
        question=_texts(fields, "question")[0][1],
        topics=_items(fields, "topics"),
        aliases=_items(fields, "aliases"),
        facets=tuple(" | ".join(_wordings(facet)) for facet in _items(fields, "facets")),
        categories=_items(fields, "categories"),
        since=date.fromisoformat(since) if since else None,
        status=cast(QuestionStatus, _scalar(fields, "status") or "active"),
        merged_into=_scalar(fields, "merged_into"),
        body=body.strip(),
        order=int(_scalar(fields, "order") or 1000),
    )


# --- the rules ---------------------------------------------------------------------------------------------------


def _check_fields(fields: dict[str, _Field], topics: Collection[str] | None) -> Iterator[Problem]:
    yield from _check_question(fields)
    for key in LISTS:
        yield from _check_list(fields, key)
    yield from _check_topics(fields, topics)
    for line, text in _texts(fields, "aliases"):
        yield from _check_alias(text, line)
    if len(_items(fields, "facets")) > 6:
        yield _problem(fields["facets"].line, "facets-many", rest=str(len(_items(fields, "facets"))))
    for line, text in _texts(fields, "facets"):
        yield from _check_facet(text, line)
    for line, text in _texts(fields, "categories"):
        if not CATEGORY.fullmatch(text):
            yield _problem(line, "categories-form", text)
    for key in SCALARS.keys() & fields.keys():
        yield from _check_scalar(fields, key)
    if "merged_into" in fields and _scalar(fields, "status") != "retired":
        yield _problem(fields["merged_into"].line, "merged-into-status")


def _check_question(fields: dict[str, _Field]) -> Iterator[Problem]:
    field = fields.get("question")
    if field is None or field.node.value in ("", []):
        yield _problem(field.line if field else 1, "question-missing")
        return
    text = _text(field.node)
    if not text:
        yield _problem(field.line, "question-text")
        return
    faults = {
        "question-lines": "\n" in field.node.value.strip(),
        "question-short": len(text) < 15,
        "question-long": len(text) > 300,
        "question-mark": not text.endswith("?"),
        "question-several": text.count("?") > 1,
    }
    yield from (_problem(field.line, code, rest=str(len(text))) for code, wrong in faults.items() if wrong)
    yield from _check_text(field.node.value, field.line)


def _check_list(fields: dict[str, _Field], key: str) -> Iterator[Problem]:
    field = fields.get(key)
    if field is None or (key == "topics" and field.node.value in ("", [])):
        return
    if not isinstance(field.node, yaml.SequenceNode):
        yield _problem(field.line, f"{key}-list")
        return
    yield from (_problem(_line(node), f"{key}-list") for node in field.node.value if not _text(node))
    texts = _texts(fields, key)
    for number, (line, text) in enumerate(texts):
        if text in [earlier for _, earlier in texts[:number]]:
            yield _problem(line, f"{key}-duplicate", text)


def _check_topics(fields: dict[str, _Field], topics: Collection[str] | None) -> Iterator[Problem]:
    choice = ", ".join(topics) if topics else "topics.toml"
    field = fields.get("topics")
    if field is None or field.node.value in ("", []):
        yield _problem(field.line if field else 1, "topics-empty" if field else "topics-missing", rest=choice)
    for line, slug in _texts(fields, "topics"):
        if topics is not None and slug not in topics:
            yield _problem(line, "topics-unknown", slug, choice + _nearest(slug, topics))


def _check_alias(text: str, line: int) -> Iterator[Problem]:
    if len(text) > 300:
        yield _problem(line, "aliases-long", rest=str(len(text)))
    if not text.endswith("?"):
        yield _problem(line, "aliases-mark", text)
    yield from _check_text(text, line)


def _check_facet(text: str, line: int) -> Iterator[Problem]:
    if len(text) > 60:
        yield _problem(line, "facets-long", text, str(len(text)))
    if not all(re.search(r"[^\W_]", wording) for wording in _wordings(text)):
        yield _problem(line, "facets-wording", text)
    yield from _check_text(text, line)


def _check_scalar(fields: dict[str, _Field], key: str) -> Iterator[Problem]:
    types, form, code = SCALARS[key]
    text = _text(fields[key].node, types)
    if not text or not re.fullmatch(form, text) or (key == "since" and not _is_date(text)):
        yield _problem(fields[key].line, code)


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _check_body(body: str, line: int) -> Iterator[Problem]:
    if len(body.strip()) > 4000:
        yield _problem(line, "body-long", rest=str(len(body.strip())))
    yield from _check_text(body, line)


def _check_text(text: str, line: int) -> Iterator[Problem]:
    """Refuse what no text may hold, once a line for each rule."""
    yield from _check_hidden(text, line)
    folded = _fold(text)
    for code, pattern in PATTERNS.items():
        places = {line + folded.count("\n", 0, found.end()) for found in pattern.finditer(folded)}
        yield from (_problem(place, code) for place in sorted(places))


def _check_hidden(text: str, line: int) -> Iterator[Problem]:
    """Find control, zero-width, bidirectional, private and unassigned characters, and blanks that count as letters."""
    for number, content in enumerate(text.split("\n"), line):
        for sign in content:
            kind = unicodedata.category(sign)
            if sign != "\t" and (kind[0] == "C" or kind in ("Zl", "Zp") or HIDDEN.match(sign)):
                name = unicodedata.name(sign, "control character").lower()
                yield _problem(number, "text-hidden", rest=f"U+{ord(sign):04X} {name}")
                break


# --- nodes and words ---------------------------------------------------------------------------------------------


def _line(node: yaml.Node) -> int:
    """The line in the file: front matter begins on the second."""
    return int(node.start_mark.line) + 2


def _text(node: yaml.Node, types: Collection[str] = ("str",)) -> str | None:
    """A scalar's text on one line; None where YAML takes it for something else, such as a number."""
    fits = isinstance(node, yaml.ScalarNode) and node.tag.removeprefix("tag:yaml.org,2002:") in types
    return " ".join(node.value.split()) if fits else None


def _texts(fields: dict[str, _Field], key: str) -> list[tuple[int, str]]:
    """The texts of a field with their lines: of a list, or the one of a scalar."""
    if key not in fields:
        return []
    node = fields[key].node
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return [(_line(one), text) for one in nodes if (text := _text(one))]


def _items(fields: dict[str, _Field], key: str) -> tuple[str, ...]:
    return tuple(text for _, text in _texts(fields, key))


def _scalar(fields: dict[str, _Field], key: str) -> str | None:
    return _text(fields[key].node, SCALARS[key][0]) if key in fields else None


def _wordings(facet: str) -> list[str]:
    return [wording.strip() for wording in facet.split("|")]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _nearest(word: str, words: Iterable[str]) -> str:
    near = difflib.get_close_matches(word[:80], words, 1)
    return f" (did you mean {near[0]}?)" if near else ""


def _problem(line: int, code: str, subject: str = "", rest: str = "", *, file: str = "") -> Problem:
    message, mend = (part.format(subject=_quote(subject), rest=rest) for part in RULES[code].split(" → "))
    return Problem(file, line, code, "warning" if code in WARNINGS else "error", message, mend)


def _name(path: Path) -> str:
    """The path as problems show it: from the working directory where it lies below it, as GitHub wants it."""
    full, here = path.absolute(), Path.cwd()
    return _plain((full.relative_to(here) if full.is_relative_to(here) else full).as_posix())


def _plain(text: str) -> str:
    """The text with signs that don't show, line ends among them, written out."""
    return text if text.isprintable() else repr(text)[1:-1]


def _quote(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
