"""Where the links of pages lead, and whether there is anything. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from lxml import etree

from pipeline.errors import SiteError
from pipeline.records import Page

_addresses = etree.XPath("//@href | //@src", smart_strings=False)
_ids = etree.XPath("//@id", smart_strings=False)


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The links of one page inside the site."""

    targets: frozenset[str]
    """Paths below the site's root; one above it is told as such, and leads nowhere."""
    jumps: frozenset[str]
    """`path#anchor`."""
    anchors: frozenset[str]
    """Places on the page itself."""


def read_tree(page: Page) -> etree._Element | None:
    """The page as a tree; None where it holds nothing. Raises UnicodeDecodeError where it is not UTF-8."""
    page.content.decode()
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        found: etree._Element | None = etree.fromstring(page.content, parser)
    except etree.XMLSyntaxError:
        return None
    return found


def read_links(path: str, tree: etree._Element | None) -> PageLinks:
    """The links of the page of that path."""
    if tree is None:
        return PageLinks(frozenset(), frozenset(), frozenset())
    targets, jumps = set(), set()
    for value in set(_addresses(tree)):
        for target, anchor in _resolve(path, value):
            targets.add(target)
            if anchor:
                jumps.add(f"{target}#{anchor}")
    return PageLinks(frozenset(targets), frozenset(jumps), frozenset(_ids(tree)))


def refuse(lost: Iterable[tuple[str, str]]) -> None:
    """Raise SiteError where any link, told as page and target, leads nowhere."""
    told = sorted(f"{page} → {target}" for page, target in lost)
    if told:
        raise SiteError(
            f"{len(told)} links lead nowhere, so the old site stays: {'; '.join(told[:5])}",
            "mend the templates in render.templates",
        )


class LinkCheck:
    """Collects the links of all pages, and then says which of them lead nowhere inside the site."""

    def __init__(self) -> None:
        self._targets: dict[str, str] = {}
        self._jumps: dict[str, str] = {}
        self._anchors: set[str] = set()

    def read(self, page: Page) -> None:
        """Take the links of a page in. Raises UnicodeDecodeError where it is not UTF-8."""
        links = read_links(page.path, read_tree(page))
        self._anchors |= {f"{page.path}#{anchor}" for anchor in links.anchors}
        for found, kept in ((links.targets, self._targets), (links.jumps, self._jumps)):
            for one in found:
                kept.setdefault(one, page.path)

    def finish(self, made: Iterable[str]) -> None:
        """Raise SiteError where a link of a page leads to a file or an anchor that the site does not have."""
        made = set(made)
        lost = [(page, target) for target, page in self._targets.items() if target not in made]
        lost += [
            (page, jump)
            for jump, page in self._jumps.items()
            if jump.partition("#")[0] in made and jump not in self._anchors
        ]
        refuse(lost)


def _resolve(path: str, value: str) -> Iterator[tuple[str, str]]:
    """Target and anchor of a link of the page of that path; nothing where it leads to another host."""
    link = urlsplit(value)
    if link.scheme or link.netloc or link.path.startswith("/"):
        return
    own = PurePosixPath(path)
    parts: list[str] = []
    for part in (*own.parent.parts, *PurePosixPath(unquote(link.path)).parts) if link.path else own.parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            yield f"{value} (above the site's root)", ""
            return
    yield "/".join(parts), unquote(link.fragment) if "?" not in value else ""
