"""A server of OSF's list of preprints, as its documentation and its public source code describe it.

JSON:API; one resource for each version, ids like `abcde_v2`; filters, sorting, embedding; pages of 10 unless asked, of 100 at
most; at most ten contributors embedded.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.loopback import LoopbackServer

Row = dict[str, Any]


def preprint(guid: str, modified: str, version: int = 1, provider: str = "psyarxiv", **changed: Any) -> Row:
    """What the server knows of one version of one preprint."""
    attributes = {
        "date_created": "2026-05-01T09:00:00.000000",
        "date_modified": modified,
        "date_published": "2026-05-02T09:00:00.000000",
        "doi": None,
        "title": f"What {guid} remembers",
        "description": f"We asked {guid} about the sea. Version {version} tells what was said.",
        "is_published": True,
        "license_record": {"copyright_holders": [""], "year": "2026"},
        "tags": ["memory"],
        "date_withdrawn": None,
        "reviews_state": "accepted",
        "version": version,
        "is_latest_version": True,
        "subjects": [
            [{"id": "1", "text": "Social and Behavioral Sciences"}, {"id": "2", "text": "Cognitive Psychology"}]
        ],
    }
    more = {
        "provider": provider,
        "authors": ["Ada Brandt", "Jun Sato"],
        "license": "CC-By Attribution 4.0 International",
    }
    return {
        "guid": guid,
        "version": version,
        **{key: changed.pop(key, value) for key, value in more.items()},
        "attributes": attributes | changed,
    }


class OsfServer(LoopbackServer):
    def __init__(self, rows: list[Row], largest_page: int = 100) -> None:
        super().__init__()
        self.rows = rows
        self.largest_page = largest_page
        self.bodies: list[bytes] = []
        """Given out first, one for each request, in place of what was asked for."""
        self.next_host = ""
        """Where `links.next` leads, if not here."""
        self.knows_sorting = True
        self.on_request: Callable[[int], None] = lambda number: None
        """Called with the number of the request, from 1, before it is answered."""

    def answer(self, path: str) -> tuple[int, str, bytes]:
        self.on_request(len(self.asked))
        if self.bodies:
            return 200, "application/vnd.api+json", self.bodies.pop(0)
        parts = urlsplit(path)
        asked = parse_qs(parts.query)
        if parts.path != "/v2/preprints/":
            return 404, "application/vnd.api+json", b'{"errors": [{"detail": "Not found."}]}'
        listed = self.listed(asked)
        size = min(int(asked.get("page[size]", ["10"])[0]), self.largest_page)
        number = int(asked.get("page", ["1"])[0])
        page, more = listed[(number - 1) * size : number * size], len(listed) > number * size
        following = (
            f"{self.next_host or self.address}{parts.path}?{urlencode(asked | {'page': [number + 1]}, doseq=True)}"
        )
        answer = {
            "data": [resource(row, asked.get("embed", [])) for row in page],
            "links": {"first": None, "last": None, "prev": None, "next": following if more else None},
            "meta": {"total": len(listed), "per_page": size},
        }
        return 200, "application/vnd.api+json; charset=utf-8", json.dumps(answer).encode()

    def listed(self, asked: dict[str, list[str]]) -> list[Row]:
        found = self.rows
        if provider := asked.get("filter[provider]"):
            found = [row for row in found if row["provider"] == provider[0]]
        if since := asked.get("filter[date_modified][gte]"):
            found = [row for row in found if modified(row) >= datetime.fromisoformat(since[0])]
        if self.knows_sorting and asked.get("sort") == ["date_modified"]:
            return sorted(found, key=modified)
        return sorted(found, key=lambda row: row["attributes"]["date_created"], reverse=True)


def modified(row: Row) -> datetime:
    return datetime.fromisoformat(row["attributes"]["date_modified"])


def resource(row: Row, embedded: list[str]) -> dict[str, Any]:
    versioned = f"{row['guid']}_v{row['version']}"
    people = [
        {"type": "contributors", "attributes": {"index": place}, "embeds": {"users": {"data": named(name)}}}
        for place, name in enumerate(row["authors"][:10])
    ]
    embeds = {
        "bibliographic_contributors": {
            "data": people,
            "links": {"next": "http://127.0.0.1:9/more" if len(row["authors"]) > 10 else None},
        },
        "license": {"data": {"type": "licenses", "attributes": {"name": row["license"]}}},
    }
    return {
        "id": versioned,
        "type": "preprints",
        "attributes": row["attributes"],
        "embeds": {name: embeds[name] for name in embedded},
        "links": {"preprint_doi": f"https://doi.org/10.31234/osf.io/{versioned}"},
    }


def named(name: str) -> dict[str, Any]:
    return {"type": "users", "attributes": {"full_name": name}}
