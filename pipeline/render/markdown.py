"""Markdown to HTML: the one place that marks text as safe. Pure."""

import nh3
from markdown import Markdown
from markupsafe import Markup, escape

TAGS = {
    "p",
    "em",
    "strong",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "a",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


def render_markdown(text: str, *, links: bool = False) -> Markup:
    """HTML of our own or a contributor's Markdown, cleaned to plain text elements.

    Raw HTML in the text is shown as text or dropped, never run. Links stay only where `links` says so, and only relative
    ones or https.
    """
    try:
        html = Markdown(extensions=["attr_list", "sane_lists", "tables"], output_format="html").convert(text)
    except RecursionError:  # lists in lists in lists: no reader wants them, and the site must be built
        html = f"<p>{escape(text)}</p>"
    tags = TAGS if links else TAGS - {"a"}
    attributes = {"a": {"href"}, **{heading: {"id"} for heading in ("h1", "h2", "h3", "h4")}}
    clean = nh3.clean(
        html, tags=tags, attributes=attributes if links else {}, url_schemes={"https"}, link_rel="noreferrer"
    )
    return Markup(clean)  # cleaned on the line above
