"""The flow on a real Prefect server on loopback, deployed from prefect.yaml to a process work pool."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).resolve().parent.parent
PREFECT = Path(sys.executable).parent / "prefect"
SETTINGS = """
[[sources]]
name = "arxiv"
kind = "jsonl"
path = "few.jsonl"
[questions]
folder = "questions"
[render]
templates = "{templates}"
search = false
meaning = false
"""
FLAKY = """
from prefect import flow
from pipeline.errors import BusyError, SettingsError
from pipeline.flow import step_task
from pipeline.records import StepReport
from pipeline.settings import Settings

settings = Settings(sources=({"name": "x", "kind": "jsonl", "path": "x"},), run={"retries": 2, "retry_delay_seconds": 0})
calls = {"busy": 0, "wrong": 0}

def busy(night):
    calls["busy"] += 1
    if calls["busy"] < 3:
        raise BusyError("the database is in use")
    return StepReport("busy", done=calls["busy"])

def wrong(night):
    calls["wrong"] += 1
    raise SettingsError("no retry mends this")

@flow
def night():
    step_task(busy, settings)(None)
    try:
        step_task(wrong, settings)(None)
    except SettingsError:
        pass

night()
print(calls)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of processes that talk to a Prefect server of our own."""
    folder = tmp_path_factory.mktemp("prefect")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "server.log").open("wb") as log:
        command = [str(PREFECT), "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
        try:
            _wait_until_up(f"http://127.0.0.1:{port}/api/health", process, folder / "server.log")
            yield environment
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    raise AssertionError(f"no Prefect server after two minutes: {log.read_text()}")


def run(environment: Mapping[str, str], *command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_busy_step_is_tried_again_and_a_wrong_setting_is_not(server: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "flaky.py").write_text(FLAKY)
    assert (
        run(server, sys.executable, tmp_path / "flaky.py", cwd=tmp_path).splitlines()[-1] == "{'busy': 3, 'wrong': 1}"
    )


@pytest.mark.models
def test_the_deployment_runs_once_on_a_process_work_pool(server: dict[str, str], tmp_path: Path) -> None:
    box = (ROOT / "pipeline" / "sample" / "preprints.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "few.jsonl").write_bytes(b"".join(box[:8]))
    (tmp_path / "questions").mkdir()
    for name in ("topics.toml", "quantum-hardware-for-chest-x-ray-diffusion.md"):
        shutil.copy(ROOT / "questions" / name, tmp_path / "questions" / name)
    (tmp_path / "antigravity.toml").write_text(SETTINGS.format(templates=ROOT / "site_templates"))

    run(server, PREFECT, "work-pool", "create", "antigravity", "--type", "process")
    run(server, PREFECT, "--no-prompt", "deploy", "--all")
    listed = json.loads(run(server, PREFECT, "deployment", "inspect", "nightly/nightly", "--output", "json"))
    run(server, PREFECT, "deployment", "run", "nightly/nightly", "--param", f"config={tmp_path / 'antigravity.toml'}")
    run(server, PREFECT, "worker", "start", "--pool", "antigravity", "--run-once")
    runs = json.loads(run(server, PREFECT, "flow-run", "ls", "--flow-name", "nightly", "--output", "json"))

    assert [schedule["schedule"]["cron"] for schedule in listed["schedules"]] == ["17 3 * * *"]
    report = json.loads((tmp_path / "archive" / "report.json").read_text())
    assert (report["problem"], [step["name"] for step in report["steps"]][-1]) == ("", "render")
    artifacts = json.loads(run(server, PREFECT, "artifact", "inspect", "night", "--output", "json"))
    assert "| render |" in json.dumps(artifacts)
    # the server has also planned the coming nights; the one that we asked for is done
    assert [one["state"]["type"] for one in runs if one["state"]["type"] != "SCHEDULED"] == ["COMPLETED"]
    page = json.loads((tmp_path / "output/q/quantum-hardware-for-chest-x-ray-diffusion/index.json").read_text())
    assert len(page["sources"]) == 8
    assert page["sentences"]
    status = (tmp_path / "output/status/index.html").read_text(encoding="utf-8")
    assert '<th scope="row">verify' in status  # the run was kept before the pages were made
    assert '<th scope="row">render' not in status


OTHERS = ("rebuild-site/rebuild-site", "refresh-models/refresh-models", "evaluate/evaluate")


@pytest.mark.models
def test_the_other_deployments_are_there_one_at_a_time_and_run(server: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "antigravity.toml"
    config.write_text(SETTINGS.format(templates=ROOT / "site_templates"))
    box = (ROOT / "pipeline" / "sample" / "preprints.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "few.jsonl").write_bytes(b"".join(box[:2]))
    (tmp_path / "questions").mkdir()
    shutil.copy(ROOT / "questions" / "topics.toml", tmp_path / "questions" / "topics.toml")
    run(server, PREFECT, "work-pool", "create", "antigravity", "--type", "process", "--overwrite")
    run(server, PREFECT, "--no-prompt", "deploy", "--all")
    for name in OTHERS:
        listed = json.loads(run(server, PREFECT, "deployment", "inspect", name, "--output", "json"))
        assert listed["concurrency_options"]["collision_strategy"] == "CANCEL_NEW", name
    (tmp_path / "evaluation").mkdir()
    asked = {"question": "Do reefs grow back?", "answerable": False, "sources": [], "facets": ["reef"]}
    (tmp_path / "evaluation" / "box.jsonl").write_text(json.dumps(asked) + "\n")
    for name in OTHERS:
        folder = ["--param", f"folder={tmp_path / 'evaluation'}"] if name == "evaluate/evaluate" else []
        run(server, PREFECT, "deployment", "run", name, "--param", f"config={config}", *folder)
        run(server, PREFECT, "worker", "start", "--pool", "antigravity", "--run-once")
        runs = json.loads(run(server, PREFECT, "flow-run", "ls", "--flow-name", name.split("/")[0], "--output", "json"))
        assert [one["state"]["type"] for one in runs if one["state"]["type"] != "SCHEDULED"] == ["COMPLETED"], name
    assert (tmp_path / "output" / "index.html").is_file()
    assert "refused_unanswerable" in (tmp_path / "evaluation" / "figures.json").read_text()
