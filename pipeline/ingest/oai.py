"""One OAI-PMH answer into statements, strictly where it is XML, and record by record where it is not quite.

Answers come from outside: no document type, no entities, no network, no unbounded trees. What can't be the whole of an answer
(cut off, an HTML page, a document type) is unreadable, and worth asking for again; a page that is whole but broken inside
gives up its broken records, each with its reason, and keeps the rest.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from lxml import etree

from pipeline.ingest.oai_mending import mend_text, read_as_text
from pipeline.ingest.oai_plain import read_plain
from pipeline.ingest.oai_records import name_of, read_record
from pipeline.ingest.statement import to_line
from pipeline.records import Rejected

PROLOG = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
ROOT = re.compile(r"<((?:[A-Za-z_][\w.-]*:)?OAI-PMH)(?:\s[^>]*)?>")
RECORD = re.compile(r"<((?:[A-Za-z_][\w.-]*:)?record)(?:\s[^>]*)?>")
RECORD_END = re.compile(r"</(?:[A-Za-z_][\w.-]*:)?record\s*>")
AFTER_RECORDS = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?resumptionToken[\s/>]|</(?:[A-Za-z_][\w.-]*:)?ListRecords\s*>")
IDENTIFIER = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?identifier>\s*([^<]{1,100}?)\s*<")
NO_VERBS = {"responseDate", "request", "error", "header", "metadata", "about"}
ROOTS = {"OAI-PMH", "record"}
"""A bare record is how single ones are often saved."""


class UnreadableAnswer(ValueError):
    """This is not the whole of an OAI-PMH answer."""


@dataclass(frozen=True, slots=True)
class OaiAnswer:
    """What one answer says."""

    verb: str = ""
    """Name of the element that answers: `ListRecords`, `Identify`, …; empty where there is only an error."""
    response_date: datetime | None = None
    """The server's clock, UTC; None where it is missing or no date."""
    lines: tuple[bytes, ...] = ()
    """A statement each, as `to_line` writes it."""
    rejected: tuple[Rejected, ...] = ()
    token: str | None = None
    """Resumption token; empty on the last page of several, None where the answer has none."""
    error_code: str = ""
    """`badResumptionToken`, `noRecordsMatch`, …; empty for none."""
    error_message: str = ""
    oldest: str = ""
    """First and last datestamp, days; empty where there is none."""
    newest: str = ""
    in_order: bool = True
    """No datestamp comes before an earlier one."""
    identifiers_digest: str = ""
    """Of the identifiers in their order, so that a page served twice is known; empty for none."""
    deleted: int = 0
    damaged: bool = False
    """The answer is not XML, and records were lost to that."""
    warnings: tuple[str, ...] = ()


def parse_answer(content: bytes, place: str) -> OaiAnswer:
    """Read an answer of a server or a file. Raises UnreadableAnswer where it is worth asking again."""
    text, warnings = read_as_text(content)
    _refuse_document_type(text)
    if not warnings and (page := read_plain(content, text)):
        return _answer(_parse(page.frame), page.lines, page.identifiers, page.days)
    try:
        root = _parse(text)
    except etree.XMLSyntaxError as error:
        if not (start := ROOT.search(text)):
            raise UnreadableAnswer(f"no OAI-PMH answer, but: {' '.join(text[:200].split())[:80]}") from error
        if not re.search(rf"</{re.escape(start[1])}\s*>", text):
            raise UnreadableAnswer(f"cut off after {len(content):,} bytes") from error
        text, mended = mend_text(text)
        warnings = (*warnings, *mended)
        try:
            root = _parse(text)
        except etree.XMLSyntaxError as still:
            return _salvaged(text, start, place, warnings, still.msg)
    if name_of(root.tag) not in ROOTS:
        raise UnreadableAnswer(f"no OAI-PMH answer, but a document of <{name_of(root.tag)[:40]}>")
    return _walked(root, enumerate(_records_of(root), 1), place, (), warnings)


def _refuse_document_type(text: str) -> None:
    start = PROLOG.match(text)
    if start and text[start.end() : start.end() + 9].upper() == "<!DOCTYPE":
        raise UnreadableAnswer(f"a document type, which no OAI-PMH answer has: {text[start.end() :][:40]!r}")


