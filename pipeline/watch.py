"""What an operator who is asleep is told of a night: a report, metrics, and an alarm where it went wrong. [edge]

Quiet when all is well: the hooks of `[run]` are called only after a night that failed, lost a source, or left one to go stale.
"""

import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.journal import Journal
from pipeline.settings import RunSettings
from pipeline.store.harvest import LastEnd
from pipeline.swap import write_aside

HOOK_SECONDS = 60
"""What a hook may take."""
STEP_FIGURES = ("done", "skipped", "failed", "seconds")
SOURCE_FIGURES = ("records", "new", "revised", "withdrawn", "rejected")


def stale_sources(ends: Mapping[str, LastEnd], names: Sequence[str], now: datetime, days: int) -> list[str]:
    """A warning for each source that was not read to its end for more than so many days; none where `days` is 0."""
    found = []
    for name in names:
        end = ends.get(name)
        if days and end and now - end.since > timedelta(days=days):
            told = "last read to its end" if end.ever else "never read to its end, and first tried"
            found.append(f"source {name} is stale: {told} on {end.since:%Y-%m-%d}, more than {days} days ago")
    return found


def is_alarming(document: Mapping[str, Any]) -> bool:
    """Whether someone should look: the night broke off, lost a source, or left one to go stale."""
    return bool(document.get("problem") or document["lost_sources"] or document.get("stale_sources"))


def conclude(settings: RunSettings, document: Mapping[str, Any], journal: Journal) -> list[str]:
    """Write the report and the metrics, and call the hooks where someone should look. Returns what failed of that itself.

    `document` is the report of the night, with `problem` (empty where it came to its end) and `started`.
    """
    problems = []
    try:
        write_aside(settings.report, json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")
        if settings.metrics:
            write_metrics(settings.metrics, document)
    except OSError as error:
        problems.append(f"the report of the night could not be written: {error}")
    if is_alarming(document):
        problems += [*_call_command(settings.on_failure, document), *_call_webhook(settings.webhook, document)]
    for warning in (*document["warnings"], *problems):
        journal.tell("warning", message=warning)
    journal.tell("night-ended", ok=not is_alarming(document), problem=document["problem"])
    return [*problems, *([journal.problem] if journal.problem else [])]


def write_metrics(path: Path, document: Mapping[str, Any]) -> None:
    """For the textfile collector of Prometheus' node exporter, written aside and renamed."""
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    registry = CollectorRegistry()

    def gauge(name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"antigravity_{name}", about, labels, registry=registry)

    started = datetime.fromisoformat(document["started"])
    gauge("run_started_timestamp_seconds", "When the last night began.").set(started.timestamp())
    gauge("run_ok", "1 where nobody has to look.").set(not is_alarming(document))
    gauge("run_stale_sources", "Sources that were not read to their end for too long.").set(
        len(document.get("stale_sources", ()))
    )
    gauge("run_warnings", "Warnings of the last night.").set(len(document["warnings"]))
    gauge("run_model_calls", "Prompts that the model answered.").set(document["model_calls"])
    for figure in STEP_FIGURES:
        of_step = gauge(f"step_{figure}", f"What each step told as {figure}.", "step")
        for step in document["steps"]:
            of_step.labels(step["name"]).set(step[figure])
    sources = [source for step in document["steps"] for source in step.get("sources", ())]
    for figure in SOURCE_FIGURES:
        of_source = gauge(f"source_{figure}", f"What each source told as {figure}.", "source")
        for source in sources:
            of_source.labels(source["source"]).set(source[figure])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(path), registry)


def _call_command(command: Sequence[str], document: Mapping[str, Any]) -> list[str]:
    """Run the operator's command, without a shell, with the report on its stdin."""
    if not command:
        return []
    report = json.dumps(document, ensure_ascii=False, default=str)
    try:
        done = subprocess.run(command, input=report, text=True, capture_output=True, timeout=HOOK_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return [f"run.on_failure could not be run: {error}"]
    if done.returncode:
        return [f"run.on_failure ended with {done.returncode}: {(done.stderr or done.stdout).strip()[:300]}"]
    return []


def _call_webhook(address: str, document: Mapping[str, Any]) -> list[str]:
    """Post the report as JSON."""
    if not address:
        return []
    import httpx2

    report = json.dumps(document, ensure_ascii=False, default=str).encode()
    try:
        answer = httpx2.post(
            address, content=report, headers={"content-type": "application/json"}, timeout=HOOK_SECONDS
        )
        answer.raise_for_status()
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return [f"run.webhook could not be called: {error}"]
    return []
