"""The workflows: pinned, least permissions, no secrets where a pull request's code runs, and scripts that do what they say."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS: dict[str, dict[Any, Any]] = {
    path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))
}
STEPS = [
    (name, step) for name, workflow in WORKFLOWS.items() for job in workflow["jobs"].values() for step in job["steps"]
]
GITLAB = yaml.safe_load((ROOT / "docs" / "gitlab.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0])
SCRIPTS = {f"{name}: {step.get('name', step['run'])[:40]}": step["run"] for name, step in STEPS if "run" in step}
SCRIPTS |= {f"gitlab: {name}": "\n".join(job["script"]) for name, job in GITLAB.items() if "script" in job}


def events(name: str) -> Any:
    return WORKFLOWS[name][True]  # YAML takes the key `on` for a truth value


def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it() -> None:
    lines = [line for path in FOLDER.glob("*.yml") for line in path.read_text(encoding="utf-8").splitlines()]
    uses = [line.strip().removeprefix("- ") for line in lines if re.match(r"\s*(?:- )?uses:", line)]
    assert uses
    assert [
        line for line in uses if not re.fullmatch(r"uses: actions/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
    ] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_permissions_are_stated_and_only_named_jobs_may_write(name: str) -> None:
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] in ({}, {"contents": "read"})
    may_write = {
        (name, job, scope)
        for job, content in workflow["jobs"].items()
        for scope, access in content.get("permissions", {}).items()
        if access == "write"
    }
    assert may_write <= {
        ("nightly.yml", "publish", "pages"),
        ("nightly.yml", "publish", "id-token"),
        ("preview-comment.yml", "comment", "pull-requests"),
    }
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
    assert "group" in workflow["concurrency"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_pull_request_meets_no_secret_and_no_token_that_writes(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert "pull_request_target:" not in text and "secrets." not in text
    if "pull_request" in events(name):
        assert not any("permissions" in job for job in WORKFLOWS[name]["jobs"].values())
        checkouts = [step for where, step in STEPS if where == name and "checkout" in step.get("uses", "")]
        assert checkouts and all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_the_workflow_that_comments_runs_nothing_of_the_pull_request() -> None:
    assert list(events("preview-comment.yml")) == ["workflow_run"]
    assert [step for name, step in STEPS if name == "preview-comment.yml" and "uses" in step] == []


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_no_script_takes_text_from_outside_as_code(script: str) -> None:
    assert "${{" not in script
    subprocess.run(["bash", "-n", "-c", script], check=True, timeout=60)


def test_the_linter_of_workflows_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("zizmor")
    if not linter.exists():
        pytest.skip("NO ZIZMOR beside this Python: make check installs it")
    command = [str(linter), "--offline", "--no-progress", "--pedantic", str(ROOT / ".github")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout


def test_the_checker_of_workflows_and_their_scripts_finds_nothing() -> None:
    if (checker := shutil.which("actionlint")) is None:
        pytest.skip("actionlint is not installed (with shellcheck beside it, it reads the scripts too)")
    done = subprocess.run([checker, "-no-color"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout


GH = """#!/usr/bin/env bash
echo "$*" >> "$LOG"
case "$*" in
  "run download"*) mkdir -p "$RUNNER_TEMP/preview"; cp "$TEXT" "$RUNNER_TEMP/preview/preview.md" ;;
  *"/pulls "*) cat "$PULLS" ;;
  *"--paginate"*) cat "$COMMENTS" ;;
esac
"""


@pytest.mark.parametrize(
    ("pulls", "comments", "call"),
    [
        ([{"number": 7, "head": {"sha": "abc"}}], [], "--method POST repos/o/r/issues/7/comments"),
        (
            [{"number": 6, "head": {"sha": "old"}}, {"number": 7, "head": {"sha": "abc"}}],
            [
                {"id": 1, "user": {"login": "someone"}, "body": "<!-- mark -->"},
                {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "<!-- mark -->\nold"},
            ],
            "--method PATCH repos/o/r/issues/comments/2",
        ),
        ([{"number": 7, "head": {"sha": "pushed since"}}], [], ""),
    ],
    ids=["first", "again", "overtaken"],
)
def test_the_comment_is_posted_once_and_cut(tmp_path: Path, pulls: Any, comments: Any, call: str) -> None:
    if not all(map(shutil.which, ("bash", "jq"))):
        pytest.skip("NO bash or jq on this machine")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH, encoding="utf-8")
    (tmp_path / "bin" / "gh").chmod(0o755)
    for name, content in (
        ("pulls", json.dumps(pulls)),
        ("comments", json.dumps(comments)),
        ("text", "x" + "ä" * 70_000),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
    (script,) = (step["run"] for name, step in STEPS if name == "preview-comment.yml")
    given = {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
        **{name.upper(): str(tmp_path / name) for name in ("log", "pulls", "comments", "text")},
        "GH_REPO": "o/r",
        "OWNER": "someone",
        "BRANCH": "x",
        "SHA": "abc",
        "RUN": "5",
        "MARK": "<!-- mark -->",
        "GITHUB_SERVER_URL": "https://example.org",
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    calls = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert [one for one in calls if "PATCH" in one or "POST" in one] == (
        [f"api --silent {call} --field body=@{tmp_path / 'comment.md'}"] if call else []
    )
    if call:
        body = (tmp_path / "comment.md").read_text(encoding="utf-8")
        assert body.startswith("<!-- mark -->\nPreview of abc, made by the code of this pull request.")
        assert 60_000 < len(body) < 61_000
