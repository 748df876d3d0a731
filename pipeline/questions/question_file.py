"""One question file: its text in, a record and problems out. All its rules speak up at once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from pipeline.ingest.subjects import subject_slug
from pipeline.questions.field_rules import SLUG, check_fields, split_wordings
from pipeline.questions.front_matter import Field, items_of, read_fields, scalar_of, texts_of
from pipeline.questions.problems import make_problem
from pipeline.questions.text_rules import check_hidden, check_text
from pipeline.records import Problem, Question, QuestionStatus


@dataclass(frozen=True, slots=True)
class Page:
    """A question file as it was read."""

    slug: str
    file: str
    question: Question | None
    problems: tuple[Problem, ...]
    wordings: tuple[tuple[int, str], ...] = ()
    """The question and its aliases, with their lines."""
    merged_line: int = 1
    fresh: bool = False
    """The caller asked for this file, or it is new or changed."""

    @property
    def rank(self) -> tuple[bool, float, str]:
        """Of two pages that clash the later has the problem: the fresh one, else the one further down the lists."""
        return self.fresh, self.question.order if self.question else float("inf"), self.slug


def parse_question(
    slug: str, text: str, topics: Collection[str] | None = None, file: str = ""
) -> tuple[Question | None, list[Problem]]:
    """Read a question from the text of its file; None where it has an error.

    `topics` are the slugs that may be named, None lets any pass; `file` is the name that problems carry.
    """
    page = parse_page(slug, text, topics, file or f"{slug}.md")
    return page.question, list(page.problems)


def parse_page(slug: str, text: str, topics: Collection[str] | None, file: str) -> Page:
    """Read a file's text into a page: its record, its problems, and what the rules between files need."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == "---"), 0)
    body = "\n".join(lines[end + 1 :])
    fields: dict[str, Field] = {}
    problems = list(_check_shape(lines, end))
    if not problems:
        fields, problems = read_fields("\n".join(lines[1:end]))
        if fields:
            problems += [*check_fields(fields, topics), *_check_body(body, end + 2), *_check_why(fields, body)]
    if not SLUG.fullmatch(slug):
        problems.append(make_problem(1, "slug-form", slug))
    found = sorted((replace(problem, file=file) for problem in problems), key=lambda one: (one.line, one.code))
    if any(problem.severity == "error" for problem in found):
        return Page(slug, file, None, tuple(found))
    wordings = (*texts_of(fields, "question"), *texts_of(fields, "aliases"))
    merged_line = fields["merged_into"].line if "merged_into" in fields else 1
    return Page(slug, file, _build(slug, fields, body), tuple(found), wordings, merged_line)


def _check_shape(lines: Sequence[str], end: int) -> Iterator[Problem]:
    """What keeps the rest of a file from being read."""
    hidden = list(check_hidden("\n".join(lines), 1))
    if hidden:
        yield from hidden
    elif not any(line.strip() for line in lines):
        yield make_problem(1, "file-empty")
    elif lines[0].rstrip() != "---":
        yield make_problem(1, "front-matter-missing")
    elif not end:
        yield make_problem(1, "front-matter-open")


def _check_body(body: str, line: int) -> Iterator[Problem]:
    if len(body.strip()) > 4000:
        yield make_problem(line, "body-long", rest=str(len(body.strip())))
    yield from check_text(body, line)


def _check_why(fields: dict[str, Field], body: str) -> Iterator[Problem]:
    """A retired question's page says why: in its front matter, or in its body."""
    told = body.strip() or "merged_into" in fields or "retired_because" in fields
    if scalar_of(fields, "status") == "retired" and not told:
        yield make_problem(fields["status"].line, "retired-why")


def _build(slug: str, fields: dict[str, Field], body: str) -> Question:
    """The record of fields that passed every check."""
    since = scalar_of(fields, "since")
    return Question(
        slug=slug,
        question=texts_of(fields, "question")[0][1],
        topics=items_of(fields, "topics"),
        aliases=items_of(fields, "aliases"),
        facets=tuple(" | ".join(split_wordings(facet)) for facet in items_of(fields, "facets")),
        categories=tuple(subject_slug(one) if " " in one else one for one in items_of(fields, "categories")),
        since=date.fromisoformat(since) if since else None,
        status=cast(QuestionStatus, scalar_of(fields, "status") or "active"),
        merged_into=scalar_of(fields, "merged_into"),
        retired_because=scalar_of(fields, "retired_because") or "",
        body=body.strip(),
        order=int(scalar_of(fields, "order") or 1000),
    )
