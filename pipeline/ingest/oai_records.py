"""One `<record>` of an OAI-PMH answer into a statement: `arXivRaw` in full, `arXiv` and `oai_dc` as far as they go.

Only `arXivRaw` numbers and dates the versions. `arXiv` has one date, which is the current version's on today's server and the
first one's on the old; `oai_dc` has days without numbers: from both, no version is stated rather than a wrong one.
`acm-class` is left aside: arXiv's server puts the MSC class there.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline.ingest.statement import StatedVersion, Statement

DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Header:
    """What an OAI-PMH header says of its record."""

    identifier: str
    """`oai:arXiv.org:0704.0001`; empty where it is missing."""
    day: str
    """Day of the datestamp, `YYYY-MM-DD`; empty where it is none."""
    deleted: bool
    sets: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The source's own id: what follows `oai:`, the archive's name and a colon."""
        scheme, _, rest = self.identifier.partition(":")
        return rest.partition(":")[2] if scheme == "oai" else self.identifier


def read_header(header: Any) -> Header:
    """Read a `<header>` element."""
    identifier, day, sets = "", "", []
    for child in header:
        name = name_of(child.tag)
        if name == "identifier":
            identifier = (child.text or "").strip()
        elif name == "datestamp":
            found = DAY.match((child.text or "").strip())
            day = found[0] if found else ""
        elif name == "setSpec":
            sets.append((child.text or "").strip())
    return Header(identifier, day, header.get("status") == "deleted", tuple(sets))


def read_record(record: Any) -> tuple[Header, Statement]:
    """Read a `<record>` element. Raises ValueError saying what keeps it from being a statement."""
    header, metadata = None, None
    for child in record:
        name = name_of(child.tag)
        if name == "header":
            header = read_header(child)
        elif name == "metadata" and len(child):
            metadata = child[0]
    if header is None:
        raise ValueError("no header")
    if header.deleted:
        if not header.id:
            raise ValueError("a deletion that does not say of what")
        return header, Statement(header.id, update_date=header.day or None, deleted=True)
    if metadata is None:
        raise ValueError("no metadata")
    name = name_of(metadata.tag)
    if name not in FORMATS:
        raise ValueError(f"metadata of a format that is not read: {name[:40]}")
    statement = FORMATS[name](header, metadata)
    if not statement.id:
        raise ValueError("no id")
    if header.id and statement.id != header.id:
        raise ValueError(f"the header speaks of {header.id[:60]!r}, the metadata of {statement.id[:60]!r}")
    return header, statement


@lru_cache(maxsize=256)
def name_of(tag: str) -> str:
    """An element's name without its namespace; kept, since a page asks for the same twenty names fifty thousand times."""
    return str(tag).rpartition("}")[2]


def _text(element: Any) -> str:
    return "".join(element.itertext()) if len(element) else element.text or ""


def _arxiv_raw(header: Header, metadata: Any) -> Statement:
    fields: dict[str, str] = {}
    versions = []
    for child in metadata:
        name = name_of(child.tag)
        if name == "version":
            parts = {name_of(part.tag): _text(part).strip() for part in child}
            versions.append(
                StatedVersion(child.get("version") or "", parts.get("date") or None, parts.get("source_type") or None)
            )
        else:
            fields[name] = _text(child)
    return _statement(header, fields, tuple(versions), ())


def _arxiv(header: Header, metadata: Any) -> Statement:
    fields: dict[str, str] = {}
    people: tuple[str, ...] = ()
    for child in metadata:
        if name_of(child.tag) == "authors" and len(child):
            people = tuple(filter(None, map(_person, child)))
        else:
            fields[name_of(child.tag)] = _text(child)
    return _statement(header, fields, (), people)


def _person(author: Any) -> str:
    parts = {name_of(part.tag): " ".join(_text(part).split()) for part in author}
    return " ".join(filter(None, (parts.get("forenames"), parts.get("keyname"), parts.get("suffix"))))


def _statement(
    header: Header, fields: dict[str, str], versions: tuple[StatedVersion, ...], people: tuple[str, ...]
) -> Statement:
    return Statement(
        id=fields.get("id", "").strip(),
        title=fields.get("title"),
        abstract=fields.get("abstract"),
        authors=fields.get("authors"),
        people=people,
        categories=fields.get("categories"),
        comments=fields.get("comments"),
        journal_ref=fields.get("journal-ref"),
        doi=fields.get("doi"),
        license=fields.get("license"),
        versions=versions,
        update_date=header.day or None,
    )


def _oai_dc(header: Header, metadata: Any) -> Statement:
    """Dublin Core: the first description is the abstract, names are turned, categories are read off the header's sets."""
    found: dict[str, list[str]] = {}
    for child in metadata:
        found.setdefault(name_of(child.tag), []).append(_text(child))
    descriptions, identifiers = found.get("description", []), found.get("identifier", [])
    comments = descriptions[1].strip().removeprefix("Comment:").strip() if len(descriptions) > 1 else None
    doi = next((one.strip()[4:] for one in identifiers if one.strip().lower().startswith("doi:")), None)
    reference = next((one for one in identifiers[1:] if not one.strip().lower().startswith(("doi:", "http"))), None)
    return Statement(
        id=header.id,
        title=next(iter(found.get("title", [])), None),
        abstract=descriptions[0] if descriptions else None,
        people=tuple(filter(None, map(_turned, found.get("creator", [])))),
        categories=" ".join(filter(None, map(category_of, header.sets))) or None,
        comments=comments,
        journal_ref=reference,
        doi=doi,
        license=next((one.strip() for one in found.get("rights", []) if one.strip().startswith("http")), None),
        update_date=header.day or None,
    )


def _turned(name: str) -> str:
    """`Gysi, Deisy Morselli` → `Deisy Morselli Gysi`."""
    family, _, given = " ".join(name.split()).partition(", ")
    return f"{given} {family}".strip()


def category_of(set_name: str) -> str:
    """`cs:cs:AI` → `cs.AI`, `physics:quant-ph` → `quant-ph`; empty for a set that holds several categories."""
    parts = set_name.split(":")
    if len(parts) == 3:
        return f"{parts[1]}.{parts[2]}"
    return parts[1] if len(parts) == 2 else ""


FORMATS = {"arXivRaw": _arxiv_raw, "arXiv": _arxiv, "arXivOld": _arxiv, "dc": _oai_dc}
"""By the name of the element inside `<metadata>`."""
