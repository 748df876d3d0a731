"""Time a harvest against the clients that people use, all of them fetching the same preprints from servers on loopback.

    pip install --target /tmp/peers -r benchmarks/requirements-peers.txt
    PYTHONPATH=/tmp/peers python benchmarks/harvest_peers.py ../shared/data/arxiv/arxiv_full.jsonl.gz --records 10000

Each client in a process of its own, without a pause between requests: sickle and oaipmh-scythe read `arXivRaw` pages of 2,500
records over OAI-PMH and hand out their dictionaries; `arxiv` reads the same preprints as Atom, 100 a page, into its results;
`antigravity` reads the OAI-PMH pages into lines; in the line below it they are also kept: cleaned, compared, with ids, ledger,
versions and raw answers on disk. Importing the client is not counted.
"""

import argparse
import gzip
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.oai_server import serving  # noqa: E402  # the path comes first
from tests.oai_xml import ServedRecord, record_of  # noqa: E402

DAY = date(2026, 6, 1)


def with_sickle(url: str, atom: str) -> int:
    from sickle import Sickle  # type: ignore[import-not-found]  # a peer, not of our environment

    records = Sickle(url).ListRecords(metadataPrefix="arXivRaw", **{"from": str(DAY)})
    return sum(bool(record.metadata) for record in records)


def with_scythe(url: str, atom: str) -> int:
    from oaipmh_scythe import Scythe  # type: ignore[import-not-found]  # as above

    with Scythe(url) as client:
        records = client.list_records(metadata_prefix="arXivRaw", from_=str(DAY))
        return sum(bool(record.metadata) for record in records)


def with_arxiv(url: str, atom: str) -> int:
    import arxiv  # type: ignore[import-not-found]  # as above

    client = arxiv.Client(page_size=100, delay_seconds=0)
    client.query_url_format = f"{atom}?{{}}"
    return sum(bool(result.title) for result in client.results(arxiv.Search("all", max_results=None)))


def reading(url: str, atom: str) -> int:
    """What the others do: fetch, and hand out records."""
    from pipeline.ingest.source import Reach
    from pipeline.ingest.sources.arxiv_oai import ArxivOaiSettings

    entry = ArxivOaiSettings(name="arxiv", kind="arxiv-oai", base_url=url, start=DAY, pace_seconds=0)
    with tempfile.TemporaryDirectory() as folder:
        reach = Reach(lambda: datetime.now(UTC), time.sleep, Path(folder), None)
        return sum(batch.lines.count(b"\n") + 1 for batch in entry.open(reach).batches(None))


def reading_and_keeping(url: str, atom: str) -> int:
    """The whole harvest."""
    from pipeline.ingest.intake import Archive, take_in
    from pipeline.ingest.sources.arxiv_oai import ArxivOaiSettings
    from pipeline.progress import silent
    from pipeline.store.database import open_database

    entry = ArxivOaiSettings(name="arxiv", kind="arxiv-oai", base_url=url, start=DAY, pace_seconds=0)
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "archive.duckdb") as connection:
        place = Path(folder)
        archive = Archive(
            connection, place / "ids.csv", "AG", place / "raw", 30, lambda: datetime.now(UTC), time.sleep, silent
        )
        return take_in(entry, archive).new


CLIENTS: dict[str, Callable[[str, str], int]] = {
    "antigravity": reading,
    "and keeping": reading_and_keeping,
    "sickle": with_sickle,
    "oaipmh-scythe": with_scythe,
    "arxiv": with_arxiv,
}


def atom_feed(records: Sequence[ServedRecord], start: int, count: int) -> bytes:
    """A page of arXiv's query interface."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{one.id}v{len(one.versions)}</id><updated>{DAY}T00:00:00Z</updated>"
        f"<published>{DAY}T00:00:00Z</published><title>{escape(one.title)}</title><summary>{escape(one.abstract)}</summary>"
        + "".join(f"<author><name>{escape(name)}</name></author>" for name in one.authors.split(", "))
        + f'<arxiv:comment>{escape(one.comments)}</arxiv:comment><link href="http://arxiv.org/abs/{one.id}" rel="alternate"/>'
        f'<arxiv:primary_category term="{one.categories.split()[0]}"/>'
        + "".join(f'<category term="{name}"/>' for name in one.categories.split())
        + "</entry>"
        for one in records[start : start + count]
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"<opensearch:totalResults>{len(records)}</opensearch:totalResults>"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>"
        f"<opensearch:itemsPerPage>{count}</opensearch:itemsPerPage>{entries}</feed>"
    ).encode()


@contextmanager
def serving_atom(records: Sequence[ServedRecord]) -> Iterator[str]:
    """The query interface on loopback; its pages are made before the clock runs."""
    pages = {start: atom_feed(records, start, 100) for start in range(0, len(records) + 1, 100)}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            content = pages[int(asked.get("start", ["0"])[0])]
            self.send_response(200)
            self.send_header("Content-Type", "application/atom+xml")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/query"
    finally:
        server.shutdown()
        server.server_close()


def main() -> None:
    if len(sys.argv) == 5 and sys.argv[1] == "--client":  # a client's own process
        CLIENTS[sys.argv[2]](sys.argv[3], sys.argv[4])  # once before, so that nothing is imported while the clock runs
        start = time.process_time()
        count = CLIENTS[sys.argv[2]](sys.argv[3], sys.argv[4])
        print(json.dumps({"records": count, "processor_seconds": time.process_time() - start}))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="preprints in the snapshot's shape, gzip")
    parser.add_argument("--records", type=int, default=10_000)
    arguments = parser.parse_args()
    with gzip.open(arguments.source, "rt", encoding="utf-8") as lines:
        told = [json.loads(line) for line in itertools.islice(lines, arguments.records)]
    records = [record_of(one, DAY) for one in told]
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors; {len(records):,} preprints")
    ours = 0.0
    with serving(records, page_size=2_500) as server, serving_atom(records) as atom:
        for name in CLIENTS:
            command = [sys.executable, __file__, "--client", name, server.url, atom]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
            if done.returncode:
                print(f"{name:<14} could not run; its pinned version is in benchmarks/requirements-peers.txt")
                continue
            found = json.loads(done.stdout)
            each = found["processor_seconds"] / found["records"] * 1e6
            ours = ours or each
            took = f"{each:>7,.0f} µs of the client's processor time each"
            print(f"{name:<14}{found['records']:>8,} records, {took}: {each / ours:.1f} times")


if __name__ == "__main__":
    main()
