"""`antigravity export`, `backup` and `restore`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.export.checksums import check_checksums
from tests.nights import make_archive, run_night


def run(*arguments: str, config: Path) -> Result:
    return CliRunner().invoke(main, [*arguments, "--config", str(config)])


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive after a night; no test changes its database."""
    config = make_archive(tmp_path_factory.mktemp("cli") / "archive")
    run_night(config)
    return config


def test_export_lists_what_it_wrote_and_where(config: Path, tmp_path: Path) -> None:
    result = run("export", "--to", str(tmp_path / "dumps"), config=config)
    assert result.exit_code == 0, result.output
    assert "preprints.parquet" in result.stdout and f"Everything is in {tmp_path / 'dumps'}" in result.stdout
    assert check_checksums(tmp_path / "dumps") == []


def test_export_goes_beside_the_database_where_no_folder_is_named(config: Path) -> None:
    assert run("export", config=config).exit_code == 0
    assert check_checksums(config.parent / "archive" / "dumps") == []


def test_export_refuses_a_folder_of_other_things(config: Path) -> None:
    result = run("export", "--to", str(config.parent), config=config)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no dumps of an archive\n  → name an empty folder with --to" in result.stderr


def test_backup_names_its_file_and_restore_brings_it_back_where_nothing_is(config: Path, tmp_path: Path) -> None:
    made = run("backup", "--to", str(tmp_path / "b.tar.zst"), config=config)
    assert made.exit_code == 0, made.output
    assert f"antigravity restore {tmp_path / 'b.tar.zst'}" in made.stdout
    (tmp_path / "empty").mkdir()
    done = run("restore", str(tmp_path / "b.tar.zst"), config=tmp_path / "empty" / "antigravity.toml")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("12 preprints are back.\n")


def test_a_backup_goes_beside_the_database_where_no_file_is_named(config: Path) -> None:
    assert run("backup", config=config).exit_code == 0
    [file] = (config.parent / "archive" / "backups").iterdir()
    assert file.name.endswith(".tar.zst")


def test_restore_refuses_an_archive_that_is_there_and_says_how_to_go_on(config: Path, tmp_path: Path) -> None:
    run("export", "--to", str(tmp_path / "dumps"), config=config)
    result = run("restore", str(tmp_path / "dumps"), config=config)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "an archive is there already\n  → add --force" in result.stderr
