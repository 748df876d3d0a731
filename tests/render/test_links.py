"""Links as a browser follows them; what publishing makes of them is in test_site."""

import pytest

from pipeline.records import Page
from pipeline.render.links import PageLinks, read_links, read_tree


def links(html: str, path: str = "q/one/index.html") -> PageLinks:
    return read_links(path, read_tree(Page(path, html.encode())))


@pytest.mark.parametrize(
    ("html", "targets", "jumps"),
    [
        pytest.param('<a href="../two/index.html#a">', {"q/two/index.html"}, {"q/two/index.html#a"}, id="page, anchor"),
        pytest.param('<a href="#%C3%BC"><img src="x.png">', {"q/one/index.html", "q/one/x.png"}, {"q/one/index.html#ü"}, id="own"),
        pytest.param('<a href="../../s/index.html?q=1#a">', {"s/index.html"}, set(), id="a query takes the anchor"),
        pytest.param('<a href="https://a.b/c"><a href="//a.b"><a href="/x"><a href="mailto:a@b.c">', set(), set(), id="out"),
        pytest.param('<a href="../../../x">', {"../../../x (above the site's root)"}, set(), id="above the root"),
        pytest.param("", set(), set(), id="nothing"),
    ],
)  # fmt: skip
def test_links_are_told_as_paths_below_the_root(html: str, targets: set[str], jumps: set[str]) -> None:
    found = links(html)
    assert (set(found.targets), set(found.jumps)) == (targets, jumps)


def test_places_are_told() -> None:
    assert links('<p id="a"><b id="ü"></b><svg><g id="c"/></svg>').anchors == {"a", "ü", "c"}


def test_a_page_that_is_not_utf_8_is_no_page() -> None:
    with pytest.raises(UnicodeDecodeError):
        read_tree(Page("x.html", b"<p>\xff"))
