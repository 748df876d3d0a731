"""The tutorial, word for word, in a copy of what a clone holds."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "tutorial.md"
COMMAND = f"""#!/bin/sh
PYTHONPATH="{ROOT}" exec "{sys.executable}" -m pipeline.cli "$@"
"""


def blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_the_tutorial_shows_what_matters() -> None:
    told = "\n".join(blocks())
    for command in ("questions check", "doctor", "nightly", "search", "check", "backup", "restore"):
        assert f"antigravity {command}" in told


@pytest.mark.models
def test_the_tutorial_runs_word_for_word(tmp_path: Path) -> None:
    for name in ("pipeline/sample", "site_templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    tool = tmp_path / ".venv" / "bin" / "antigravity"
    tool.parent.mkdir(parents=True)
    tool.write_text(COMMAND)
    tool.chmod(0o755)
    done = subprocess.run(
        ["sh", "-eux"],
        input="\n".join(blocks()),
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("ANTIGRAVITY_")}
        | {"ANTIGRAVITY_RENDER__MEANING": "false"},  # a minute for each archive made anew; tests/models show it
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "BAD" not in done.stdout + done.stderr
    assert done.stdout.count("12 preprints are back.") == 2
    page = tmp_path / "tutorial" / "output" / "q" / "quantum-models-on-medical-images" / "index.html"
    assert "How accurately do hybrid quantum models classify medical images?" in page.read_text(encoding="utf-8")
