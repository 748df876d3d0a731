"""What search reads of a page."""

import pytest

from pipeline.records import Page
from pipeline.render.links import read_tree
from pipeline.render.searched import hash_searched

PAGE = (
    '<html lang="en"><body><header>{head}</header><main data-pagefind-body data-kind="{kind}"><h1 id="t">{title}</h1>'
    "<p>{text} <i data-pagefind-ignore>{left_out}</i>{tail}</p></main></body></html>"
)
TEXTS = {"head": "a", "kind": "b", "title": "c", "text": "d", "left_out": "e", "tail": "f"}


def hashed(html: str) -> str:
    return hash_searched(read_tree(Page("index.html", html.encode())))


@pytest.mark.parametrize("part", ["kind", "title", "text", "tail"])
def test_it_changes_with_what_search_reads(part: str) -> None:
    assert hashed(PAGE.format(**TEXTS | {part: "x"})) != hashed(PAGE.format(**TEXTS))


@pytest.mark.parametrize("part", ["head", "left_out"])
def test_it_stays_while_only_the_rest_changes(part: str) -> None:
    assert hashed(PAGE.format(**TEXTS | {part: "x"})) == hashed(PAGE.format(**TEXTS))


def test_a_page_that_search_leaves_out_has_none() -> None:
    assert hashed("<main><h1>Words</h1></main>") == hashed("") == hash_searched(None) == ""


def test_a_filter_counts_where_its_words_are_left_out() -> None:
    topic = '<p data-pagefind-ignore>Topic: <a href="{href}" data-pagefind-filter="topic">{topic}</a></p>'
    page = PAGE.format(**TEXTS).replace("<p>", topic + "<p>")
    first = hashed(page.replace("{href}", "a").replace("{topic}", "Reefs"))
    assert first == hashed(page.replace("{href}", "b").replace("{topic}", "Reefs"))
    assert first != hashed(page.replace("{href}", "a").replace("{topic}", "Corals"))
