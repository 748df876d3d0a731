"""A whole archive in a folder of its own, worked by the stand-ins: for tests of the night, the command line and the fire."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.answer.engines import Engine
from pipeline.progress import silent
from pipeline.records import StepReport
from pipeline.render.trees import MARK
from pipeline.settings import Settings, read_settings
from pipeline.steps import STEPS, Night, embed, ingest
from pipeline.store.answers import load_latest_answers
from pipeline.store.database import Connection, open_database
from tests.fakes import FakeEncoder, QuotingEngine

ROOT = Path(__file__).parents[1]
BOX = ROOT / "pipeline" / "sample" / "preprints.jsonl"
NOW = datetime(2026, 2, 1, 3, 17, tzinfo=UTC)
TOPICS = '[topics.medicine]\ntitle = "Medicine"\ndescription = "Images and illness."\n\n[topics.art]\ntitle = "Art"\n'
QUESTIONS = {
    "quantum-medical-images": """---
question: How accurately do hybrid quantum models classify medical images?
topics: [medicine]
facets: [quantum, classification]
order: 10
---
Figures should come with their dataset.
""",
    "quantum-diffusion": """---
question: Which image quality do quantum diffusion models reach?
topics: [medicine, art]
facets: [quantum | qubit, diffusion]
---
""",
    "coral-reefs": """---
question: How fast do coral reefs recover after bleaching?
topics: [medicine]
facets: [coral, bleaching]
---
""",
}


def box_records(count: int = 12) -> list[dict[str, Any]]:
    """The first preprints of the archive in the box."""
    with BOX.open(encoding="utf-8") as lines:
        return [json.loads(next(lines)) for _ in range(count)]


def write_records(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return path


def make_archive(folder: Path, records: Sequence[Mapping[str, Any]] | None = None) -> Path:
    """Write settings, questions and a source into a folder; returns the settings file."""
    questions = folder / "questions"
    questions.mkdir(parents=True)
    (questions / "topics.toml").write_text(TOPICS, encoding="utf-8")
    for slug, text in QUESTIONS.items():
        (questions / f"{slug}.md").write_text(text, encoding="utf-8")
    source = write_records(folder / "preprints.jsonl", box_records() if records is None else records)
    os.utime(source, (0, 0))  # the cursor, which is published, holds it: two archives of the same must be the same
    # models that can be named and hashed, never loaded: the command line needs no more while nothing is pending
    for name in ("mini/modules.json", "mini/model.safetensors", "tiny.gguf"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("GGUF" if name.endswith(".gguf") else "{}", encoding="utf-8")
    config = folder / "antigravity.toml"
    templates = (ROOT / "site_templates").as_posix()
    config.write_text(
        '[site]\nbase_url = "https://example.org/archive/"\n'
        f'[render]\ntemplates = "{templates}"\nsearch = false\n'
        '[embed]\nmodel = "mini"\n[answer]\nmodel = "tiny.gguf"\n'
        '[[sources]]\nname = "arxiv"\nkind = "jsonl"\npath = "preprints.jsonl"\n',
        encoding="utf-8",
    )
    return config


@contextmanager
def night(config: Path, engine: Engine | None = None, encoder: FakeEncoder | None = None) -> Iterator[Night]:
    """Everything that a step works with, the models stood in for."""
    settings = read_settings(config)
    with open_database(settings.archive.database) as connection:
        yield Night(
            settings, connection, encoder or FakeEncoder(), engine or QuotingEngine(), lambda: NOW, no_sleep, silent
        )


def no_sleep(seconds: float) -> None:
    """Files don't make anyone wait."""
    raise AssertionError(f"the night slept {seconds} s")


def run_night(config: Path, engine: Engine | None = None, encoder: FakeEncoder | None = None) -> dict[str, StepReport]:
    """All steps, one after the other; their reports by name."""
    with night(config, engine, encoder) as opened:
        return {step.__name__: step(opened) for step in STEPS}


def read_answers(config: Path) -> dict[str, Any]:
    """The newest answers, as plain data, the day aside."""
    with open_database(read_settings(config).archive.database) as connection:
        return {slug: asdict(answer) for slug, answer in load_latest_answers(connection).items()}


def read_ids(connection: Connection) -> dict[str, str]:
    """Archive ids by the source's id."""
    return dict(connection.execute("SELECT source_id, archive_id FROM preprints ORDER BY source_id").fetchall())


def read_site(settings: Settings) -> dict[str, bytes]:
    """Every file of the built site."""
    output = settings.render.output
    found = {path.relative_to(output).as_posix(): path.read_bytes() for path in output.rglob("*") if path.is_file()}
    found.pop(MARK, None)
    return found


@contextmanager
def embedded(config: Path) -> Iterator[Night]:
    """A night whose preprints are taken in and embedded, and nothing more."""
    with night(config) as opened:
        ingest(opened)
        embed(opened)
        yield opened
