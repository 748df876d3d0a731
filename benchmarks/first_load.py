"""Time the first load of a bulk snapshot against DuckDB's own reading of the same file, and a nightly page on top of it.

    python benchmarks/first_load.py ../shared/data/arxiv/arxiv_full.jsonl.gz /tmp/first-load --records 2900000

A snapshot of that many records is made once by giving the records of the first file new ids, month by month since 2008, all of
the snapshot's keys, and a number behind the title, so that no two texts are the same. Then, each in a process of its own and on
the same file:

1. DuckDB alone: `CREATE TABLE … AS SELECT * FROM read_json(…)`;
2. `antigravity ingest`, from an empty folder: into the archive with ids, ledger, versions and hashes;
3. `antigravity ingest` again: nothing has changed;
4. a page of 2,500 `arXivRaw` records, half of them new, half revisions: parsed and kept on top of that archive.
"""

import argparse
import gzip
import itertools
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

KEYS = (
    "submitter", "authors", "title", "comments", "journal-ref", "doi", "report-no", "categories", "license", "abstract",
    "versions", "update_date", "authors_parsed",
)  # fmt: skip
MONTHS = [f"{year % 100:02d}{month:02d}" for year in range(2008, 2027) for month in range(1, 13)]
BASELINE = """
import duckdb, sys
connection = duckdb.connect(sys.argv[2])
connection.execute("SET enable_progress_bar = false")
connection.execute("CREATE TABLE snapshot AS SELECT * FROM read_json($file)", {"file": sys.argv[1]})
connection.close()
"""
CONFIG = """
[[sources]]
name = "arxiv"
kind = "arxiv-snapshot"
path = "{snapshot}"
"""


def make_snapshot(source: Path, target: Path, records: int) -> None:
    """Write so many records: those of the source again and again, each with an id of its own."""
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        bodies = [_body(json.loads(line)) for line in lines]
    with target.open("w", encoding="utf-8", buffering=1 << 22) as file:
        for number in range(records):
            before, after = bodies[number % len(bodies)]
            source_id = f"{MONTHS[number % len(MONTHS)]}.{number // len(MONTHS) + 1:05d}"
            file.write(f'{{"id": "{source_id}", {before} {number // len(bodies) + 1}", {after}\n')


def _body(record: dict[str, Any]) -> tuple[str, str]:
    """The record's JSON without its id, parted after the title: a number there makes every text its own."""
    title = json.dumps({"title": record["title"]})[1:-2]
    return title, json.dumps({key: record.get(key) for key in KEYS if key != "title"})[1:]


def run(command: list[str]) -> tuple[float, str]:
    """Run it to its end: seconds, and in words what it took of processor and memory."""
    start = time.monotonic()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    if status:
        raise SystemExit(f"{' '.join(command)[:200]} ended with {status}")
    return (
        seconds,
        f"{usage.ru_utime + usage.ru_stime:.0f} s of processor time, peak {usage.ru_maxrss * 1024 / 1e9:.2f} GB",
    )


def page_on_top(folder: Path) -> float:
    """Seconds to parse a page of 2,500 `arXivRaw` records and keep it, the archive being open."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from datetime import UTC, datetime

    from pipeline.ingest.intake import Archive, take_in
    from pipeline.ingest.sources.oai_folder import OaiFolderSettings
    from pipeline.progress import silent
    from pipeline.store.database import open_database
    from tests.oai_xml import record_of, render_answer, render_records

    with (folder / "snapshot.jsonl").open(encoding="utf-8") as lines:
        told = [json.loads(line) for line in itertools.islice(lines, 100_000, 102_500)]
    for number, record in enumerate(told):
        if number % 2:
            record["id"] = f"2701.{number:05d}"
        else:
            record["title"] = f"{record['title']} (revised)"
            record["versions"] = [
                *(record["versions"] or []),
                {"version": "v99", "created": "Tue, 2 Jun 2026 10:00:00 GMT"},
            ]
    answers = folder / "page"
    answers.mkdir(exist_ok=True)
    page = render_answer(
        datetime(2026, 6, 2, tzinfo=UTC),
        "http://127.0.0.1/oai",
        {"verb": "ListRecords"},
        f"<ListRecords>{render_records([record_of(one) for one in told])}<resumptionToken/></ListRecords>",
    )
    (answers / f"page-{time.time_ns()}.xml").write_text(page, encoding="utf-8")
    with open_database(folder / "archive" / "archive.duckdb") as connection:
        archive = Archive(
            connection,
            folder / "archive" / "ids.csv",
            "AG",
            folder / "raw",
            30,
            lambda: datetime.now(UTC),
            time.sleep,
            silent,
        )
        start = time.monotonic()
        report = take_in(OaiFolderSettings(name="page", kind="oai-folder", origin="arxiv", path=answers), archive)
        seconds = time.monotonic() - start
    print(f"  {report.new:,} new, {report.revised:,} revised, {report.rejected:,} rejected")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="preprints in the snapshot's shape, gzip")
    parser.add_argument("folder", type=Path, help="a folder to work in; the snapshot in it is made once")
    parser.add_argument("--records", type=int, default=2_900_000)
    arguments = parser.parse_args()
    folder, snapshot = arguments.folder, arguments.folder / "snapshot.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    if not snapshot.exists():
        make_snapshot(arguments.source, snapshot, arguments.records)
    for old in (folder / "baseline.duckdb", folder / "archive" / "archive.duckdb", folder / "archive" / "ids.csv"):
        old.unlink(missing_ok=True)
    config = folder / "antigravity.toml"
    config.write_text(CONFIG.format(snapshot=snapshot.as_posix()), encoding="utf-8")
    size = snapshot.stat().st_size
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors; {size / 1e9:.2f} GB of JSON lines"
    )

    baseline, took = run([sys.executable, "-c", BASELINE, str(snapshot), str(folder / "baseline.duckdb")])
    on_disk = (folder / "baseline.duckdb").stat().st_size
    print(f"read_json into a table: {baseline:.1f} s, {took}, {on_disk / 1e9:.2f} GB on disk")
    ingest = [sys.executable, "-m", "pipeline.cli", "ingest", "--config", str(config)]
    ours, took = run(ingest)
    on_disk = (folder / "archive" / "archive.duckdb").stat().st_size
    ledger = (folder / "archive" / "ids.csv").stat().st_size
    print(f"antigravity ingest:     {ours:.1f} s, {took}, {on_disk / 1e9:.2f} GB on disk,")
    print(
        f"                        ledger {ledger / 1e6:.0f} MB, {arguments.records / ours:,.0f} records/s: {ours / baseline:.2f} times"
    )
    again, took = run(ingest)
    print(f"again, nothing changed: {again:.1f} s, {took}")
    print(f"2,500 arXivRaw records: {page_on_top(folder):.2f} s on top of it")


if __name__ == "__main__":
    main()
