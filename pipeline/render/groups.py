"""Pages that are made of the same things, under a key of those things: while the key stays, so do their bytes. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import Any

import orjson

from pipeline.records import Page

LIBRARIES = ("feedgen", "jinja2", "lxml", "markdown", "markupsafe", "math-core", "nh3", "pillow")
"""Those whose version may change the bytes of a page."""


@dataclass(frozen=True, slots=True)
class PageGroup:
    """Pages to be made, or left as they are where the last site has them under the same key."""

    name: str
    """Of the group, the same on every night: the address of its first page."""
    key: str
    """Of everything that its pages are made of."""
    make: Callable[[], Iterable[Page]]


def single(page: Page) -> PageGroup:
    """A group of one page that is made already."""
    return PageGroup(page.path, blake2b(page.content, digest_size=16).hexdigest(), lambda: (page,))


def key_of_parts(*parts: Any) -> str:
    """32 hexadecimal digits over records, and what they are made of."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    return blake2b(orjson.dumps(parts, default=_plain, option=options), digest_size=16).hexdigest()


@cache
def maker_key() -> str:
    """Of the program that makes the pages: its own code, and the versions of the libraries."""
    digest = blake2b(digest_size=16)
    for name, content in sorted(_files(resources.files("pipeline"), "")):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    digest.update("".join(f"{name} {metadata.version(name)}\n" for name in LIBRARIES).encode())
    return digest.hexdigest()


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for one in folder.iterdir():
        if one.is_dir() and one.name not in ("__pycache__", "sample"):
            yield from _files(one, f"{path}{one.name}/")
        elif one.is_file() and one.name.endswith((".py", ".toml", ".json")):
            yield f"{path}{one.name}", one.read_bytes()


def _plain(value: Any) -> Any:
    """What orjson does not know: mappings and sets, functions by their name, bytes by their digits."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, bytes):
        return value.hex()
    if callable(value):
        return f"{value.__module__}.{value.__qualname__}"
    raise TypeError(f"{type(value).__name__} can be part of no key")
