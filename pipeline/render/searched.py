"""What search reads of a page, as a hash: a page whose hash stays need not be indexed again. Pure."""

from collections.abc import Iterator
from hashlib import blake2b

from lxml import etree

BODY, IGNORE, FILTER = "data-pagefind-body", "data-pagefind-ignore", "data-pagefind-filter"
_bodies = etree.XPath(f"//*[@{BODY}]")
_filters = etree.XPath(f".//*[@{FILTER}]")


def hash_searched(tree: etree._Element | None) -> str:
    """32 hexadecimal digits over what Pagefind reads of a page; empty for a page that it leaves out."""
    bodies = [] if tree is None else _bodies(tree)
    if not bodies:
        return ""
    digest = blake2b(digest_size=16)
    digest.update(str(tree.get("lang") if tree is not None else "").encode())
    for body in bodies:
        for piece in _pieces(body):
            digest.update(piece.encode() + b"\0")
    return digest.hexdigest()


def _pieces(element: etree._Element) -> Iterator[str]:
    """Tags, attributes and texts; of the elements that are left out only the filters, which Pagefind takes from them too."""
    if not isinstance(element.tag, str):
        return
    if IGNORE in element.attrib:
        for one in _filters(element):
            yield from (str(one.get(FILTER)), one.text or "")
    else:
        yield element.tag
        for name, value in sorted(element.attrib.items()):
            yield f"{name}={value}"
        yield element.text or ""
        for child in element:
            yield from _pieces(child)
            yield child.tail or ""
