"""What a source states of one preprint, and the one form in which every source hands it on.

That form is a line of JSON in the shape of arXiv's bulk snapshot, so one set of SQL (`store/queries/read_lines.sql`) cleans,
checks and compares everything that comes in, three million lines or one nightly page. Keys that the snapshot does not have
are named in `to_line`.
"""

from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class StatedVersion:
    """One version, as its source names it."""

    version: str
    """`v2` or `2`."""
    created: str | None = None
    """Date of submission: RFC 2822, or ISO 8601."""
    source_type: str | None = None
    """arXiv's one-letter code of the source's form; `I` is left where the source was withdrawn."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One preprint, in raw text: TeX, line breaks and blanks as they came."""

    id: str
    title: str | None = None
    abstract: str | None = None
    authors: str | None = None
    """All names in one string, parted by commas and `and`; read only where `people` is empty."""
    people: tuple[str, ...] = ()
    """Names as shown, given name first, where the source parts them."""
    categories: str | None = None
    """Parted by blanks, primary first."""
    comments: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    license: str | None = None
    versions: tuple[StatedVersion, ...] = ()
    """Those that this statement tells of; versions told of earlier are kept. Title and abstract are the highest one's."""
    update_date: str | None = None
    withdrawn: str | None = None
    """What the source itself says of a withdrawal or retraction, where it has a field for it."""
    deleted: bool = False
    """The source says that this preprint is gone; every other field but `id` may be empty."""


def to_line(statement: Statement) -> bytes:
    """One line of JSON, without its newline. Beyond the snapshot's keys: `people`, `source_type`, `withdrawn`, `deleted`."""
    record = {
        "id": statement.id,
        "title": statement.title,
        "abstract": statement.abstract,
        "authors": statement.authors,
        "people": statement.people,
        "categories": statement.categories,
        "comments": statement.comments,
        "journal-ref": statement.journal_ref,
        "doi": statement.doi,
        "license": statement.license,
        "versions": [
            {"version": one.version, "created": one.created, "source_type": one.source_type}
            for one in statement.versions
        ],
        "update_date": statement.update_date,
        "withdrawn": statement.withdrawn,
        "deleted": statement.deleted,
    }
    return orjson.dumps(record)
