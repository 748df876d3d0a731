"""Parse a line of arXiv's bulk snapshot: JSON with id, title, abstract, authors, categories, versions, …

Most fields may be missing: only id, title and abstract are needed. Dates come as arXiv writes them
("Mon, 2 Apr 2007 19:18:42 GMT") or as ISO days; without any, the month is read off the id.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pipeline.records import Preprint, Rejected, Version

# new style: YYMM.number, since April 2007; old style: archive/YYMMnumber, since 1991 (arXiv identifier scheme)
NEW_ID = re.compile(r"(\d\d)(0[1-9]|1[0-2])\.\d{4,5}", re.ASCII)
OLD_ID = re.compile(r"[a-z-]+(?:\.[A-Z]{2})?/(\d\d)(0[1-9]|1[0-2])\d{3}", re.ASCII)
CATEGORY = re.compile(r"[a-z][a-z-]{1,30}(?:\.[A-Za-z-]{2,30})?")
"""A category becomes part of an address, so nothing else passes for one."""
CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff]"
    rf"|[{''.join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))}]"
)
"""Control and direction characters, and code points that are no characters: XML and HTML refuse them."""
WITHDRAWN = re.compile(
    r"\b(?:this|the)\s+(?:paper|article|submission|manuscript|work|preprint)\s+(?:has\s+been|is|was)\s+withdrawn\b|^withdrawn\b",
    re.IGNORECASE,
)


def parse_line(source: str, line: bytes, place: str) -> Preprint | Rejected:
    """Turn one line into a preprint of that source, or say why it can't be one. `place` is `file:line`."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Rejected(place, f"not a line of JSON in UTF-8: {str(error)[:120]}")
    if not isinstance(record, dict):
        return Rejected(place, f"a JSON {type(record).__name__}, not an object")
    try:
        return parse_record(source, record)
    except ValueError as error:
        return Rejected(place, str(error))


def parse_record(source: str, record: Mapping[str, Any]) -> Preprint:
    """Turn one JSON object into a preprint. Raises ValueError saying which field is wrong and why."""
    source_id = record.get("id")
    if not isinstance(source_id, str):
        raise ValueError(
            f"id {source_id!r} is not text (a number loses its zeros)" if source_id is not None else "no id"
        )
    year_month = NEW_ID.fullmatch(source_id) or OLD_ID.fullmatch(source_id)
    if not year_month:
        raise ValueError(f"id {source_id[:60]!r} is not an arXiv id")
    versions = _versions(record.get("versions"))
    submitted = versions[0].created if versions[0].number == 1 else None
    year = int(year_month[1]) + (1900 if int(year_month[1]) >= 91 else 2000)
    comments = _optional(record, "comments")
    abstract = _required(record, "abstract")
    return Preprint(
        source=source,
        source_id=source_id,
        title=_required(record, "title"),
        abstract=abstract,
        authors=_authors(record),
        categories=tuple(dict.fromkeys(filter(CATEGORY.fullmatch, _text(record.get("categories")).split()))),
        versions=versions,
        month=f"{submitted:%Y.%m}" if submitted else f"{year}.{year_month[2]}",
        updated=_day(record.get("update_date")),
        doi=_optional(record, "doi"),
        journal_ref=_optional(record, "journal-ref"),
        comments=comments,
        licence=_optional(record, "license"),
        retold=record.get("retold") is True,
        withdrawn=next((text for text in (comments, abstract) if text and WITHDRAWN.search(text[:300])), None),
    )


def _text(value: Any) -> str:
    """White space folded, control and direction characters gone, whole code points only."""
    if not isinstance(value, str):
        return ""
    whole = value.encode("utf-8", "replace").decode("utf-8")
    return " ".join(CONTROL.sub("", whole).split())


def _required(record: Mapping[str, Any], field: str) -> str:
    if not (text := _text(record.get(field))):
        raise ValueError(f"no {field}")
    return text


def _optional(record: Mapping[str, Any], field: str) -> str | None:
    return _text(record.get(field)) or None


def _versions(value: Any) -> tuple[Version, ...]:
    """Oldest first; a source may list only the first and the latest."""
    found = {}
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict) and (number := re.fullmatch(r"v?(\d{1,4})", str(item.get("version", "")))):
            found[int(number[1])] = Version(int(number[1]), _day(item.get("created")))
    return tuple(found[number] for number in sorted(found)) or (Version(1, None),)


def _day(value: Any) -> date | None:
    """The UTC day of a date as arXiv writes it, or of an ISO one; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        pass
    try:
        moment: datetime = parsedate_to_datetime(value)
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):  # no date, or one outside the calendar
        return None


def _authors(record: Mapping[str, Any]) -> tuple[str, ...]:
    """From `authors_parsed` where it is there, else from the one string, affiliations in brackets left out."""
    parsed = record.get("authors_parsed")
    if isinstance(parsed, list) and parsed:
        people = (
            " ".join(filter(None, (_text(part) for part in (person[1:2] + person[:1] + person[2:3]))))
            for person in parsed
            if isinstance(person, list)
        )
        return tuple(filter(None, people))
    text = _text(record.get("authors"))
    for _ in range(5):  # brackets inside brackets; a text of nothing else must not hold up the night
        text = re.sub(r"\s*\([^()]*\)", "", text)
    names = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", text)
    people_found: list[str] = []
    for name in filter(None, names):
        if people_found and re.fullmatch(r"(?:Jr|Sr)\.?|I{2,3}|IV", name):
            people_found[-1] += f" {name}"
        else:
            people_found.append(name)
    return tuple(people_found)
