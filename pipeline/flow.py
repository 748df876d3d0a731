"""The flows: the plain steps as Prefect tasks, tried again where that may help. Only this file imports Prefect."""

import atexit
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import Task, flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from pipeline import __version__
from pipeline.errors import PipelineError
from pipeline.eval.sets import BOX, refuse_drops, run_set
from pipeline.journal import Journal
from pipeline.models.catalogue import find_entry
from pipeline.models.pull import pull_model
from pipeline.night import night_document, open_night, render_report, report_document
from pipeline.progress import shown
from pipeline.records import StepReport
from pipeline.settings import Settings, read_settings
from pipeline.steps import STEPS, Night, render
from pipeline.store.harvest import load_last_ends
from pipeline.store.runs import save_run
from pipeline.watch import conclude, stale_sources

HOUR = 3600


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


@flow(name="nightly", timeout_seconds=23 * HOUR, persist_result=False, validate_parameters=True)
def nightly(config: str = "antigravity.toml") -> dict[str, Any]:
    """Ingest, embed, retrieve, answer, verify, render; returns the report of every step.

    Whoever should look is told (`[run]` of the settings), whether the night came to its end or not.
    """
    settings, started = read_settings(Path(config)), datetime.now(UTC)
    journal = Journal(settings.run.log, started)
    journal.tell("night-began", version=__version__)
    reports: list[StepReport] = []
    try:
        stale = _run_steps(settings, reports, started, journal)
    except Exception as error:
        _conclude(settings, night_document(reports, started, problem=f"{type(error).__name__}: {error}"), journal)
        raise
    for warning in stale:
        get_run_logger().warning("%s", warning)
    return _conclude(settings, night_document(reports, started, stale), journal)


def _run_steps(settings: Settings, reports: list[StepReport], started: datetime, journal: Journal) -> list[str]:
    """Run every step, and add its report; returns the warnings of stale sources."""
    log = get_run_logger()
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
            [facts] = report_document([report])["steps"]
            journal.tell("step", **{"step" if key == "name" else key: value for key, value in facts.items()})
            for warning in report.warnings:
                log.warning("%s", warning)
            # before the next: the site tells of it
            save_run(night.connection, started=started.replace(tzinfo=None), report=report_document(reports))
        ends, names = load_last_ends(night.connection), [source.name for source in settings.sources]
        return stale_sources(ends, names, datetime.now(UTC).replace(tzinfo=None), settings.run.stale_days)


def _conclude(settings: Settings, document: dict[str, Any], journal: Journal) -> dict[str, Any]:
    """Tell whoever should look, and show the report to Prefect; returns it with what failed of that itself."""
    troubles = conclude(settings.run, document, journal)  # first: Prefect's server may be what broke off
    for trouble in troubles:
        get_run_logger().warning("%s", trouble)
    document = document | {"warnings": [*document["warnings"], *troubles]}
    create_markdown_artifact(key="night", markdown=render_report(document), description="What the night did")
    return document


@flow(name="rebuild-site", timeout_seconds=2 * HOUR, persist_result=False, validate_parameters=True)
def rebuild_site(config: str = "antigravity.toml") -> dict[str, Any]:
    """Render alone: after templates, settings or questions changed."""
    settings = read_settings(Path(config))
    with shown() as progress, open_night(settings, progress) as night:
        return report_document([step_task(render, settings)(night)])


@flow(name="refresh-models", timeout_seconds=12 * HOUR, persist_result=False, validate_parameters=True)
def refresh_models(config: str = "antigravity.toml") -> list[str]:
    """Hash the models that the settings name, and fetch what is missing or damaged; returns what was fetched."""
    settings = read_settings(Path(config))
    fetched: list[str] = []
    for name in (settings.answer.model, settings.embed.model):
        if entry := find_entry(name):
            with shown() as progress:
                fetched += map(str, pull_model(entry, settings.answer.models, settings.answer.models_from, progress))
    return fetched


@flow(name="evaluate", timeout_seconds=6 * HOUR, persist_result=False, validate_parameters=True)
def evaluate(config: str = "evaluation/box.toml", folder: str = "evaluation") -> dict[str, Any]:
    """Ask the labelled questions over the box; raises PipelineError where they are answered worse than the figures kept."""
    with shown() as progress, open_night(read_settings(Path(config)), progress) as night:
        run = run_set(night, Path(folder), BOX)
    refuse_drops([run], Path(folder))
    return run.document()
