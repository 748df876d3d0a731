"""Publishing with the scripts of deploy/: in one step, and nothing is overwritten that is not ours."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.records import Page
from pipeline.render.site import publish

DEPLOY = Path(__file__).parents[2] / "deploy"
FOLDER = [
    "publish-directory.sh",
    pytest.param(
        "publish-rsync.sh",
        marks=pytest.mark.skipif(
            shutil.which("rsync") is None, reason="rsync is not installed (apt-get install rsync)"
        ),
    ),
]
AWS = f"""#!{sys.executable}
import os, sys
open(os.environ["LOG"], "a").write(" ".join(sys.argv[1:]) + "\\n")
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    publish([Page("index.html", b"first"), Page("q/one/index.html", b"one")], tmp_path / "output", with_search=False)
    return tmp_path / "output"


def run(script: str, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DEPLOY / script, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("script", FOLDER)
def test_each_night_takes_the_place_of_the_last_and_three_copies_stay(script: str, site: Path, tmp_path: Path) -> None:
    target = tmp_path / "www"
    for number in range(5):
        publish([Page("index.html", f"{number}".encode())], site, with_search=False)
        done = run(script, site, target)
        assert (done.returncode, done.stdout) == (0, f"published to {target}\n"), done.stderr
        assert (target / "index.html").read_text() == f"{number}"
    assert target.is_symlink()
    copies = sorted((tmp_path / "www.releases").iterdir())
    assert [(copy / "index.html").read_text() for copy in copies] == ["2", "3", "4"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["output", "www", "www.releases"]


@pytest.mark.parametrize("script", FOLDER)
def test_a_folder_that_is_not_ours_is_left_alone(script: str, site: Path, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "mine").write_text("mine")
    done = run(script, site, tmp_path / "www")
    assert done.returncode == 1 and "is no symbolic link" in done.stderr
    assert [path.name for path in (tmp_path / "www").iterdir()] == ["mine"]


@pytest.mark.parametrize("script", ["publish-directory.sh", "publish-rsync.sh", "publish-s3.sh"])
def test_what_is_no_site_is_not_published_and_wrong_use_ends_with_2(script: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run(script, tmp_path / "empty", "s3://bucket" if "s3" in script else tmp_path / "www")
    assert done.returncode == 1 and "holds no built site" in done.stderr
    assert run(script).returncode == 2 and not (tmp_path / "www").exists()


def test_a_copy_that_breaks_off_leaves_the_old_site_and_no_litter(site: Path, tmp_path: Path) -> None:
    target = tmp_path / "www"
    run("publish-directory.sh", site, target)
    (site / "loop").symlink_to("loop/loop")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "cp").write_text('#!/bin/sh\nmkdir -p "$3"\nexit 1\n')
    (tmp_path / "bin" / "cp").chmod(0o755)
    done = run("publish-directory.sh", site, target, PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert done.returncode != 0
    assert (target / "index.html").read_text() == "first"
    assert len(list((tmp_path / "www.releases").iterdir())) == 1


def test_a_bucket_gets_what_pages_need_first_then_pages_and_loses_what_is_gone_last(site: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "aws").write_text(AWS)
    (tmp_path / "bin" / "aws").chmod(0o755)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    done = run(
        "publish-s3.sh", site, "s3://bucket/qa/", "--endpoint-url", "http://x", PATH=path, LOG=str(tmp_path / "log")
    )
    assert done.returncode == 0, done.stderr
    first, second, last = (tmp_path / "log").read_text().splitlines()
    assert all(
        line.startswith(f"s3 sync {site} s3://bucket/qa ") and "--endpoint-url http://x" in line
        for line in (first, second, last)
    )
    assert "--exclude *.html" in first and "--include *.html" in second
    assert "--delete" in last and "--delete" not in first + second
