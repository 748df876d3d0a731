"""Thirty nights in a row: `antigravity nightly` against an OAI-PMH server on loopback, with every night's report checked.

    python benchmarks/thirty_nights.py ../shared/data/arxiv/arxiv_full.jsonl.gz /tmp/thirty --questions 3

The server holds the preprints of June 2026 by their update date; each night it shows those of one more day. Mixed in on every
night with new preprints: a new version with another abstract, a new version with the same text, a journal reference that is
added; on the twelfth night a withdrawal. Checked after every night: what the report says is new, revised, unchanged and
withdrawn; that the ledger only grew; that every preprint kept its id; that a night without news calls no model, embeds
nothing and writes no file; and that files whose bytes did not change were not written.
"""

import argparse
import csv
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.render.trees import MARK  # noqa: E402  # the path comes first
from tests.oai_server import OaiServer, serving  # noqa: E402  # the path comes first
from tests.oai_xml import ServedRecord, record_of  # noqa: E402

FIRST, NIGHTS = date(2026, 6, 1), 30
WITHDRAWAL_NIGHT = 12
CONFIG = """
[site]
base_url = "https://example.org/archive/"

[render]
templates = "{templates}"

[embed]
max_tokens = {tokens}

[[sources]]
name = "arxiv"
kind = "arxiv-oai"
base_url = "{url}"
start = "{first}"
pace_seconds = 0.1
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a night's report must say."""

    new: int
    revised: int
    unchanged: int
    withdrawn: int


def read_days(source: Path) -> dict[date, list[dict[str, Any]]]:
    """Records of June 2026 by their update date."""
    days: dict[date, list[dict[str, Any]]] = {}
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if str(record.get("update_date")).startswith("2026-06"):
                days.setdefault(date.fromisoformat(record["update_date"]), []).append(record)
    return days


def begin_night(server: OaiServer, today: list[dict[str, Any]], day: date, night: int) -> Expected:
    """Let the server show one more day; `from` is the day before the last harvest's, so two days' records come again."""
    again = sum(record.datestamp >= day - timedelta(2) for record in server.records)
    known = [record for record in server.records if record.datestamp < day - timedelta(2)]
    revised: list[ServedRecord] = []
    if today and len(known) > 40:
        reworded, same_text, published, withdrawn = (known[night * step % len(known)] for step in (7, 11, 13, 17))
        revised = list({one.id: one for one in (reworded, same_text, published)}.values())
        reworded.revise(
            day, abstract=f"{reworded.abstract.rstrip()} A further experiment was added on night {night}.\n"
        )
        same_text.revise(day)
        published.touch(day, journal_ref=f"Journal of Nights {night} (2026)")
        if night >= WITHDRAWAL_NIGHT and not any("withdrawn" in record.comments for record in server.records):
            withdrawn.revise(day, comments="This paper has been withdrawn by the authors due to an error.")
            revised = list({one.id: one for one in (*revised, withdrawn)}.values())
    withdrawn_now = sum("withdrawn by the authors" in one.comments and one.datestamp == day for one in revised)
    server.records += [record_of(record, day) for record in today]
    moment = datetime.combine(day, clock_time(23), UTC)
    server.clock = lambda: moment
    return Expected(len(today), len(revised), again, withdrawn_now)


def read_ids(ledger: Path) -> dict[str, str]:
    with ledger.open(encoding="utf-8") as lines:
        return {row["source_id"]: row["archive_id"] for row in csv.DictReader(lines)}


def read_site(output: Path) -> dict[str, tuple[str, int]]:
    """Digest and time of change of every file but the mark, which each of the two trees has for itself."""
    return {
        file.relative_to(output).as_posix(): (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns)
        for file in output.rglob("*")
        if file.is_file() and file.name != MARK
    }