def _parse(text: str) -> Any:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def _records_of(root: Any) -> list[Any]:
    if name_of(root.tag) == "record":
        return [root]
    return [child for body in root for child in body if name_of(child.tag) == "record"]


def _salvaged(text: str, start: re.Match[str], place: str, warnings: tuple[str, ...], why: str) -> OaiAnswer:
    """Read each record by itself, and what stands around them as a page of its own."""
    starts = [found.start() for found in RECORD.finditer(text)]
    if not starts:
        raise UnreadableAnswer(f"not XML, and no record in it: {why}")
    ends = [*starts[1:], _end_of_records(text, starts[-1])]
    records, rejected = [], []
    for number, (first, last) in enumerate(zip(starts, ends, strict=True), 1):
        closed = RECORD_END.search(text, first, last)
        piece, rest = (text[first : closed.end()], text[closed.end() : last]) if closed else (text[first:last], "")
        try:
            records.append((number, _parse(f"{start[0]}{piece}</{start[1]}>")[0]))
        except etree.XMLSyntaxError as error:
            identifier = IDENTIFIER.search(piece)
            name = f" ({identifier[1]})" if identifier else ""
            rejected.append(Rejected(f"{place} record {number}{name}", f"not XML: {error.msg}"))
        if rest.strip():
            rejected.append(Rejected(f"{place} after record {number}", f"not a record: {' '.join(rest.split())[:80]}"))
    try:
        frame = _parse(text[: starts[0]] + text[ends[-1] :])
    except etree.XMLSyntaxError as error:
        raise UnreadableAnswer(f"not XML outside its records: {error.msg}") from error
    return _walked(frame, records, place, tuple(rejected), (*warnings, f"not XML: {why}"))


def _end_of_records(text: str, last_start: int) -> int:
    """Where the last record ends: at what follows it, so that what is broken stays inside."""
    after = AFTER_RECORDS.search(text, last_start)
    if not after:
        raise UnreadableAnswer("not XML, and the end of its records can't be told")
    return after.start()


def _walked(
    root: Any, records: Iterable[tuple[int, Any]], place: str, broken: tuple[Rejected, ...], warnings: tuple[str, ...]
) -> OaiAnswer:
    """What an answer says whose records are read element by element."""
    headers, lines, rejected = [], [], list(broken)
    for number, record in records:
        try:
            header, statement = read_record(record)
        except ValueError as why:
            rejected.append(Rejected(f"{place} record {number}{_named(record)}", str(why)))
            continue
        headers.append(header)
        lines.append(to_line(statement))
    answer = _answer(root, lines, [one.identifier for one in headers], [one.day for one in headers if one.day])
    return replace(
        answer,
        rejected=tuple(rejected),
        deleted=sum(one.deleted for one in headers),
        damaged=bool(broken),
        warnings=tuple(f"{place}: {warning}" for warning in warnings),
    )


def _answer(root: Any, lines: Sequence[bytes], identifiers: Sequence[str], days: Sequence[str]) -> OaiAnswer:
    """What the answer around its records says."""
    error = next((child for child in root if name_of(child.tag) == "error"), None)
    return OaiAnswer(
        verb=next((name for child in root if (name := name_of(child.tag)) not in NO_VERBS), ""),
        response_date=next((_moment(child.text) for child in root if name_of(child.tag) == "responseDate"), None),
        lines=tuple(lines),
        token=next(_tokens(root), None),
        error_code="" if error is None else error.get("code") or "unnamed",
        error_message="" if error is None else " ".join((error.text or "").split()),
        oldest=min(days, default=""),
        newest=max(days, default=""),
        in_order=all(one <= other for one, other in pairwise(days)),
        identifiers_digest=hashlib.sha256("\n".join(identifiers).encode()).hexdigest() if identifiers else "",
    )


def _named(record: Any) -> str:
    """The identifier of a record that could not be read, for the message."""
    names = (child.text for part in record for child in part if name_of(child.tag) == "identifier" and child.text)
    return f" ({name.strip()[:100]})" if (name := next(names, "")) else ""


def _tokens(root: Any) -> Iterator[str]:
    for body in root:
        yield from ((child.text or "").strip() for child in body if name_of(child.tag) == "resumptionToken")


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
