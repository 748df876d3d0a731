"""A server of bioRxiv's and medRxiv's details interface, as its help page and its recorded answers show it.

Rows by day of posting, one for each version; a page of at most `page_size` rows from any row on; a total that counts more
than there is; "no posts found" beyond the end; errors with HTTP 200.
"""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from tests.loopback import LoopbackServer

Row = dict[str, Any]
PATH = re.compile(r"/details/(biorxiv|medrxiv)/(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)/(\d+)(?:/json)?")
TOPICS = (
    "moss on basalt",
    "the gait of woodlice",
    "salt in barley roots",
    "sleep of cuttlefish",
    "yeast under pressure",
)


def posting(number: int, day: str, version: int = 1, server: str = "bioRxiv", **changed: Any) -> Row:
    """The row of one version of one preprint."""
    topic = TOPICS[number % len(TOPICS)]
    row = {
        "title": f"Study {number}: {topic}",
        "authors": f"Keller, R. {number}.; Ono, T.;",
        "author_corresponding": "Rosa Keller",
        "author_corresponding_institution": "Institute of Small Things",
        "doi": f"10.64898/2026.05.{number:06d}",
        "date": day,
        "version": str(version),
        "type": "new results",
        "license": "cc_by",
        "category": "plant biology",
        "jatsxml": f"https://example.org/{number}.source.xml",
        "abstract": f"We looked at {topic} for {number} days. Version {version} of our report says what we saw.",
        "funder": "NA",
        "published": "NA",
        "server": server,
    }
    return row | changed


class DetailsServer(LoopbackServer):
    def __init__(self, rows: list[Row], page_size: int = 30) -> None:
        super().__init__()
        self.rows = rows
        self.page_size = page_size
        self.overstatement = 31
        self.newest_first = False
        self.ignores_offset = False
        self.bodies: list[bytes] = []
        """Given out first, one for each request, in place of what was asked for."""
        self.on_request: Callable[[int], None] = lambda number: None
        """Called with the number of the request, from 1, before it is answered."""

    def answer(self, path: str) -> tuple[int, str, bytes]:
        self.on_request(len(self.asked))
        if self.bodies:
            return 200, "application/json", self.bodies.pop(0)
        asked = PATH.fullmatch(path)
        if not asked:
            return 200, "application/json", in_json({"messages": [{"status": "error: no such endpoint"}]})
        server, first, last, offset = asked.groups()
        listed = self.listed(server, date.fromisoformat(first), date.fromisoformat(last))
        start = 0 if self.ignores_offset else int(offset)
        page = listed[start : start + self.page_size]
        if not page:
            return 200, "application/json", in_json({"messages": [{"status": "no posts found"}], "collection": []})
        message = {
            "status": "ok",
            "category": "all",
            "interval": f"{first}:{last}",
            "cursor": int(offset) if len(self.asked) % 2 else offset,
            "count": len(page),
            "count_new_papers": str(sum(row["version"] == "1" for row in listed)),
            "total": str(len(listed) + self.overstatement),
        }
        return 200, "application/json", in_json({"messages": [message], "collection": page})

    def listed(self, server: str, first: date, last: date) -> list[Row]:
        found = [
            row
            for row in self.rows
            if row["server"].lower() == server and first <= date.fromisoformat(row["date"]) <= last
        ]
        return sorted(found, key=lambda row: row["date"], reverse=self.newest_first)


def in_json(value: object) -> bytes:
    return json.dumps(value).encode()