def run_night(config: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "nightly", "--json", "--config", str(config)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the night ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def run_steps(config: Path) -> dict[str, Any]:
    """The night's steps in this process, without the command and Prefect around them."""
    from pipeline.night import open_night, report_document
    from pipeline.progress import silent
    from pipeline.settings import read_settings
    from pipeline.steps import STEPS

    with open_night(read_settings(config), silent) as night:
        return report_document([step(night) for step in STEPS])


def check(name: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise SystemExit(f"{name}: {found}, wanted {wanted}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="preprints in the snapshot's shape, gzip")
    parser.add_argument("folder", type=Path, help="a folder to work in; what is in it is removed first")
    parser.add_argument("--questions", type=int, default=3, help="how many of the curated questions to keep answered")
    parser.add_argument("--nights", type=int, default=NIGHTS)
    parser.add_argument(
        "--tokens", type=int, default=256, help="how much of an abstract is embedded; less where the machine is slow"
    )
    parser.add_argument(
        "--steps", action="store_true", help="run the steps alone: Prefect's start takes most of a night"
    )
    parser.add_argument(
        "--per-day", type=int, default=None, help="show so many of each day's preprints; all by default"
    )
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "questions").mkdir(parents=True)
    shutil.copy(ROOT / "questions" / "topics.toml", folder / "questions")
    files = sorted(file for file in (ROOT / "questions").glob("*.md") if file.name != "README.md")
    for file in files[: arguments.questions]:
        shutil.copy(file, folder / "questions")
    days = read_days(arguments.source)
    ledger, output = folder / "archive" / "ids.csv", folder / "output"
    with serving([], page_size=2_500) as server:
        config = folder / "antigravity.toml"
        templates = (ROOT / "site_templates").as_posix()
        text = CONFIG.format(templates=templates, tokens=arguments.tokens, url=server.url, first=FIRST)
        config.write_text(text, encoding="utf-8")
        print(
            f"{'night':<12}{'new':>6}{'revised':>9}{'unchanged':>11}{'withdrawn':>11}{'calls':>7}{'files':>7}{'seconds':>9}"
        )
        ids: dict[str, str] = {}
        ledger_before = b""
        site: dict[str, tuple[str, int]] = {}
        for night in range(1, arguments.nights + 1):
            day = FIRST + timedelta(night - 1)
            expected = begin_night(server, days.get(day, [])[: arguments.per_day], day, night)
            start = time.monotonic()
            report = (run_steps if arguments.steps else run_night)(config)
            seconds = time.monotonic() - start
            [source] = report["steps"][0]["sources"]
            found = Expected(source["new"], source["revised"], source["unchanged"], source["withdrawn"])
            check(f"{day}: the report", found, expected)
            check(f"{day}: rejected", source["rejected"], 0)
            check(f"{day}: the ledger only grew", ledger.read_bytes()[: len(ledger_before)], ledger_before)
            now = read_ids(ledger)
            check(f"{day}: ids kept", {key: now.get(key) for key in ids}, ids)
            check(f"{day}: ids given", len(now) - len(ids), expected.new)
            check(f"{day}: no id twice", len(set(now.values())), len(now))
            after = read_site(output)
            same = {name for name, (digest, _) in after.items() if name in site and site[name][0] == digest}
            rewritten = sorted(name for name in same if site[name] != after[name])
            check(f"{day}: files that did not change and were written all the same", rewritten, [])
            changed = (after.keys() - same) | (site.keys() - after.keys())
            if not (expected.new or expected.revised):
                quiet = (report["model_calls"], report["embedded"], changed)
                check(f"{day}: a night without news", quiet, (0, 0, set()))
            print(
                f"{day!s:<12}{found.new:>6}{found.revised:>9}{found.unchanged:>11}{found.withdrawn:>11}"
                f"{report['model_calls']:>7}{len(changed):>7}{seconds:>9.1f}",
                flush=True,
            )
            ids, ledger_before, site = now, ledger.read_bytes(), after
    print(f"{arguments.nights} nights, {len(ids):,} preprints: every report right, every id kept")


if __name__ == "__main__":
    main()
