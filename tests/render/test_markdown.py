"""Markdown turned into HTML: nothing of it runs, nothing of it leads away."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from pipeline.render.markdown import TAGS, render_markdown

PAYLOADS = Path(__file__).parents[3] / "shared" / "data" / "hostile" / "xss.txt"
HARMLESS = {"lang", "title"}
"""Attributes that nh3 leaves on every element: they hold text."""


def elements(html: str) -> Iterator[Element]:
    """Every element that a browser makes of the HTML, the frame around it aside."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    yield from (one for one in tree.iter() if one is not tree and isinstance(one.tag, str))


def assert_harmless(html: str, *, links: bool) -> None:
    for one in elements(html):
        assert one.tag in (TAGS if links else TAGS - {"a"}) | {"tbody"}, html
        allowed = HARMLESS | ({"href", "rel", "id"} if links else set())
        assert set(one.attrib) <= allowed, html
        # browsers drop white space and control characters before they look for the scheme (WHATWG URL, basic parser)
        scheme = re.match(r"[a-z][a-z0-9+.-]*:", re.sub(r"[\x00-\x20]", "", one.get("href", "").lower()))
        assert scheme is None or scheme[0] == "https:", one.attrib


def as_markdown(payload: str) -> Iterator[str]:
    """A payload in every place that Markdown gives it."""
    yield f"# {payload}\n\n- {payload}\n\n> {payload}\n\n    {payload}\n\n`{payload}`"
    yield f"[text]({payload}) ![image]({payload} '{payload}') <{payload}>"
    yield f"[text][1]\n\n[1]: {payload}"
    yield f"| a | b |\n|---|---|\n| {payload} | x |"
    yield f"text {{: {payload} }}\n\n# head {{: {payload} }}"


@pytest.mark.skipif(not PAYLOADS.exists(), reason=f"{PAYLOADS} is not on this machine")
@pytest.mark.parametrize("links", [False, True], ids=["no links", "links"])
def test_no_payload_of_the_list_comes_through(links: bool) -> None:
    payloads = PAYLOADS.read_text(encoding="utf-8").splitlines()
    assert len(payloads) > 1000
    texts = [*payloads, *(text for payload in payloads[::30] for text in as_markdown(payload))]
    assert_harmless("\n".join(render_markdown(text, links=links) for text in texts), links=links)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param("<img src=x onerror=alert(1)>", id="image with a handler"),
        pytest.param("<svg><style><img src=x onerror=alert(1)></style></svg>", id="foreign content"),
        pytest.param(
            "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
            id="mutation",
        ),
        pytest.param("<a href='javascript:alert(1)'>x</a>", id="raw link"),
        pytest.param("[x](javascript:alert(1))", id="javascript link"),
        pytest.param("[x](JaVa&#x0A;Script:alert(1))", id="javascript link with an entity"),
        pytest.param("[x](data:text/html;base64,PHNjcmlwdD4=)", id="data link"),
        pytest.param("[x](http://example.org/)", id="link without encryption"),
        pytest.param("<javascript:alert(1)>", id="autolink"),
        pytest.param("![x](https://example.org/x.png)", id="image"),
        pytest.param("# Head {: onclick=alert(1) style='position:fixed' }", id="attribute list with a handler"),
        pytest.param("text {: href=javascript:alert(1) src=x class=top }", id="attribute list with addresses"),
        pytest.param("[x](https://e.org){: onmouseover=alert(1) target=_blank }", id="attribute list on a link"),
        pytest.param("*x*{: id=main name=location }", id="attribute list that clobbers"),
        pytest.param("<form action=https://e.org><input name=q></form>", id="form"),
        pytest.param("<iframe srcdoc='<script>alert(1)</script>'></iframe>", id="frame"),
        pytest.param("<meta http-equiv=refresh content='0;url=https://e.org'>", id="refresh"),
        pytest.param("<base href=https://e.org>", id="base"),
        pytest.param("\x02wzxhzdk:0\x03 \x02amp\x03 <b onclick=alert(1)>", id="Python-Markdown's own placeholders"),
    ],
)
@pytest.mark.parametrize("links", [False, True], ids=["no links", "links"])
def test_markup_and_tricks_do_not_come_through(text: str, links: bool) -> None:
    html = render_markdown(text, links=links)
    assert_harmless(html, links=links)
    assert not {"img", "script", "style", "form", "input", "iframe", "meta", "base", "svg"} & {
        one.tag for one in elements(html)
    }


@given(st.text(st.sampled_from("<>/ab=\"'`*_[](){}:#!&;|-\n\t \\\x02\x03"), max_size=60))
def test_no_text_makes_anything_but_plain_elements(text: str) -> None:
    assert_harmless(render_markdown(text), links=False)


@pytest.mark.parametrize(
    "text",
    [
        ">" * 4000,
        "> " * 2000,
        "* " * 2000,
        "1. " * 1333,
        "[" * 1500,
        "![" * 700,
        "*" * 4000,
        "_a" * 2000,
        "`" * 4000,
        "|" * 4000,
        "<" * 4000,
        "\n".join(f"{'    ' * depth}- x" for depth in range(30)),
        "{:" * 2000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_a_body_of_nothing_but_signs_does_not_stop_the_night(text: str) -> None:
    assert_harmless(render_markdown(text), links=False)


def test_what_nests_too_deep_is_shown_as_it_was_written() -> None:
    assert render_markdown("1. " * 1333 + "<b>") == f"<p>{'1. ' * 1333}&lt;b&gt;</p>"


def test_plain_markdown_becomes_html_that_is_marked_safe() -> None:
    html = render_markdown("# Head\n\nSome *words*, `code` & more.\n\n- one\n- two\n\n| a |\n|---|\n| b |")
    assert isinstance(html, Markup)
    assert html == (
        "<h1>Head</h1>\n<p>Some <em>words</em>, <code>code</code> &amp; more.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>"
    )


def test_links_and_anchors_stay_only_where_they_are_asked_for() -> None:
    text = "# Head {#here}\n\n[in](../gaps/index.html) and [out](https://example.org/)"
    assert render_markdown(text) == "<h1>Head</h1>\n<p>in and out</p>"
    assert render_markdown(text, links=True) == (
        '<h1 id="here">Head</h1>\n<p><a href="../gaps/index.html" rel="noreferrer">in</a> and '
        '<a href="https://example.org/" rel="noreferrer">out</a></p>'
    )


def test_no_text_is_no_html() -> None:
    assert render_markdown("") == ""
