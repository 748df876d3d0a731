"""The rules of each key in the front matter: what it must hold, in which form, how long."""

import re
from collections.abc import Collection, Iterator
from datetime import date

import yaml

from pipeline.questions.front_matter import Field, items_of, line_of, scalar_of, text_of, texts_of, written
from pipeline.questions.problems import LISTS, make_problem
from pipeline.questions.text_rules import check_text
from pipeline.records import Problem
from pipeline.render.categories import KNOWN
from pipeline.spelling import nearest

SLUG = re.compile(r"(?=.{3,80}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?|[a-z]+(?: [a-z]+)*")
"""arXiv's `cs`, `cs.LG`, `quant-ph`, `cond-mat.str-el`; bioRxiv's `neuroscience`, `animal behavior and cognition`."""

ARCHIVES = {code.partition(".")[0] for code in KNOWN}
"""Of arXiv: `cs` stands for all of `cs.LG`, `cs.CV` and so on. What is spelled like nothing of arXiv is of another source."""

ASKS = re.compile(
    r"\b(?:how|what|which|when|where|why|who|whose|whom|whether|do|does|did|is|are|was|were|can|could|will|would|should|may"
    r"|might|must|has|have|had)\b",
    re.IGNORECASE,
)
"""A word that makes a question of a topic."""
JOINED = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|has|have|will|would)\b.*\b(?:and|or)\W+"
    r"(?:how|what|which|why|when|where|who|does|do|did|is|are|was|were|can)\b",
    re.IGNORECASE,
)
"""A second question after a first one that is whole: `How fast and how accurate are …` is one."""

STATUSES = ("draft", "active", "retired")
FORMS = {
    "since": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "since-date"),
    "order": (r"-?(?:0|[1-9][0-9]{0,5})", "order-number"),
    "status": ("|".join(STATUSES), "status-value"),
    "merged_into": (SLUG.pattern, "merged-into-slug"),
    "retired_because": (r".{1,300}", "retired-because-text"),
}
"""Per key with a single value: its form, the code of the problem."""


def check_fields(fields: dict[str, Field], topics: Collection[str] | None) -> Iterator[Problem]:
    """Check every field; `topics` are the slugs that may be named, None lets any pass."""
    yield from _check_question(fields)
    for key in LISTS:
        yield from _check_list(fields, key)
    yield from _check_topics(fields, topics)
    for line, text in texts_of(fields, "aliases"):
        yield from _check_alias(text, line)
    if len(items_of(fields, "facets")) > 6:
        yield make_problem(fields["facets"].line, "facets-many", rest=str(len(items_of(fields, "facets"))))
    for line, text in texts_of(fields, "facets"):
        yield from _check_facet(text, line)
    for line, text in texts_of(fields, "categories"):
        if not CATEGORY.fullmatch(text):
            yield make_problem(line, "categories-form", text)
        elif (near := nearest(text, KNOWN)) and text not in KNOWN | ARCHIVES:
            yield make_problem(line, "categories-unknown", text, near)
    for key in FORMS.keys() & fields.keys():
        yield from _check_scalar(fields, key)
    for line, text in texts_of(fields, "retired_because"):
        yield from check_text(text, line)
    if scalar_of(fields, "status") != "retired":
        for key in ("merged_into", "retired_because"):
            if key in fields:
                yield make_problem(fields[key].line, f"{key.replace('_', '-')}-status")


def split_wordings(facet: str) -> list[str]:
    """Give the wordings of a facet, any of which an abstract may use."""
    return [wording.strip() for wording in facet.split("|")]


def _check_question(fields: dict[str, Field]) -> Iterator[Problem]:
    field = fields.get("question")
    if field is None or field.node.value in ("", []):
        yield make_problem(field.line if field else 1, "question-missing")
        return
    text = text_of(field.node)
    if not text:
        yield make_problem(field.line, "question-text")
        return
    faults = {
        "question-lines": "\n" in field.node.value.strip(),
        "question-short": len(text) < 15,
        "question-long": len(text) > 300,
        "question-mark": not text.endswith("?"),
        "question-several": text.count("?") > 1,
        "question-joined": bool(JOINED.search(text)),
        "question-topic": text.endswith("?") and not ASKS.search(text),
    }
    yield from (make_problem(field.line, code, rest=str(len(text))) for code, wrong in faults.items() if wrong)
    yield from check_text(field.node.value, field.line)


def _check_list(fields: dict[str, Field], key: str) -> Iterator[Problem]:
    field = fields.get(key)
    if field is None or (key == "topics" and field.node.value in ("", [])):
        return
    if not isinstance(field.node, yaml.SequenceNode):
        yield make_problem(field.line, f"{key}-list")
        return
    yield from (make_problem(line_of(node), f"{key}-list") for node in field.node.value if not text_of(node))
    texts = texts_of(fields, key)
    for number, (line, text) in enumerate(texts):
        if text in [earlier for _, earlier in texts[:number]]:
            yield make_problem(line, f"{key}-duplicate", text)


def _check_topics(fields: dict[str, Field], topics: Collection[str] | None) -> Iterator[Problem]:
    choice = ", ".join(topics) if topics else "topics.toml"
    field = fields.get("topics")
    if field is None or field.node.value in ("", []):
        yield make_problem(field.line if field else 1, "topics-empty" if field else "topics-missing", rest=choice)
    for line, slug in texts_of(fields, "topics"):
        if topics is not None and slug not in topics:
            yield make_problem(line, "topics-unknown", slug, choice + nearest(slug, topics))


def _check_alias(text: str, line: int) -> Iterator[Problem]:
    if len(text) > 300:
        yield make_problem(line, "aliases-long", rest=str(len(text)))
    if not text.endswith("?"):
        yield make_problem(line, "aliases-mark", text)
    yield from check_text(text, line)


def _check_facet(text: str, line: int) -> Iterator[Problem]:
    if len(text) > 60:
        yield make_problem(line, "facets-long", text, str(len(text)))
    if not all(re.search(r"[^\W_]", wording) for wording in split_wordings(text)):
        yield make_problem(line, "facets-wording", text)
    yield from check_text(text, line)


def _check_scalar(fields: dict[str, Field], key: str) -> Iterator[Problem]:
    form, code = FORMS[key]
    text = scalar_of(fields, key)
    if not text or not re.fullmatch(form, text) or (key == "since" and not _is_date(text)):
        near = nearest(text or "", STATUSES) if key == "status" else ""
        yield make_problem(fields[key].line, code, written(fields[key].node), near)


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
