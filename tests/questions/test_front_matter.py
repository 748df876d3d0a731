"""YAML that is read, and YAML that is refused."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.questions import front_matter, parse_question
from pipeline.questions.front_matter import read_fields
from tests.questions.samples import TOPICS, asked, found, front

BAD = {
    # YAML
    "colon in plain text": (asked("Noise: does it help a model?"), [(2, "front-matter-colon")]),
    "open quote": (front('aliases: ["Does it?]'), [(4, "front-matter-quote")]),
    "question mark in brackets": (front("order: 5", "aliases: [Is it so?]"), [(5, "front-matter-bracket")]),
    "open bracket": (front("facets: [noise, MRI", "order: 5"), [(4, "front-matter-bracket")]),
    "tab for indent": (front("aliases:", "\t- Does it?"), [(5, "front-matter-tab")]),
    "escape beyond Unicode": (asked('"Is \\UFFFFFFFF a sign at all?"'), [(1, "front-matter-yaml")]),
    "two documents": (front("...", "order: 5"), [(5, "front-matter-yaml")]),
    "empty front matter": ("---\n---\nText.\n", [(1, "front-matter-mapping")]),
    "a list": ("---\n- a\n---\n", [(2, "front-matter-mapping")]),
    "a text": ("---\n\nhello\n---\n", [(3, "front-matter-mapping")]),
    "anchor": (front("facets: &a [noise]"), [(4, "front-matter-anchor")]),
    "alias bomb": (
        front("facets: &a [x, x]", "aliases: &b [*a, *a]"),
        [
            (4, "front-matter-anchor"),
            (5, "front-matter-anchor"),
            (5, "front-matter-anchor"),
            (5, "front-matter-anchor"),
        ],
    ),
    "python tag": (front("status: !!python/object/apply:os.system [ls]"), [(4, "front-matter-tag")]),
    "plain tag": (front("order: !!int 5"), [(4, "front-matter-tag")]),
    "deep lists": (front("facets: " + "[" * 3000), [(4, "front-matter-deep")]),
    "deep blocks": (front("facets:", "- " * 3000 + "a"), [(5, "front-matter-deep")]),
    # keys
    "unknown key": (front("facet: [noise]"), [(4, "key-unknown")]),
    "key that is a list": (front("? [a]", ": b"), [(4, "key-unknown")]),
    "merge key": (front("<<: {order: 5}"), [(4, "key-unknown")]),
    "key twice": (front("order: 5", "order: 6"), [(5, "key-duplicate")]),
}

YAMLISH = st.sampled_from(
    [
        *"-:?[]{},&*!|>'\"%@`#\\ \n",
        "\n  ",
        ": ",
        "- ",
        "---",
        "...",
        "a",
        "5",
        "~",
        "<<",
        "!!str ",
        "question",
        "topics",
        "\\x",
        "\\U",
    ]
)


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD)
def test_bad_file_tells_code_and_line(text: str, expected: list[tuple[int, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", [text for text, _ in BAD.values()], ids=BAD)
def test_bad_file_gives_no_question(text: str) -> None:
    assert parse_question("my-question", text, TOPICS)[0] is None


@settings(max_examples=700, deadline=None)
@given(st.lists(YAMLISH, max_size=40).map("".join))
def test_arbitrary_front_matter_never_raises(lines: str) -> None:
    question, problems = parse_question("my-question", f"---\n{lines}\n---\n", TOPICS)
    assert (question is None) == any(problem.severity == "error" for problem in problems)
    assert all(1 <= problem.line <= lines.count("\n") + 3 for problem in problems)


def shown(text: str) -> tuple[dict[str, tuple[int, str]], list[str]]:
    """Fields with their lines, as YAML; codes of the problems."""
    fields, problems = read_fields(text)
    return {key: (field.line, yaml.serialize(field.node)) for key, field in fields.items()}, [
        one.code for one in problems
    ]


@given(st.lists(YAMLISH, max_size=20).map(lambda parts: "question: " + "".join(parts)))
def test_both_readers_of_yaml_give_the_same_fields_of_what_both_accept(text: str) -> None:
    fast = shown(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(front_matter, "FAST", yaml.SafeLoader)
        slow = shown(text)
    assert fast == slow or fast[1] or slow[1]
