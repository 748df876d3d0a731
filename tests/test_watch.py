"""What an operator is told: quiet when all is well, and never a reason for the night to fail."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline.journal import Journal
from pipeline.records import HarvestReport
from pipeline.settings import RunSettings
from pipeline.store.database import Connection
from pipeline.store.harvest import LastEnd, load_last_ends, save_harvest
from pipeline.watch import conclude, is_alarming, stale_sources, write_metrics

NOW = datetime(2026, 3, 1, 3, 17)
QUIET = Journal(None, NOW)
STEP = {"name": "ingest", "done": 3, "skipped": 2, "failed": 1, "seconds": 0.5}
SOURCE = {"source": "arxiv", "records": 5, "new": 2, "revised": 1, "withdrawn": 0, "rejected": 1}
WELL: dict[str, Any] = {
    "steps": [STEP | {"sources": [SOURCE]}],
    "model_calls": 4,
    "warnings": ["one"],
    "lost_sources": 0,
    "stale_sources": [],
    "problem": "",
    "started": "2026-03-01T03:17:00+00:00",
}
BAD = WELL | {"problem": "KeyError: 'x'"}
KEEP = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"


def run_settings(folder: Path, **settings: Any) -> RunSettings:
    return RunSettings(**{"report": folder / "deep" / "report.json"} | settings)


@pytest.mark.parametrize(
    ("change", "alarming"),
    [
        ({}, False),
        ({"warnings": ["many"] * 9}, False),
        ({"problem": "it broke off"}, True),
        ({"lost_sources": 1}, True),
        ({"stale_sources": ["source x is stale"]}, True),
    ],
)
def test_an_alarm_is_for_what_someone_must_look_at(change: dict[str, Any], alarming: bool) -> None:
    assert is_alarming(WELL | change) is alarming


@pytest.mark.parametrize(
    ("since", "ever", "days", "told"),
    [
        (NOW - timedelta(days=8), True, 7, "source arxiv is stale: last read to its end on 2026-02-21, more than 7 days ago"),
        (NOW - timedelta(days=8), False, 7, "source arxiv is stale: never read to its end, and first tried on 2026-02-21"),
        (NOW - timedelta(days=6), True, 7, ""),
        (NOW - timedelta(days=99), True, 0, ""),
    ],
)  # fmt: skip
def test_a_source_goes_stale_after_so_many_days(since: datetime, ever: bool, days: int, told: str) -> None:
    found = stale_sources({"arxiv": LastEnd(since, ever), "dropped": LastEnd(since, ever)}, ["arxiv", "new"], NOW, days)
    assert [one[: len(told)] for one in found] == ([told] if told else [])


def test_the_last_end_of_a_source_is_read_from_its_harvests(connection: Connection) -> None:
    for day, failed in ((1, False), (2, False), (3, True)):
        save_harvest(connection, started=datetime(2026, 1, day), report=HarvestReport("arxiv", failed=failed))
    save_harvest(connection, started=datetime(2026, 1, 5), report=HarvestReport("osf", failed=True))
    assert load_last_ends(connection) == {
        "arxiv": LastEnd(datetime(2026, 1, 2), True),
        "osf": LastEnd(datetime(2026, 1, 5), False),
    }


def test_the_report_is_written_and_nothing_is_called_when_all_is_well(tmp_path: Path) -> None:
    settings = run_settings(tmp_path, on_failure=(sys.executable, "-c", KEEP, str(tmp_path / "alarm")))
    assert conclude(settings, WELL, QUIET) == []
    assert json.loads(settings.report.read_text()) == WELL
    assert not (tmp_path / "alarm").exists()
    assert [path.name for path in settings.report.parent.iterdir()] == ["report.json"]


def test_the_log_ends_with_the_warnings_and_with_what_became_of_the_night(tmp_path: Path) -> None:
    for document in (WELL, BAD):
        assert conclude(run_settings(tmp_path), document, Journal(tmp_path / "night.log", NOW)) == []
    lines = [json.loads(line) for line in (tmp_path / "night.log").read_text().splitlines()]
    assert [(line["event"], line.get("message"), line.get("ok"), line.get("problem")) for line in lines] == [
        ("warning", "one", None, None),
        ("night-ended", None, True, ""),
        ("warning", "one", None, None),
        ("night-ended", None, False, "KeyError: 'x'"),
    ]


def test_a_log_that_cannot_be_written_is_told_beside_the_rest(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    [problem] = conclude(run_settings(tmp_path), WELL, Journal(tmp_path / "file" / "night.log", NOW))
    assert problem.startswith("run.log could not be written")


def test_the_command_gets_the_report_and_no_shell_reads_its_arguments(tmp_path: Path) -> None:
    target = tmp_path / "alarm $(touch evil); touch evil"
    assert conclude(run_settings(tmp_path, on_failure=(sys.executable, "-c", KEEP, str(target))), BAD, QUIET) == []
    assert json.loads(target.read_text()) == BAD
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("/no/such/command",), "could not be run"),
        ((sys.executable, "-c", "import sys; sys.exit('no mail today')"), "ended with 1: no mail today"),
    ],
)
def test_a_hook_that_fails_is_told_and_no_more(tmp_path: Path, command: tuple[str, ...], told: str) -> None:
    [problem] = conclude(run_settings(tmp_path, on_failure=command), BAD, QUIET)
    assert told in problem


@pytest.fixture
def server() -> Iterator[tuple[str, list[Any]]]:
    """An address on loopback, and what was posted there; `/no` refuses."""
    posted: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(500 if self.path == "/no" else 200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    listening = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=listening.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}", posted
    listening.shutdown()
    thread.join()
    listening.server_close()


def test_the_webhook_gets_the_report_and_its_refusal_is_told(tmp_path: Path, server: tuple[str, list[Any]]) -> None:
    address, posted = server
    assert conclude(run_settings(tmp_path, webhook=f"{address}/hook"), BAD, QUIET) == []
    assert posted == [BAD]
    [problem] = conclude(run_settings(tmp_path, webhook=f"{address}/no"), BAD, QUIET)
    assert "run.webhook could not be called" in problem and "500" in problem
    [unreachable] = conclude(run_settings(tmp_path, webhook="http://127.0.0.1:1/"), BAD, QUIET)
    assert "run.webhook could not be called" in unreachable


def test_metrics_can_be_read_by_prometheus(tmp_path: Path) -> None:
    write_metrics(tmp_path / "new" / "antigravity.prom", BAD | {"stale_sources": ["x"]})
    text = (tmp_path / "new" / "antigravity.prom").read_text()
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found[("antigravity_run_ok",)] == 0
    assert found[("antigravity_run_started_timestamp_seconds",)] == 1772335020
    assert found[("antigravity_run_stale_sources",)] == 1
    assert found[("antigravity_step_done", "ingest")] == 3
    assert found[("antigravity_source_new", "arxiv")] == 2


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "deep").write_text("a file")
    [problem] = conclude(run_settings(tmp_path), WELL, QUIET)
    assert "could not be written" in problem
