"""The nightly run as a Prefect flow: the plain steps as tasks, tried again where that may help. Only this file imports Prefect."""

import atexit
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import Task, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from pipeline.errors import PipelineError
from pipeline.night import open_night, report_document
from pipeline.progress import shown
from pipeline.records import StepReport
from pipeline.settings import Settings, read_settings
from pipeline.steps import STEPS, Night
from pipeline.store.runs import save_run


def hush_stderr() -> None:
    """Send what C code still prints at the very end nowhere; for atexit, which runs it after all that registered later."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


# Prefect's threads outlive the interpreter's last line, and DuckDB's bindings then list all their types as leaked.
atexit.register(hush_stderr)


def may_help(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether trying the step again may help: the error says so."""
    error = state.data if isinstance(state.data, BaseException) else getattr(state.data, "result", None)
    return isinstance(error, PipelineError) and error.retryable


def step_task(step: Callable[[Night], StepReport], settings: Settings) -> Task[[Night], StepReport]:
    """The step as a Prefect task of the same name. Its input is an open database, so nothing of it is cached or stored."""
    return task(
        name=step.__name__,
        retries=settings.run.retries,
        retry_delay_seconds=settings.run.retry_delay_seconds,
        retry_condition_fn=may_help,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(step)


@flow(name="nightly", persist_result=False, validate_parameters=True)
def nightly(config: str = "antigravity.toml") -> dict[str, Any]:
    """Ingest, embed, retrieve, answer, verify, render; returns the report of every step."""
    settings = read_settings(Path(config))
    log = get_run_logger()
    started = datetime.now(UTC).replace(tzinfo=None)
    reports: list[StepReport] = []
    with shown() as progress, open_night(settings, progress) as night:
        for step in STEPS:
            report = step_task(step, settings)(night)
            reports.append(report)
            log.info(
                "%s: %d done, %d skipped, %d failed, %.1f s",
                report.name,
                report.done,
                report.skipped,
                report.failed,
                report.seconds,
            )
            for warning in report.warnings:
                log.warning("%s", warning)
            document = report_document(reports)
            save_run(night.connection, started=started, report=document)  # before the next: the site tells of it
    return document
