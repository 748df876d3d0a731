"""What the documents and messages tell a reader to type is there to be typed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    {
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *ROOT.glob("*.md"),
        *ROOT.glob("questions/README.md"),
        *ROOT.glob("docs/**/*.md"),
    }
)
TARGET = r"make(?: +[A-Z_]+=\S+)* +([a-z][a-z-]*)"
SAID = re.compile(rf"`{TARGET}|^ *(?:\$ )?{TARGET}(?= *(?:$|#|[A-Z_]+=))", re.MULTILINE)
"""In code marks, or a line of its own."""
TOLD = re.compile(r"\brun make ([a-z][a-z-]*)")
"""In a message of the program."""


def named(texts: dict[str, str], pattern: re.Pattern[str]) -> dict[str, set[str]]:
    """Targets by the file that names them."""
    found = {
        name: {next(filter(None, match.groups())) for match in pattern.finditer(text)} for name, text in texts.items()
    }
    return {name: targets for name, targets in found.items() if targets}


@pytest.fixture(scope="module")
def listed() -> set[str]:
    if shutil.which("make") is None:
        pytest.skip("NO MAKE on this machine")
    # Under `make test` this is a make within a make, which would print its directory too.
    command = ["make", "--no-print-directory", "help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    targets = re.findall(r"^  make ([a-z-]+) +\S", done.stdout, re.MULTILINE)
    assert len(targets) == len(done.stdout.splitlines())
    return set(targets)


def test_help_lists_the_two_commands_that_matter(listed: set[str]) -> None:
    assert {"site", "test", "check", "help"} <= listed


def test_every_target_that_a_document_names_is_listed(listed: set[str]) -> None:
    texts = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in DOCUMENTS if file.exists()}
    found = named(texts, SAID)
    assert {"setup", "check", "test"} <= found["CONTRIBUTING.md"]
    assert {name: targets - listed for name, targets in found.items() if targets - listed} == {}


def test_every_target_that_a_message_names_is_listed(listed: set[str]) -> None:
    files = [*(ROOT / "pipeline").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    found = named({file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}, TOLD)
    assert found
    assert {name: targets - listed for name, targets in found.items() if targets - listed} == {}


def test_every_target_of_the_makefile_is_no_file() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.findall(r"^\.PHONY:(.*)$", text, re.MULTILINE)[0].split())
    assert set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE)) == phony
