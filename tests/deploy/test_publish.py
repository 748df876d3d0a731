"""Publishing with the scripts of deploy/: in one step, and nothing is overwritten that is not ours."""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
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
    assert sorted(path.name for path in tmp_path.iterdir()) == [".output.build", "output", "www", "www.releases"]


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


# --- for real: over ssh, and to a server that speaks S3 ------------------------------------------------------------

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
SSHD_SETTINGS = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
"""


@dataclass(frozen=True, slots=True)
class Host:
    """An sshd of our own on loopback, with a throwaway key."""

    name: str
    shell: str
    """What RSYNC_RSH is set to."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert process.poll() is None, "the server ended"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("the server did not come up")


@pytest.fixture
def ssh_host(tmp_path: Path) -> Iterator[Host]:
    if SSHD is None or not all(map(shutil.which, ("rsync", "ssh", "ssh-keygen"))):
        pytest.skip("sshd, ssh or rsync is not installed (apt-get install openssh-server rsync)")
    folder, port = tmp_path / "ssh", free_port()
    folder.mkdir()
    for name in ("host", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True, timeout=60)
    (folder / "sshd_config").write_text(SSHD_SETTINGS.format(port=port, folder=folder))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where Debian's sshd, run by root, separates privileges
    command = [SSHD, "-D", "-e", "-f", str(folder / "sshd_config")]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            wait_for(port, process)
            known = f"-o StrictHostKeyChecking=no -o UserKnownHostsFile={folder}/known -o LogLevel=ERROR"
            shell = f"ssh -F none -p {port} -i {folder}/key -o BatchMode=yes -o IdentitiesOnly=yes {known}"
            yield Host(f"{getpass.getuser()}@127.0.0.1", shell)
        finally:
            process.terminate()


def test_over_ssh_each_night_takes_the_place_of_the_last_and_only_what_changed_travels(
    ssh_host: Host, site: Path, tmp_path: Path
) -> None:
    target = tmp_path / "www"
    for number in range(5):
        publish([Page("index.html", f"{number}".encode()), Page("q/one/index.html", b"one")], site, with_search=False)
        done = run("publish-rsync.sh", site, f"{ssh_host.name}:{target}", RSYNC_RSH=ssh_host.shell)
        assert (done.returncode, done.stdout) == (0, f"published to {ssh_host.name}:{target}\n"), done.stderr
        assert (target / "index.html").read_text() == f"{number}"
    copies = sorted((tmp_path / "www.releases").iterdir())
    assert [(copy / "index.html").read_text() for copy in copies] == ["2", "3", "4"]
    assert len({(copy / "q/one/index.html").stat().st_ino for copy in copies}) == 1  # one file, linked three times


def test_over_ssh_a_folder_that_is_not_ours_is_left_alone(ssh_host: Host, site: Path, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    done = run("publish-rsync.sh", site, f"{ssh_host.name}:{tmp_path}/www", RSYNC_RSH=ssh_host.shell)
    assert done.returncode == 1 and "is no symbolic link" in done.stderr
    assert list((tmp_path / "www").iterdir()) == []


def test_a_copy_over_ssh_that_breaks_off_leaves_the_old_site_and_no_litter(
    ssh_host: Host, site: Path, tmp_path: Path
) -> None:
    target = tmp_path / "www"
    assert run("publish-rsync.sh", site, f"{ssh_host.name}:{target}", RSYNC_RSH=ssh_host.shell).returncode == 0
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "rsync").write_text(f'#!/bin/sh\n{shutil.which("rsync")} "$@"\nexit 12\n')
    (tmp_path / "bin" / "rsync").chmod(0o755)
    publish([Page("index.html", b"second")], site, with_search=False)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    done = run("publish-rsync.sh", site, f"{ssh_host.name}:{target}", RSYNC_RSH=ssh_host.shell, PATH=path)
    assert done.returncode != 0
    assert (target / "index.html").read_text() == "first"
    assert len(list((tmp_path / "www.releases").iterdir())) == 1


def test_a_machine_that_does_not_answer_is_told_as_that(site: Path, tmp_path: Path) -> None:
    """A fixed bug: the operator was told that the target is no symbolic link."""
    if shutil.which("rsync") is None:
        pytest.skip("rsync is not installed (apt-get install rsync)")
    done = run("publish-rsync.sh", site, "web@127.0.0.1:/srv/www", RSYNC_RSH=f"ssh -F none -p {free_port()}")
    assert done.returncode == 1 and "could not be reached" in done.stderr
    assert "symbolic link" not in done.stderr


@pytest.mark.parametrize("target", ["web@127.0.0.1:www", "web@127.0.0.1:/srv/a b", "web@127.0.0.1:"])
def test_a_path_on_another_machine_is_whole_and_plain(site: Path, target: str) -> None:
    if shutil.which("rsync") is None:
        pytest.skip("rsync is not installed (apt-get install rsync)")
    assert run("publish-rsync.sh", site, target, RSYNC_RSH="false").returncode == 2


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of commands that find an empty bucket named `bucket` on a real S3 server on loopback."""
    if not all(map(shutil.which, ("aws", "moto_server"))):
        pytest.skip(
            "aws or moto_server is not here (pip install awscli 'moto[server]', in an environment of their own)"
        )
    port = free_port()
    command = ["moto_server", "-H", "127.0.0.1", "-p", str(port)]
    environment = {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
    }
    with (tmp_path / "moto.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            wait_for(port, process)
            aws(environment, "s3", "mb", "s3://bucket")
            yield environment
        finally:
            process.terminate()


def aws(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        ["aws", *arguments], env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_real_bucket_holds_the_site_of_the_last_night_and_nothing_else(bucket: dict[str, str], site: Path) -> None:
    assert run("publish-s3.sh", site, "s3://bucket/qa/", **bucket).returncode == 0
    time.sleep(1.1)  # S3 knows whole seconds only
    publish([Page("index.html", b"other"), Page("q/two/index.html", b"two")], site, with_search=False)
    done = run("publish-s3.sh", site, "s3://bucket/qa", **bucket)
    assert done.returncode == 0, done.stderr
    listed = [line.split()[-1] for line in aws(bucket, "s3", "ls", "--recursive", "s3://bucket").splitlines()]
    published = sorted(f"qa/{path.relative_to(site)}" for path in site.rglob("*") if path.is_file())
    assert listed == [path for path in published if path != "qa/.antigravity"]
    assert aws(bucket, "s3", "cp", "s3://bucket/qa/index.html", "-") == "other"
    head = aws(bucket, "s3api", "head-object", "--bucket", "bucket", "--key", "qa/q/two/index.html")
    assert '"text/html; charset=utf-8"' in head


@pytest.mark.slow
def test_a_bucket_that_is_not_there_ends_with_an_error(bucket: dict[str, str], site: Path) -> None:
    done = run("publish-s3.sh", site, "s3://nobody", **bucket)
    assert done.returncode != 0 and "NoSuchBucket" in done.stderr and "published" not in done.stdout


@pytest.mark.parametrize(("script", "target"), [("publish-s3.sh", "s3://bucket"), ("publish-rsync.sh", "/srv/www")])
def test_a_tool_that_is_not_installed_is_named(script: str, target: str, site: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("sh", "dirname"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or name)
    done = run(script, site, target, PATH=str(tmp_path / "bin"))
    assert done.returncode == 1 and "is not installed here" in done.stderr
