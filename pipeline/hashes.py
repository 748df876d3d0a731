"""Names of things by their content: what makes a result stale is part of its key."""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.records import Preprint

BLOCK = 1 << 22
"""Bytes of a file that are read at a time."""


def content_hash(*parts: str) -> str:
    """32 hexadecimal digits over the parts; where one part ends and the next begins counts."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def hash_text(title: bytes, abstract: bytes) -> str:
    """Of title and abstract in UTF-8: only its change makes a new vector."""
    return hashlib.sha256(b"%b\x1f%b" % (title, abstract)).hexdigest()[:32]


def text_hash(preprint: Preprint) -> str:
    return hash_text(preprint.title.encode(), preprint.abstract.encode())


def key_of(value: Any) -> str:
    """Of a JSON-able value."""
    return content_hash(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))


def hash_file(path: Path, tell: Callable[[int], None] = lambda _: None) -> str:
    """SHA-256, read anew at every call."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            tell(len(block))
    return digest.hexdigest()


@cache
def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read once per process."""
    return hash_file(path)
