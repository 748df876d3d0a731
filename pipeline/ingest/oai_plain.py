"""Records of `arXivRaw` as arXiv's server writes them, taken off an answer's text by one regular expression.

A page of the server is plain: elements in the schema's order, no comments, no CDATA. libxml2 has checked that it is XML, so `<`
can open nothing in it but a tag, and one pattern takes off record by record what a walk over the elements finds, in a third of
the time. Whatever is not quite so is left to the walk (`oai_records.py`), which also says what is wrong with a record.
"""

import re
from dataclasses import dataclass
from typing import Any

import orjson
from lxml import etree

TEXT = "([^<]*)"
VERSION = (
    r"""<version\sversion=["']([^"'<>&\s]*)["']>\s*"""
    r"<date>\s*([^<&]*?)\s*</date>\s*(?:<size>[^<]*</size>\s*)?(?:<source_type>\s*([^<&]*?)\s*</source_type>\s*)?"
    r"</version>\s*"
)
KEPT = ("title", "authors", "categories", "comments", "journal-ref", "doi", "license", "abstract")
ORDER = (
    "title", "authors", "categories", "comments", "proxy", "report-no", "acm-class", "msc-class", "journal-ref", "doi",
    "license", "abstract",
)  # fmt: skip
"""Of the schema, after the versions."""
FIELDS = "".join(rf"(?:<{name}>{TEXT if name in KEPT else '[^<]*'}</{name}>\s*)?" for name in ORDER)
RECORD = re.compile(
    r"<record>\s*<header>\s*<identifier>(oai:[^<:\s]+:([^<&\s]+))</identifier>\s*"
    r"<datestamp>(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))[^<]*</datestamp>\s*"
    r"(?:<setSpec>[^<]*</setSpec>\s*)*</header>\s*"
    r"<metadata>\s*<arXivRaw\s[^<>]*>\s*<id>\2</id>\s*(?:<submitter>[^<]*</submitter>\s*)?"
    rf"((?:{re.sub(r'[(](?![?])', '(?:', VERSION)})*){FIELDS}</arXivRaw>\s*</metadata>\s*</record>\s*",
    re.ASCII,
)
VERSIONS = re.compile(VERSION, re.ASCII)
REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([a-z]+));")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


@dataclass(frozen=True, slots=True)
class PlainPage:
    """An answer all of whose records are plain."""

    frame: str
    """The answer without its records."""
    identifiers: tuple[str, ...]
    """As the headers have them."""
    days: tuple[str, ...]
    """Of the datestamps, `YYYY-MM-DD`."""
    lines: tuple[bytes, ...]
    """What `to_line` would make of each statement."""


class _NoTree:
    """What libxml2 builds of an answer that is only to be checked."""

    def close(self) -> None:
        """Nothing was built."""


def read_plain(content: bytes, text: str) -> PlainPage | None:
    """The records of an answer, or None where not all of it is plain. `text` is the content decoded."""
    start = text.find("<record>")
    before = text[: max(start, 0)]
    # where the first record begins is no comment and no CDATA, and in a record none fits the pattern
    if start < 0 or "<!" in before or "<?" in before[1:] or "\r" in text or not _is_xml(content):
        return None
    records, end = [], start
    for found in RECORD.finditer(text, start):
        if found.start() != end:
            return None
        records.append(found.groups())
        end = found.end()
    frame = before + text[end:]
    if "</OAI-PMH>" not in frame or "record>" in frame:
        return None
    return PlainPage(
        frame, tuple(one[0] for one in records), tuple(one[2] for one in records), tuple(map(_line, records))
    )


def _is_xml(content: bytes) -> bool:
    parser: Any = etree.XMLParser(
        target=_NoTree(), encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return False
    return True


def _line(groups: tuple[Any, ...]) -> bytes:
    _, id, day, versions, *texts = groups
    title, authors, categories, comments, journal_ref, doi, license, abstract = [
        REFERENCE.sub(_opened, one) if one and "&" in one else one for one in texts
    ]
    return orjson.dumps(
        {
            "id": id,
            "title": title,
            "abstract": abstract,
            "authors": authors,
            "people": (),
            "categories": categories,
            "comments": comments,
            "journal-ref": journal_ref,
            "doi": doi,
            "license": license,
            "versions": [
                {"version": version, "created": date or None, "source_type": source_type or None}
                for version, date, source_type in VERSIONS.findall(versions)
            ],
            "update_date": day,
            "withdrawn": None,
            "deleted": False,
        }
    )


def _opened(found: re.Match[str]) -> str:
    """The character that a reference stands for; XML knows five names."""
    hexadecimal, decimal, name = found.groups()
    return NAMED[name] if name else chr(int(hexadecimal, 16) if hexadecimal else int(decimal))
