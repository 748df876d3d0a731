"""Open everything that a night works with, and put the reports of its steps together. [edge]"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pipeline.answer.engines import Engine
from pipeline.answer.engines.llama_cpp import LlamaCppEngine
from pipeline.answer.engines.openai import OpenAIEngine
from pipeline.embed.encoder import SentenceEncoder
from pipeline.progress import Progress
from pipeline.records import StepReport
from pipeline.retrieve.reranker import open_reranker
from pipeline.settings import AnswerSettings, Settings
from pipeline.steps import Night
from pipeline.store.database import open_database


@contextmanager
def open_night(settings: Settings, progress: Progress) -> Iterator[Night]:
    """The archive, opened, with both models named but not yet loaded."""
    encoder, engine = SentenceEncoder(settings.embed), open_engine(settings.answer)
    reranker = open_reranker(settings.retrieve, settings.answer.models, lambda: engine)
    with open_database(settings.archive.database) as connection:
        yield Night(settings, connection, encoder, engine, lambda: datetime.now(UTC), time.sleep, progress, reranker)


def open_engine(settings: AnswerSettings) -> Engine:
    """The engine that the settings name. Raises ModelError where they name no model that is there."""
    return OpenAIEngine(settings) if settings.engine == "openai" else LlamaCppEngine(settings)


def report_document(reports: Sequence[StepReport]) -> dict[str, Any]:
    """What `--json` prints: the steps, and their sums."""
    return {
        "steps": [
            {
                key: value
                for key, value in asdict(report).items()
                if key in ("name", "done", "skipped", "failed", "seconds") or (key in ("sources", "warnings") and value)
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
