"""Parse an answer of the details interface, from which bioRxiv and medRxiv hand out what was posted.

One row is one version of one preprint, and the DOI is its identity. Numbers come as numbers or as text; what is missing
comes as "NA"; errors come with HTTP 200 (https://api.biorxiv.org/details/biorxiv/help).
"""

import re
from dataclasses import dataclass
from typing import Any

from pipeline.ingest.highwire import plain_text
from pipeline.ingest.json_answer import dig, read_object, text_at
from pipeline.ingest.statement import StatedVersion, Statement
from pipeline.ingest.subjects import subject_slug
from pipeline.records import Rejected

NOTHING_FOUND = re.compile(r"no \w+ found\b", re.IGNORECASE)
GONE_TYPE = re.compile(r"withdraw|retract|remov", re.IGNORECASE)
GONE_TITLE = re.compile(r"\W*(?:withdrawn|retracted|removed)\s*:", re.IGNORECASE)
"""What the server, not an author, puts before a title."""
NO_LICENCE = "no reuse without permission"
"""What the code `cc_no` says."""


@dataclass(frozen=True, slots=True)
class DetailsPage:
    """One answer, row by row."""

    rows: tuple[Statement | Rejected, ...] = ()
    keys: tuple[str, ...] = ()
    """For each row what tells it from the others: DOI and version."""


def parse_details(content: bytes, place: str) -> DetailsPage:
    """Turn an answer into rows; none where the server says that it found none.

    Raises ValueError for what is not a whole answer: an empty body, a cut one, an error of the server.
    """
    answer = read_object(content)
    messages = answer.get("messages")
    message = messages[0] if isinstance(messages, list) and messages else None
    status = text_at(message, "status") or ""
    if NOTHING_FOUND.match(status):
        return DetailsPage()
    if status != "ok":
        raise ValueError(f"the server's own message: {status[:120]}" if status else "an answer without a status")
    collection = answer.get("collection")
    if not isinstance(collection, list):
        raise ValueError("an answer without rows")
    return DetailsPage(
        rows=tuple(_row(row, f"{place} row {number}") for number, row in enumerate(collection, 1)),
        keys=tuple(f"{dig(row, 'doi')} {dig(row, 'version')}" for row in collection),
    )


def _row(row: Any, place: str) -> Statement | Rejected:
    doi = dig(row, "doi")
    if not isinstance(doi, str):
        return Rejected(place, "no DOI" if doi is None else f"DOI {str(doi)[:60]!r} is not text")
    identity = re.sub(r"^https?://(?:dx\.)?doi\.org/", "", doi.strip().lower())
    posted, version, published = _stated(row, "date"), dig(row, "version"), _stated(row, "published")
    title = _plain(row, "title")
    return Statement(
        id=identity,
        title=title,
        abstract=_plain(row, "abstract"),
        people=tuple(filter(None, map(shown_name, (_stated(row, "authors") or "").split(";")))),
        categories=subject_slug(_stated(row, "category") or "") or None,
        journal_ref=f"doi:{published}" if published else None,
        doi=identity,
        license=readable_licence(_stated(row, "license")),
        versions=(StatedVersion(version=str(version or 1), created=posted),),
        update_date=posted,
        withdrawn=_notice(_stated(row, "type") or "", title or ""),
    )


def _notice(kind: str, title: str) -> str | None:
    if GONE_TYPE.search(kind):
        return kind
    return title if GONE_TITLE.match(title) else None


def _stated(row: Any, field: str) -> str | None:
    """The text of a field, without blanks round it; None for "NA", which is how these servers write nothing."""
    found = (text_at(row, field) or "").strip()
    return None if found.upper() in ("", "NA", "N/A") else found


def _plain(row: Any, field: str) -> str | None:
    found = _stated(row, field)
    return plain_text(found) if found else None


def shown_name(listed: str) -> str:
    """`Loconsole, M.` → `M. Loconsole`; `Smith, J., Jr.` → `J. Smith Jr.`; a group's name stays."""
    family, *rest = (part.strip() for part in listed.split(","))
    return " ".join(filter(None, (*rest[:1], family, *rest[1:])))


def readable_licence(code: str | None) -> str | None:
    """`cc_by_nc_nd` → `CC BY-NC-ND`; what is no such code stays as it is."""
    if code is None or not code.startswith("cc"):
        return code
    first, *rest = code.upper().split("_")
    return NO_LICENCE if rest == ["NO"] else f"{first} {'-'.join(rest)}".rstrip()
