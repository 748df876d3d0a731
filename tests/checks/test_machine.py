"""The machine: what hinders a night is found and told how to mend; what does not is told too."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import pytest

from pipeline.checks.machine import LOCK, check_disk, check_machine, check_memory, check_processor, check_versions
from pipeline.settings import AnswerSettings, read_settings
from pipeline.store.database import connect
from tests.nights import make_archive, run_night
from tests.store.test_database import holding

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return make_archive(tmp_path / "archive")


def bad(config: Path, now: datetime = NOW) -> dict[str, tuple[str, str]]:
    return {one.name: (one.detail, one.mend) for one in check_machine(config, now) if not one.ok}


def test_a_fit_machine_before_and_after_its_first_night(config: Path) -> None:
    assert bad(config) == {}
    run_night(config)
    assert bad(config) == {}
    assert {one.name for one in check_machine(config, NOW)} >= {
        "settings", "processor", "memory", "disk", "compiler", "versions", "encoder", "model", "reranker", "judge",
        "database", "ledger", "clock", "folders", "sources", "questions", "prefect",
    }  # fmt: skip


def archive(home: Path, name: str) -> Path:
    """A file of the archive, before there is one."""
    (home / "archive").mkdir()
    return home / "archive" / name


def change(home: Path, line: str) -> None:
    """Put a setting before the others."""
    file = home / "antigravity.toml"
    file.write_text(f"{line}\n{file.read_text()}")


def lose_ledger(home: Path) -> None:
    run_night(home / "antigravity.toml")
    (home / "archive/ids.csv").unlink()


HINDRANCES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "settings that are wrong": (
        lambda home: (home / "antigravity.toml").write_text("[nonsense]\n"), "settings", "unknown key nonsense",
    ),
    "no encoder": (lambda home: (home / "mini/modules.json").unlink(), "encoder", "embed.model"),
    "no model": (lambda home: (home / "tiny.gguf").unlink(), "model", "no such file"),
    "a model that is none": (lambda home: (home / "tiny.gguf").write_text("hello"), "model", "is no GGUF file"),
    "a reranker that is not there": (
        lambda home: change(home, 'retrieve.reranker = "nosuch"'), "reranker", "no cross-encoder there",
    ),
    "a reranker that was not pulled": (
        lambda home: change(home, 'retrieve.reranker = "ms-marco-minilm-l6-v2"'), "reranker", "is missing",
    ),
    "a judge that was not pulled": (
        lambda home: change(home, 'verify.paraphrases = true\nverify.judge = "nli-deberta-v3-small"'), "judge", "is missing",
    ),
    "a folder for a database": (
        lambda home: change(home, 'archive.database = "questions"'), "database", "is a folder",
    ),
    "a database that is none": (
        lambda home: archive(home, "archive.duckdb").write_bytes(b"x" * 9999),
        "database", "can't open the database",
    ),
    "a database of a newer version": (lambda home: newer(home), "database", "written by a newer version"),
    "a database without its ledger": (
        lambda home: lose_ledger(home), "ledger", "is not there",
    ),
    "a ledger that is none": (
        lambda home: archive(home, "ids.csv").write_text("hello,you\n"),
        "ledger", "not a line of a ledger",
    ),
    "a clock that is behind the ledger": (
        lambda home: archive(home, "ids.csv").write_text(
            "archive_id,source,source_id,assigned\nAG-2024.01-0001,arxiv,2401.00001,2030-01-01\n"
        ),
        "clock", "ids were given on 2030-01-01",
    ),
    "a file where a folder should be": (lambda home: (home / "archive").write_text(""), "folders", "can't be written to"),
    "a source that is gone": (lambda home: (home / "preprints.jsonl").unlink(), "sources", "preprints.jsonl is not there"),
    "a question that is wrong": (
        lambda home: (home / "questions/bad.md").write_text("no front matter"), "questions", "bad.md:1:",
    ),
}  # fmt: skip


def newer(home: Path) -> None:
    (home / "archive").mkdir()
    with connect(home / "archive/archive.duckdb") as connection:
        connection.execute("CREATE TABLE migrations (name VARCHAR PRIMARY KEY)")
        connection.execute("INSERT INTO migrations VALUES ('9999_from_the_future')")


@pytest.mark.parametrize("name", HINDRANCES)
def test_each_hindrance_is_found_and_told_how_to_mend(config: Path, name: str) -> None:
    hinder, check, told = HINDRANCES[name]
    hinder(config.parent)
    detail, mend = bad(config)[check]
    assert told in detail and mend


def test_a_clock_before_this_program_was_written_is_wrong(config: Path) -> None:
    assert set(bad(config, datetime(1970, 1, 1, tzinfo=UTC))) == {"clock"}


def test_an_archive_that_a_night_works_with_is_told_to_be_busy(config: Path) -> None:
    run_night(config)
    with holding(read_settings(config).archive.database):
        assert "another process" in bad(config)["database"][0]


def test_an_older_database_is_no_hindrance(config: Path) -> None:
    (config.parent / "archive").mkdir()
    with connect(config.parent / "archive/archive.duckdb") as connection:
        connection.execute("CREATE TABLE migrations (name VARCHAR PRIMARY KEY)")
    [found] = [one for one in check_machine(config, NOW) if one.name == "database"]
    assert found.ok and "on a copy first" in found.detail


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ("fpu avx2 avx512f amx_tile", "AVX2, AVX-512; it has AMX, whose kernels stay off"),
        ("fpu avx2", "AVX2"),
        ("", "no known extensions"),
    ],
)
def test_the_processor_is_told_and_never_hinders(tmp_path: Path, flags: str, told: str) -> None:
    (tmp_path / "cpuinfo").write_text(f"flags : {flags}\n")
    found = check_processor(tmp_path / "cpuinfo")
    assert found.ok and found.detail.startswith(told)
    assert check_processor(tmp_path / "absent").ok


def test_a_model_larger_than_the_memory_is_told(config: Path) -> None:
    settings = read_settings(config).model_copy(update={"answer": AnswerSettings(model="qwen3-4b-instruct-2507")})
    assert not check_memory(settings, 1_000_000_000).ok
    assert check_memory(settings, 64_000_000_000).ok and check_memory(settings, 0).ok


@pytest.mark.parametrize(
    ("parallel", "told", "ok"),
    [
        (0, "8.0 GB of memory, and the model takes 4.9 GB to write 5 drafts at a time", True),
        (1, "8.0 GB of memory, and the model takes 4.2 GB to write 1 drafts at a time", True),
        (32, "8.0 GB of memory, and the model takes 10.0 GB to write 32 drafts at a time", False),
    ],
)
def test_the_drafts_that_are_written_at_a_time_count_as_well(config: Path, parallel: int, told: str, ok: bool) -> None:
    answer = AnswerSettings(model="qwen3-4b-instruct-2507", parallel=parallel)
    found = check_memory(read_settings(config).model_copy(update={"answer": answer}), 8_000_000_000)
    assert (found.detail, found.ok) == (told, ok)
    assert ok or "lower answer.parallel" in found.mend


def test_the_disk_must_hold_a_copy_of_a_large_database(config: Path) -> None:
    settings = read_settings(config)
    settings.archive.database.parent.mkdir()
    with settings.archive.database.open("wb") as sparse:
        sparse.truncate(2**43)
    assert not check_disk(settings).ok


def test_versions_are_compared_with_the_lock(tmp_path: Path) -> None:
    assert check_versions(LOCK).ok
    lock = tmp_path / "constraints.txt"
    lock.write_text(f"# a line\nclick==0.0.1\npytest=={metadata.version('pytest')}\nno-such-package==1\n")
    found = check_versions(lock)
    assert not found.ok and found.detail == f"click is {metadata.version('click')}, and the lock says 0.0.1"
    assert check_versions(tmp_path / "absent").ok
    padded = ".".join(f"00{part}" if part.isdigit() else part for part in metadata.version("click").split("."))
    lock.write_text(f"click=={padded}\n")  # a fixed bug: 4.004 was taken for another version than 4.4
    assert check_versions(lock).ok
