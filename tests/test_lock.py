"""constraints.txt names everything that the project installs, at the version that is installed here."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;@]+)")
OTHER_BUILDS = ("cuda-", "nvidia-", "triton")
"""What a build of torch for graphics cards would bring along: the lock is for the one without."""

INSTALLER = "pip"
"""Comes with every new environment, and installs the rest."""

LINES = [
    line
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def pins() -> dict[str, str]:
    return {canonicalize_name(match[1]): match[2] for line in LINES if (match := PIN.fullmatch(line))}


def declared() -> list[Requirement]:
    """What pyproject.toml asks for, the test tools included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(text) for text in (*project["dependencies"], *project["optional-dependencies"]["dev"])]


def reached(start: list[Requirement]) -> dict[str, str]:
    """Installed version of every distribution that the requirements lead to on this machine, by name."""
    found: dict[str, str] = {}
    waiting, seen = [(one, "") for one in start], set()
    while waiting:
        requirement, extra_of_parent = waiting.pop()
        name = canonicalize_name(requirement.name)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra_of_parent}):
            continue
        if name.startswith(OTHER_BUILDS):
            continue
        distribution = importlib.metadata.distribution(name)
        found[name] = Version(distribution.version).public
        for extra in ("", *requirement.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += [(Requirement(text), extra) for text in distribution.requires or ()]
    return found


def test_every_line_is_an_exact_pin_and_none_is_named_twice() -> None:
    assert [line for line in LINES if not PIN.fullmatch(line)] == []
    assert len(pins()) == len(LINES)


def test_no_line_names_an_address() -> None:
    assert [line for line in LINES if re.search(r"://|@|/", line)] == []


def test_everything_that_is_installed_for_the_project_is_locked_at_its_version() -> None:
    installed = reached(declared())
    installed.pop(INSTALLER, None)
    assert {canonicalize_name(one.name) for one in declared() if not one.marker} <= installed.keys()
    assert {
        name: (version, pins().get(name)) for name, version in installed.items() if pins().get(name) != version
    } == {}


def test_the_lock_fits_what_the_project_asks_for() -> None:
    locked = pins()
    assert [
        str(one)
        for one in declared()
        if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"), prereleases=True)
    ] == []


@pytest.mark.parametrize(
    ("requirement", "leads_to", "not_to"),
    [
        ("httpx", "certifi", "h2"),
        ("httpx[http2]", "h2", "sphinx"),
        ("pytest; python_version < '3'", "", "pytest"),
    ],
)
def test_the_walk_reads_extras_and_markers(requirement: str, leads_to: str, not_to: str) -> None:
    found = reached([Requirement(requirement)])
    assert not leads_to or leads_to in found
    assert not_to not in found
