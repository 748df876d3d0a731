"""Open everything that a night works with, and put the reports of its steps together. [edge]"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.answer.engines import Engine
from pipeline.answer.engines.llama_cpp import LlamaCppEngine
from pipeline.answer.engines.openai import OpenAIEngine
from pipeline.embed.encoder import SentenceEncoder
from pipeline.models.catalogue import find_entry, judge_threshold
from pipeline.models.folder import folder_of
from pipeline.progress import Progress
from pipeline.records import StepReport
from pipeline.retrieve.reranker import open_reranker
from pipeline.settings import AnswerSettings, Settings, VerifySettings
from pipeline.settings_paths import NO_FOLDER
from pipeline.steps import Night
from pipeline.store.database import open_database
from pipeline.verify.judge import Judge, LanguageJudge
from pipeline.verify.nli import NliJudge
from pipeline.verify.readout import LayerReader, ReadoutJudge, find_readout

JUDGE_THRESHOLD = 0.8
"""For judges that the catalogue does not know."""


@contextmanager
def open_night(settings: Settings, progress: Progress) -> Iterator[Night]:
    """The archive, opened, with both models named but not yet loaded."""
    encoder, engine = SentenceEncoder(settings.embed), open_engine(settings.answer)
    reranker = open_reranker(settings.retrieve, settings.answer.models, lambda: engine)
    judge = open_judge(settings.verify, engine, settings.answer.models) if settings.verify.paraphrases else None
    with open_database(settings.archive.database) as connection:
        yield Night(
            settings,
            connection,
            encoder,
            engine,
            now=lambda: datetime.now(UTC),
            sleep=time.sleep,
            progress=progress,
            reranker=reranker,
            judge=judge,
            started=datetime.now(UTC),
        )


def open_engine(settings: AnswerSettings) -> Engine:
    """The engine that the settings name. Raises ModelError where they name no model that is there."""
    return OpenAIEngine(settings) if settings.engine == "openai" else LlamaCppEngine(settings)


def open_judge(settings: VerifySettings, engine: Engine, models: Path) -> Judge | None:
    """The judge that the settings name; None where they name none, or leave it to a model that is no good at it."""
    measured = judge_threshold(engine.sha256)
    if settings.judge == "none" or (settings.judge == "auto" and measured is None):
        return None
    if settings.judge in NO_FOLDER:
        threshold = settings.judge_threshold or measured or JUDGE_THRESHOLD
        readout = find_readout(engine.sha256)
        if readout and isinstance(engine, LayerReader):
            return ReadoutJudge(engine, readout, threshold)
        return LanguageJudge(engine, threshold)
    folder = folder_of(settings.judge, kind="judge", setting="verify.judge", models=models)
    entry = find_entry(settings.judge)
    threshold = settings.judge_threshold or (entry and entry.judge_threshold) or JUDGE_THRESHOLD
    return NliJudge(folder, threshold)


def report_document(reports: Sequence[StepReport]) -> dict[str, Any]:
    """What `--json` prints: the steps, and their sums."""
    return {
        "steps": [
            {
                key: value
                for key, value in asdict(report).items()
                if key in ("name", "done", "skipped", "failed", "seconds")
                or (key in ("sources", "warnings", "waiting") and value)
            }
            for report in reports
        ],
        "model_calls": sum(report.model_calls for report in reports),
        "embedded": sum(report.embedded for report in reports),
        "pages_written": sum(report.pages_written for report in reports),
        "files_written": sum(report.files_written for report in reports),
        "lost_sources": sum(report.lost_sources for report in reports),
        "warnings": [warning for report in reports for warning in report.warnings],
    }


def night_document(
    reports: Sequence[StepReport], started: datetime, stale: Sequence[str] = (), problem: str = ""
) -> dict[str, Any]:
    """The report of a night: its steps, when it began, sources that went stale, and why it broke off where it did."""
    document = report_document(reports)
    return document | {
        "warnings": [*document["warnings"], *stale],
        "started": started.isoformat(timespec="seconds"),
        "stale_sources": list(stale),
        "problem": problem,
    }


def render_report(document: Mapping[str, Any]) -> str:
    """The report of a night as Markdown, for people."""
    rows = "".join(
        f"| {step['name']} | {step['done']:,} | {step['skipped']:,} | {step['failed']:,} | {step['seconds']:,.1f} |\n"
        for step in document["steps"]
    )
    problem = f"**It broke off: {document['problem']}**\n\n" if document.get("problem") else ""
    warnings = "".join(f"- {warning}\n" for warning in document["warnings"])
    table = f"| step | done | skipped | failed | seconds |\n| --- | ---: | ---: | ---: | ---: |\n{rows}"
    return f"{problem}{table}" + (f"\n{warnings}" if warnings else "")
