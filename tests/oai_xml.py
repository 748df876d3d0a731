"""Records of the test server, and the XML of its answers: arXiv's `arXivRaw`, as its schema and recorded answers have it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

SCHEMAS = "http://www.w3.org/2001/XMLSchema-instance"
PHYSICS = {
    "astro-ph", "cond-mat", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph", "nlin", "nucl-ex", "nucl-th",
    "physics", "quant-ph",
}  # fmt: skip
GROUPS = ("cs", "econ", "eess", "math", "physics", "q-bio", "q-fin", "stat")
ALIASES = (
    ("math.MP", "math-ph"), ("stat.TH", "math.ST"), ("math.IT", "cs.IT"), ("q-fin.EC", "econ.GN"), ("cs.SY", "eess.SY"),
    ("cs.NA", "math.NA"),
)  # fmt: skip
"""Two names of one category: a preprint of one is in both sets."""


@dataclass(frozen=True, slots=True)
class ServedVersion:
    """One version: `created` as RFC 2822 has it."""

    number: int
    created: str
    size: str = "12kb"
    source_type: str = ""


@dataclass(slots=True)
class ServedRecord:
    """A preprint as the server holds it; change it between two nights as arXiv would."""

    id: str
    datestamp: date
    title: str = "A title"
    authors: str = "A. N. Author"
    abstract: str = "  An abstract.\n"
    categories: str = "quant-ph"
    versions: list[ServedVersion] = field(default_factory=list)
    submitter: str = "A. N. Author"
    comments: str = ""
    journal_ref: str = ""
    doi: str = ""
    report_no: str = ""
    msc_class: str = ""
    license: str = "http://creativecommons.org/licenses/by/4.0/"
    deleted: bool = False

    def __post_init__(self) -> None:
        if not self.versions:
            self.versions = [ServedVersion(1, rfc_2822(self.datestamp))]

    @property
    def identifier(self) -> str:
        return f"oai:arXiv.org:{self.id}"

    @property
    def sets(self) -> list[str]:
        """In the order of the categories, each once; where a category has two names, both."""
        names: list[str] = []
        for category in self.categories.split():
            names += [category, *(two for pair in ALIASES if category in pair for two in pair)]
        return list(dict.fromkeys(map(set_of, names)))

    def revise(self, day: date, source_type: str = "", **fields: str) -> None:
        """The next version, with what else changes, on that day."""
        self.versions.append(ServedVersion(self.versions[-1].number + 1, rfc_2822(day), source_type=source_type))
        self.touch(day, **fields)

    def touch(self, day: date, **fields: str) -> None:
        """A change of the metadata alone, such as a journal reference."""
        for name, value in fields.items():
            setattr(self, name, value)
        self.datestamp = day


def record_of(line: Mapping[str, Any], datestamp: date | None = None) -> ServedRecord:
    """From an object in the shape of arXiv's bulk snapshot.

    What the schema wants and the object lacks is made up: a submitter, and a first version on the day of the datestamp, which is
    the update date where none is given, else the day of the last version.
    """
    stated = [
        ServedVersion(int(str(one["version"]).lstrip("v")), as_rfc_2822(str(one["created"])))
        for one in line.get("versions") or ()
        if one.get("created")
    ]
    day = datestamp or (
        date.fromisoformat(line["update_date"])
        if line.get("update_date")
        else parsedate_to_datetime(stated[-1].created).date()
    )
    authors = str(line.get("authors") or "")
    return ServedRecord(
        id=str(line["id"]),
        datestamp=day,
        title=str(line.get("title") or ""),
        authors=authors,
        abstract=str(line.get("abstract") or ""),
        categories=str(line.get("categories") or ""),
        versions=stated,
        submitter=str(line.get("submitter") or authors.partition(",")[0]),
        comments=str(line.get("comments") or ""),
        journal_ref=str(line.get("journal-ref") or ""),
        doi=str(line.get("doi") or ""),
        report_no=str(line.get("report-no") or ""),
        license=str(line.get("license") or ""),
    )


def rfc_2822(day: date) -> str:
    """Noon of that day, as arXiv writes it."""
    return format_datetime(datetime.combine(day, time(12), UTC), usegmt=True)


def as_rfc_2822(created: str) -> str:
    """A date as arXiv writes it; from an ISO one, noon of its day."""
    return rfc_2822(date.fromisoformat(created[:10])) if created[:4].isdigit() else created


def set_of(category: str) -> str:
    """`cs.AI` → `cs:cs:AI`, `quant-ph` → `physics:quant-ph`."""
    archive, _, name = category.partition(".")
    group = "physics" if archive in PHYSICS else archive
    if not name:
        return archive if group == archive else f"{group}:{archive}"
    return f"{group}:{archive}:{name}"


def render_answer(responded: datetime, url: str, request: Mapping[str, str], body: str) -> str:
    """A whole answer around its body."""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in request.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="{SCHEMAS}" xsi:schemaLocation='
        '"http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
        f"<responseDate>{responded:%Y-%m-%dT%H:%M:%SZ}</responseDate>\n"
        f"<request{attributes}>{escape(url)}</request>\n"
        f"{body}\n</OAI-PMH>\n"
    )


def render_records(records: Iterable[ServedRecord]) -> str:
    return "\n".join(
        f"<record>\n{render_header(one)}\n{'' if one.deleted else render_metadata(one)}</record>" for one in records
    )


def render_header(record: ServedRecord) -> str:
    sets = "".join(f"<setSpec>{name}</setSpec>" for name in record.sets)
    status = ' status="deleted"' if record.deleted else ""
    return (
        f"<header{status}><identifier>{escape(record.identifier)}</identifier>"
        f"<datestamp>{record.datestamp}</datestamp>{sets}</header>"
    )


def render_metadata(record: ServedRecord) -> str:
    """In the order of the schema. Like arXiv's server, with the MSC class where the ACM class belongs."""
    versions = "".join(
        f'<version version="v{one.number}"><date>{one.created}</date><size>{one.size}</size>'
        f"{_element('source_type', one.source_type)}</version>"
        for one in record.versions
    )
    optional = (
        ("title", record.title), ("authors", record.authors), ("categories", record.categories),
        ("comments", record.comments), ("report-no", record.report_no), ("acm-class", record.msc_class),
        ("msc-class", record.msc_class), ("journal-ref", record.journal_ref), ("doi", record.doi),
        ("license", record.license), ("abstract", record.abstract),
    )  # fmt: skip
    return (
        f'<metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/" xmlns:xsi="{SCHEMAS}" xsi:schemaLocation='
        '"http://arxiv.org/OAI/arXivRaw/ http://arxiv.org/OAI/arXivRaw.xsd">'
        f"<id>{record.id}</id><submitter>{escape(record.submitter)}</submitter>{versions}"
        f"{''.join(_element(name, text) for name, text in optional)}</arXivRaw></metadata>\n"
    )


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""
