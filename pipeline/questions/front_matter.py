"""YAML front matter to fields that know their lines.

YAML is composed into nodes and never constructed: a node knows its line, and no tag can make an object.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from pipeline.questions.problems import KEYS, make_problem, plain
from pipeline.records import Problem
from pipeline.spelling import nearest

Loader = type[Any]
FAST: Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Not every build of PyYAML has libyaml."""
TAKEN_OTHERWISE = re.compile(r"[\[{].*\?", re.DOTALL)
"""A question mark in brackets, which the two readers take for different things."""
DEPTH = 5
"""Levels of YAML that are read; a good file has three: the stream, the keys, a list."""

SCALAR_TYPES = {
    "since": ("str", "timestamp"),
    "order": ("int",),
    "status": ("str",),
    "merged_into": ("str",),
    "retired_because": ("str",),
}
"""The YAML types that a key with a single value may have."""


CAUSES = {
    "mapping values are not allowed": "front-matter-colon",
    "found unexpected end of stream": "front-matter-quote",
    "expected ',' or": "front-matter-bracket",
    "could not find expected ':'": "front-matter-key",
    "found character '\\t'": "front-matter-tab",
    "that cannot start any token": "front-matter-sign",
    "expected <block end>": "front-matter-indent",
}
"""What YAML's reader says, and the code that says it to people who do not know YAML; `front-matter-yaml` repeats the rest."""


@dataclass(frozen=True, slots=True)
class Field:
    """A key of the front matter and what stands behind it."""

    line: int
    """Of the key."""
    node: yaml.Node


def read_fields(front: str) -> tuple[dict[str, Field], list[Problem]]:
    """Read the fields by key, and what is wrong with them; none where the YAML can't be read as a whole."""
    try:
        problems, root = _compose(front)
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # an escape beyond Unicode is a plain ValueError
        told = getattr(error, "problem", None) or "it holds a sign that YAML does not allow"
        code = next((code for part, code in CAUSES.items() if part in told), "front-matter-yaml")
        return {}, [make_problem(_error_line(error), code, rest=plain(told))]
    if problems or not isinstance(root, yaml.MappingNode) or not root.value:
        return {}, problems or [make_problem(line_of(root) if root else 1, "front-matter-mapping")]
    fields: dict[str, Field] = {}
    for key, value in root.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name not in KEYS:
            problems.append(make_problem(line_of(key), "key-unknown", name, nearest(name, KEYS)))
        elif name in fields:
            problems.append(make_problem(line_of(key), "key-duplicate", name, str(fields[name].line)))
        fields.setdefault(name, Field(line_of(key), value))
    return fields, problems


def texts_of(fields: dict[str, Field], key: str) -> list[tuple[int, str]]:
    """Give the texts of a field with their lines: of a list, or the one of a scalar."""
    if key not in fields:
        return []
    node = fields[key].node
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return [(line_of(one), text) for one in nodes if (text := text_of(one))]


def items_of(fields: dict[str, Field], key: str) -> tuple[str, ...]:
    """Give the texts of a field without their lines."""
    return tuple(text for _, text in texts_of(fields, key))


def scalar_of(fields: dict[str, Field], key: str) -> str | None:
    """Give a single value as it is written; None where it is absent or of another type."""
    return text_of(fields[key].node, SCALAR_TYPES[key]) if key in fields else None


def text_of(node: yaml.Node, types: Collection[str] = ("str",)) -> str | None:
    """Give a scalar's text on one line; None where YAML takes it for something else, such as a number."""
    fits = isinstance(node, yaml.ScalarNode) and node.tag.removeprefix("tag:yaml.org,2002:") in types
    return " ".join(node.value.split()) if fits else None


def written(node: yaml.Node) -> str:
    """Give a single value as it stands in the file; the signs of a list or of keys where it is one."""
    return node.value if isinstance(node, yaml.ScalarNode) else "[ ]" if isinstance(node, yaml.SequenceNode) else "{ }"


def line_of(node: yaml.Node) -> int:
    """Give the line in the file: front matter begins on the second."""
    return int(node.start_mark.line) + 2


def _compose(front: str) -> tuple[list[Problem], yaml.Node | None]:
    """The root, or what is refused. libyaml reads it where it is at hand, several times as fast; what it can't read, or would read
    otherwise, is left to the reader whose words `CAUSES` knows. Raises what that one raises.
    """
    if FAST is not yaml.SafeLoader and not TAKEN_OTHERWISE.search(front):
        try:
            return _compose_with(FAST, front)
        except (yaml.YAMLError, ValueError, OverflowError):
            pass
    return _compose_with(yaml.SafeLoader, front)


def _compose_with(loader: Loader, front: str) -> tuple[list[Problem], yaml.Node | None]:
    problems = list(_check_tokens(front, loader))
    return problems, None if problems else yaml.compose(front, Loader=loader)


def _check_tokens(front: str, loader: Loader) -> Iterator[Problem]:
    """Refuse what a question never needs, before anything recursive reads it."""
    depth = 0
    for token in yaml.scan(front, Loader=loader):
        line = token.start_mark.line + 2
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            yield make_problem(line, "front-matter-anchor")
        elif isinstance(token, yaml.TagToken | yaml.DirectiveToken):
            yield make_problem(line, "front-matter-tag")
        depth += type(token).__name__.endswith("StartToken") - type(token).__name__.endswith("EndToken")
        if depth > DEPTH:
            yield make_problem(line, "front-matter-deep")
            return


def _error_line(error: Exception) -> int:
    """Where a YAML error began: an open quote or bracket is at fault where it opens, not where the file ends."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return 1
    mark = error.context_mark if re.search("quoted|flow", error.context or "") else error.problem_mark
    return mark.line + 2 if mark else 1
