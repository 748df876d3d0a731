"""A backup: whole at any moment, and refused where it would be none."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import BusyError, LedgerError, PipelineError
from pipeline.export.backup import backup_name, unpacked, write_backup
from pipeline.export.checksums import check_checksums
from pipeline.settings import read_settings
from tests.nights import make_archive, night, run_night
from tests.store.test_database import holding

NOW = datetime(2026, 2, 1, 4, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive after a night; no test changes it."""
    config = make_archive(tmp_path_factory.mktemp("backup") / "archive")
    (config.parent / "overrides.toml").write_text("", encoding="utf-8")
    run_night(config)
    return config


def test_a_backup_holds_all_that_must_not_be_lost_and_nothing_is_left_beside_it(config: Path, tmp_path: Path) -> None:
    target = tmp_path / "new folder" / backup_name(NOW)
    written = write_backup(read_settings(config), config, target, NOW)
    assert [path.name for path in target.parent.iterdir()] == ["antigravity-2026-02-01T043000.tar.zst"]
    assert written.size == target.stat().st_size > 0
    with unpacked(target, tmp_path / "aside") as folder:
        assert check_checksums(folder) == []
        assert {path.name for path in folder.iterdir()} == {
            "SHA256SUMS",
            "antigravity.toml",
            "archive.duckdb",
            "backup.json",
            "ids.csv",
            "overrides.toml",
            "questions",
        }
        assert (folder / "ids.csv").read_bytes() == read_settings(config).archive.ledger.read_bytes()
    assert not (tmp_path / "aside").exists()


def test_no_backup_is_made_while_a_night_is_running(config: Path, tmp_path: Path) -> None:
    settings = read_settings(config)
    with holding(settings.archive.database), pytest.raises(BusyError):
        write_backup(settings, config, tmp_path / "b.tar.zst", NOW)
    assert list(tmp_path.iterdir()) == []
    with night(config):
        pass  # and the archive is free again


def test_an_earlier_backup_is_never_written_over(config: Path, tmp_path: Path) -> None:
    (tmp_path / "b.tar.zst").write_text("precious")
    with pytest.raises(PipelineError, match="is there already"):
        write_backup(read_settings(config), config, tmp_path / "b.tar.zst", NOW)
    assert (tmp_path / "b.tar.zst").read_text() == "precious"


def test_where_there_is_no_archive_there_is_no_backup(tmp_path: Path) -> None:
    config = make_archive(tmp_path / "archive")
    with pytest.raises(PipelineError, match="no archive yet"):
        write_backup(read_settings(config), config, tmp_path / "b.tar.zst", NOW)


@pytest.mark.parametrize("damage", ["cut off", "something else", "empty"])
def test_a_damaged_file_is_refused_and_leaves_nothing(config: Path, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "b.tar.zst"
    write_backup(read_settings(config), config, file, NOW)
    whole = file.read_bytes()
    file.write_bytes({"cut off": whole[: len(whole) // 2], "something else": b"hello" * 99, "empty": b""}[damage])
    with pytest.raises(PipelineError, match=r"no backup, or a damaged one"), unpacked(file, tmp_path / "aside"):
        raise AssertionError("it was unpacked")
    assert not (tmp_path / "aside").exists()


def test_a_folder_of_a_killed_backup_is_in_nobodys_way(config: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.tar.zst"
    shutil.copytree(config.parent / "questions", tmp_path / ".b.tar.zst.building")
    write_backup(read_settings(config), config, target, NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar.zst"]


@pytest.mark.parametrize("left", [None, 3], ids=["gone", "cut off"])
def test_a_backup_that_could_not_be_brought_back_is_not_made(config: Path, tmp_path: Path, left: int | None) -> None:
    mine = tmp_path / "archive"
    shutil.copytree(config.parent, mine)
    settings = read_settings(mine / config.name)
    lines = settings.archive.ledger.read_text().splitlines(keepends=True)
    settings.archive.ledger.unlink()
    if left:
        settings.archive.ledger.write_text("".join(lines[:left]))
    with pytest.raises(LedgerError, match="the ledger"):
        write_backup(settings, mine / config.name, tmp_path / "b.tar.zst", NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


def test_a_backup_without_its_questions_is_not_made(config: Path, tmp_path: Path) -> None:
    settings = read_settings(config)
    lost = settings.model_copy(
        update={"questions": settings.questions.model_copy(update={"folder": tmp_path / "nosuch"})}
    )
    with pytest.raises(PipelineError, match="no such folder of questions"):
        write_backup(lost, config, tmp_path / "b.tar.zst", NOW)


def test_a_file_whose_name_is_no_utf8_comes_back(config: Path, tmp_path: Path) -> None:
    mine = tmp_path / "archive"
    shutil.copytree(config.parent, mine)
    strange = os.fsdecode(b"caf\xe9.md")
    (mine / "questions" / strange).write_text("no question")
    write_backup(read_settings(mine / config.name), mine / config.name, tmp_path / "b.tar.zst", NOW)
    with unpacked(tmp_path / "b.tar.zst", tmp_path / "aside") as folder:
        assert check_checksums(folder) == []
        assert (folder / "questions" / strange).read_text() == "no question"
