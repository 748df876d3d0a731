"""Names of things by their content: what makes a result stale is part of its key."""

import hashlib
import json
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.records import Preprint

PREPRINT_FIELDS = tuple(field.name for field in fields(Preprint))


def content_hash(*parts: str) -> str:
    """32 hexadecimal digits over the parts; where one part ends and the next begins counts."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def text_hash(preprint: Preprint) -> str:
    """Of title and abstract: only its change makes a new vector."""
    return content_hash(preprint.title, preprint.abstract)


def record_hash(preprint: Preprint) -> str:
    """Of everything that the source says of the preprint, the archive's id aside."""
    return key_of(facts_of(preprint) | {"archive_id": ""})


def facts_of(preprint: Preprint) -> dict[str, Any]:
    """The fields of a preprint as plain values; `dataclasses.asdict` copies them deeply and takes ten times as long."""
    facts = {name: getattr(preprint, name) for name in PREPRINT_FIELDS}
    facts["versions"] = [{"number": version.number, "created": version.created} for version in preprint.versions]
    return facts


def key_of(value: Any) -> str:
    """Of a JSON-able value."""
    return content_hash(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))


@cache
def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read once per process."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
