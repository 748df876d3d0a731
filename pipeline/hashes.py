"""Names of things by their content: what makes a result stale is part of its key."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.records import Preprint


def content_hash(*parts: str) -> str:
    """32 hexadecimal digits over the parts; where one part ends and the next begins counts."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def text_hash(preprint: Preprint) -> str:
    """Of title and abstract: only its change makes a new vector. `read_lines.sql` computes the same."""
    return hashlib.sha256(f"{preprint.title}\x1f{preprint.abstract}".encode()).hexdigest()[:32]


def key_of(value: Any) -> str:
    """Of a JSON-able value."""
    return content_hash(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))


@cache
def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read once per process."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
