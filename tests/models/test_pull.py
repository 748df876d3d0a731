"""Pulling a model: whole or not at all, and going on where it broke off."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.errors import ModelError
from pipeline.models.catalogue import Entry, ModelFile, require_entry
from pipeline.models.pull import PAUSES, pull_model
from tests.models.file_server import FileServer, serve_files

WEIGHTS = bytes(range(256)) * 1000
CONFIG = b'{"layers": 2}\n'
MODEL, PART = "tiny/sub/model.gguf", "tiny/sub/model.gguf.part"


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serve_files({"/rev/sub/model.gguf": WEIGHTS, "/rev/config.json": CONFIG}) as served:
        yield served


@pytest.fixture
def entry(server: FileServer) -> Entry:
    files = (
        ModelFile("sub/model.gguf", sha256(WEIGHTS).hexdigest(), len(WEIGHTS)),
        ModelFile("config.json", sha256(CONFIG).hexdigest(), 0),
    )
    return Entry("tiny", "language", "MIT", "", f"{server.url}/rev", "ChatML", 512, 1000, "For tests.", files)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


WHOLE = {MODEL: WEIGHTS, "tiny/config.json": CONFIG}


def test_every_file_is_brought_and_nothing_else_stays(entry: Entry, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    pulled = pull_model(entry, tmp_path, progress=lambda label, done, total: told.append((label, done, total)))
    assert pulled == [tmp_path / MODEL, tmp_path / "tiny/config.json"]
    assert files_in(tmp_path) == WHOLE
    assert ("sub/model.gguf", len(WEIGHTS), len(WEIGHTS)) in told


def test_a_second_pull_asks_for_nothing(entry: Entry, server: FileServer, tmp_path: Path) -> None:
    pull_model(entry, tmp_path)
    server.asked.clear()
    assert pull_model(entry, tmp_path) == []
    assert server.asked == []


def test_a_connection_that_breaks_goes_on_where_it_was(entry: Entry, server: FileServer, tmp_path: Path) -> None:
    server.cut_after = [100_000, 50_000]
    pauses: list[float] = []
    pull_model(entry, tmp_path, sleep=pauses.append)
    assert files_in(tmp_path) == WHOLE
    assert [wanted for path, wanted in server.asked if path.endswith("gguf")] == [
        "",
        "bytes=100000-",
        "bytes=150000-",
    ]
    assert pauses == [PAUSES[0]] * 2


def test_a_pull_that_was_killed_is_finished_by_the_next_one(entry: Entry, server: FileServer, tmp_path: Path) -> None:
    (tmp_path / PART).parent.mkdir(parents=True)
    (tmp_path / PART).write_bytes(WEIGHTS[:30_000])
    pull_model(entry, tmp_path)
    assert files_in(tmp_path) == WHOLE
    assert ("/rev/sub/model.gguf", "bytes=30000-") in server.asked


def test_a_part_that_was_whole_already_is_only_checked(entry: Entry, server: FileServer, tmp_path: Path) -> None:
    (tmp_path / PART).parent.mkdir(parents=True)
    (tmp_path / PART).write_bytes(WEIGHTS)
    (tmp_path / "tiny/config.json.part").write_bytes(CONFIG)
    pull_model(entry, tmp_path)
    assert files_in(tmp_path) == WHOLE
    assert server.asked == [("/rev/config.json", f"bytes={len(CONFIG)}-")], (
        "its size is not known, so the server is asked"
    )


def test_a_server_that_knows_no_ranges_begins_anew(entry: Entry, server: FileServer, tmp_path: Path) -> None:
    server.ranges = False
    server.cut_after = [100_000]
    pull_model(entry, tmp_path, sleep=lambda _: None)
    assert files_in(tmp_path) == WHOLE


def test_the_rest_of_something_else_is_thrown_away_and_the_next_pull_begins_anew(entry: Entry, tmp_path: Path) -> None:
    (tmp_path / PART).parent.mkdir(parents=True)
    (tmp_path / PART).write_bytes(b"x" * 30_000)
    with pytest.raises(ModelError, match="is not the file of the catalogue"):
        pull_model(entry, tmp_path)
    assert files_in(tmp_path) == {}
    pull_model(entry, tmp_path)
    assert files_in(tmp_path) == WHOLE


@pytest.mark.parametrize(
    "content",
    [WEIGHTS[:-1] + b"!", WEIGHTS[:-1], WEIGHTS + b"!", b"<html>log in</html>"],
    ids=["other", "short", "long", "page"],
)
def test_a_file_with_another_content_is_refused(
    entry: Entry, server: FileServer, tmp_path: Path, content: bytes
) -> None:
    server.files["/rev/sub/model.gguf"] = content
    with pytest.raises(ModelError, match=f"SHA-256 .*, and not {entry.files[0].sha256}") as refused:
        pull_model(entry, tmp_path)
    assert "--from" in refused.value.mend
    assert files_in(tmp_path) == {}


def test_a_file_that_was_changed_here_is_pulled_again(entry: Entry, tmp_path: Path) -> None:
    pull_model(entry, tmp_path)
    (tmp_path / MODEL).write_bytes(b"changed")
    assert pull_model(entry, tmp_path) == [tmp_path / MODEL]
    assert files_in(tmp_path) == WHOLE


@pytest.mark.parametrize(
    ("status", "mend"),
    [(404, "no longer there"), (410, "no longer there"), (401, "wants a login"), (403, "wants a login")],
)
def test_a_refusal_ends_it_at_once(entry: Entry, server: FileServer, tmp_path: Path, status: int, mend: str) -> None:
    server.statuses = [status]
    with pytest.raises(ModelError, match=f"HTTP {status}") as refused:
        pull_model(entry, tmp_path)
    assert mend in refused.value.mend and "--from" in refused.value.mend
    assert len(server.asked) == 1


def test_a_busy_server_is_asked_again(entry: Entry, server: FileServer, tmp_path: Path) -> None:
    server.statuses = [503, 429]
    pauses: list[float] = []
    pull_model(entry, tmp_path, sleep=pauses.append)
    assert files_in(tmp_path) == WHOLE
    assert pauses == list(PAUSES[:2])


def test_a_server_that_stays_busy_is_given_up_and_what_came_is_kept(
    entry: Entry, server: FileServer, tmp_path: Path
) -> None:
    server.cut_after = [100_000]
    server.statuses = [0, *[503] * 20]
    with pytest.raises(ModelError, match="HTTP 503") as refused:
        pull_model(entry, tmp_path, sleep=lambda _: None)
    assert "goes on after 100,000 bytes" in refused.value.mend
    assert files_in(tmp_path) == {PART: WEIGHTS[:100_000]}
    assert len(server.asked) == 2 + len(PAUSES)


def test_a_server_that_can_t_be_reached_is_an_error_that_can_be_mended(entry: Entry, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ModelError, match="ConnectError") as refused:
        pull_model(entry, tmp_path, f"http://127.0.0.1:{port}", sleep=lambda _: None)
    assert "HTTPS_PROXY" in refused.value.mend


def test_a_file_that_moved_is_followed_with_its_range(entry: Entry, server: FileServer, tmp_path: Path) -> None:
    server.moved = {"/rev/sub/model.gguf": "/store/1"}
    server.files["/store/1"] = WEIGHTS
    server.cut_after = [100_000]
    pull_model(entry, tmp_path, sleep=lambda _: None)
    assert files_in(tmp_path) == WHOLE
    assert ("/store/1", "bytes=100000-") in server.asked


def test_a_ring_of_addresses_ends(entry: Entry, server: FileServer, tmp_path: Path) -> None:
    server.moved = {"/rev/sub/model.gguf": "/a", "/a": "/rev/sub/model.gguf"}
    with pytest.raises(ModelError, match=r"[Rr]edirect"):
        pull_model(entry, tmp_path)


def test_a_mirror_goes_before_the_catalogues_address(entry: Entry, server: FileServer, tmp_path: Path) -> None:
    server.files = {"/mirror/sub/model.gguf": WEIGHTS, "/mirror/config.json": CONFIG}
    pull_model(entry, tmp_path, f"{server.url}/mirror/")
    assert files_in(tmp_path) == WHOLE


@pytest.mark.parametrize("base", ["mirror.example.org", "file:///etc", "/srv/models"])
def test_a_mirror_that_is_no_web_address_is_refused(entry: Entry, tmp_path: Path, base: str) -> None:
    with pytest.raises(ModelError, match="not a web address"):
        pull_model(entry, tmp_path, base)


def test_a_model_larger_than_the_disk_is_refused_before_anything_is_asked(
    entry: Entry, server: FileServer, tmp_path: Path
) -> None:
    huge = replace(entry, files=(replace(entry.files[0], size=10**18),))
    with pytest.raises(ModelError, match=r"needs 1000000000\.0 GB more"):
        pull_model(huge, tmp_path)
    assert server.asked == []


def test_what_comes_with_the_installation_is_never_pulled(tmp_path: Path) -> None:
    box = require_entry("box:SmolLM2-135M-Instruct")
    assert pull_model(box, tmp_path, "http://127.0.0.1:1") == []
    with pytest.raises(ModelError, match="comes with the installation, and is missing"):
        pull_model(replace(box, package="no_such_package_here"), tmp_path)
    assert files_in(tmp_path) == {}
