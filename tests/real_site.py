"""The night over the archive in the box with the real models, and the site that it builds."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.night import open_night
from pipeline.progress import silent
from pipeline.records import StepReport
from pipeline.settings import Settings, read_settings
from pipeline.steps import STEPS

ROOT = Path(__file__).parents[1]
SUB_PATH = "some/path"
"""The site is published below the root of its host."""
REFERENCE = "quantum-hardware-for-chest-x-ray-diffusion"
RETIRED = "quantum-models-on-chest-x-rays"

SETTINGS = f"""
[site]
base_url = "https://archive.example/{SUB_PATH}/"
repository_url = "https://code.example/archive"

[[sources]]
name = "arxiv"
kind = "jsonl"
path = "{(ROOT / "pipeline/sample/preprints.jsonl").as_posix()}"

[render]
templates = "{(ROOT / "site_templates").as_posix()}"
"""
RETIRED_FILE = """---
question: How well do quantum models classify chest X-rays?
topics: [quantum-machine-learning]
status: retired
retired_because: Asked in wider terms by now.
---
"""
"""So that the site has a page of every kind; merged into another question, it would lead on to that one's page."""


@dataclass(frozen=True, slots=True)
class RealSite:
    """What a night over the box left behind."""

    settings: Settings
    reports: tuple[StepReport, ...]

    @property
    def folder(self) -> Path:
        return self.settings.render.output

    def document(self, slug: str) -> dict[str, Any]:
        """The `index.json` of a question."""
        document: dict[str, Any] = json.loads((self.folder / "q" / slug / "index.json").read_text(encoding="utf-8"))
        return document

    def html(self, slug: str) -> str:
        return (self.folder / "q" / slug / "index.html").read_text(encoding="utf-8")

    @property
    def answered_slugs(self) -> list[str]:
        """Every question that has a document: the active ones."""
        return sorted(file.parent.name for file in (self.folder / "q").glob("*/index.json"))


def build_real_site(folder: Path) -> RealSite:
    """Run every step over the box, with the repository's questions and one retired one, in a folder of its own."""
    shutil.copytree(ROOT / "questions", folder / "questions")
    (folder / "questions" / f"{RETIRED}.md").write_text(RETIRED_FILE, encoding="utf-8")
    (folder / "antigravity.toml").write_text(SETTINGS, encoding="utf-8")
    settings = read_settings(folder / "antigravity.toml")
    with open_night(settings, silent) as night:
        reports = tuple(step(night) for step in STEPS)
    return RealSite(settings, reports)
