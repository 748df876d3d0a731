"""The Nu HTML checker over a page of every type, the style sheet and the pictures: what it calls an error is one."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.real_site import RealSite
from tests.render.samples import archive, render

KINDS = (".html", ".css", ".svg")
JAR = "VNU_JAR"
"""Names the checker's `vnu.jar`, where no `vnu` is on the path."""
UNKNOWN = (
    "CSS: “r”: Property “r” doesn't exist.",  # SVG 2, 7.4
    "CSS: “paint-order”: Property “paint-order” doesn't exist.",  # SVG 2, 13.8
    "CSS: “display”: “math” is not a “display” value.",  # MathML Core, 4.2.1
)
"""What its style sheet checker does not know, and every browser does."""


@pytest.fixture(scope="session")
def checker() -> list[str]:
    jar = os.environ.get(JAR, "")
    if Path(jar).is_file() and shutil.which("java"):
        return ["java", "-jar", jar]
    if shutil.which("vnu"):
        return ["vnu"]
    pytest.skip(f"NO HTML CHECKER on this machine: npm install vnu-jar and Java, and name its vnu.jar in {JAR}")


def check(checker: list[str], folder: Path) -> list[str]:
    """The errors in all HTML, CSS and SVG files below a folder that are ours: file, line, message."""
    options = ["--also-check-css", "--also-check-svg", "--errors-only", "--format", "json", "--exit-zero-always"]
    files = sorted(str(file) for file in folder.rglob("*") if file.suffix in KINDS and "pagefind" not in file.parts)
    done = subprocess.run([*checker, *options, *files], capture_output=True, text=True, check=True)
    messages = json.loads(done.stderr or done.stdout)["messages"]
    return [
        f"{Path(one['url'].removeprefix('file:')).relative_to(folder)}:{one.get('lastLine')}: {one['message']}"
        for one in messages
        if one["type"] != "info" and one["message"] not in UNKNOWN
    ]


def test_every_page_type_is_valid_html(checker: list[str], tmp_path: Path) -> None:
    for page in render(archive()):
        if page.path.endswith(KINDS):
            (tmp_path / page.path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / page.path).write_bytes(page.content)
    assert len(list(tmp_path.rglob("*.html"))) > 20
    assert check(checker, tmp_path) == []


def test_the_checker_is_asked(checker: list[str], tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>x</title><p><div></div></p>", encoding="utf-8")
    (tmp_path / "a.css").write_text("p { colour: red }", encoding="utf-8")
    found = check(checker, tmp_path)
    assert any(one.startswith("index.html:") for one in found)
    assert any(one.startswith("a.css:") for one in found)


@pytest.mark.models
def test_the_pages_of_the_box_are_valid(checker: list[str], real_site: RealSite) -> None:
    assert check(checker, real_site.folder) == []
