"""An archive destroyed and brought back: the same ids, revisions and pages; and what must never happen on the way."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import steps
from pipeline.errors import BusyError, LedgerError, PipelineError
from pipeline.export.backup import write_backup
from pipeline.export.checksums import write_checksums
from pipeline.export.restore import Restored, restore
from pipeline.progress import silent
from pipeline.settings import read_settings
from tests.fakes import FakeEncoder, FakeEngine
from tests.nights import (
    box_records,
    make_archive,
    night,
    read_answers,
    read_ids,
    read_site,
    run_night,
    write_records,
)
from tests.store.test_database import holding

NOW = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive after two nights, with an answer that was revised; no test changes it."""
    config = make_archive(tmp_path_factory.mktemp("restore") / "archive", box_records(10))
    run_night(config)
    write_records(config.parent / "preprints.jsonl", box_records(14))
    run_night(config)
    return config


@pytest.fixture
def data(lived: Path, tmp_path: Path) -> Path:
    """A copy of the dumps as the site published them."""
    return Path(shutil.copytree(read_settings(lived).render.output / "data", tmp_path / "data"))


@pytest.fixture
def machine(lived: Path, tmp_path: Path) -> Path:
    """A new machine: settings, models and sources, but no archive, no questions and no site."""
    shutil.copytree(
        lived.parent,
        tmp_path / "new",
        ignore=shutil.ignore_patterns("archive", "output", "questions"),
        copy_function=shutil.copy2,
    )
    return tmp_path / "new" / lived.name


def bring_back(source: Path, config: Path, *, force: bool = False) -> Restored:
    return restore(source, config, NOW, silent, force=force)


def revisions(config: Path) -> list[tuple[str, int, str]]:
    with night(config) as opened:
        return opened.connection.execute(
            "SELECT slug, revision, document FROM answers ORDER BY slug, revision"
        ).fetchall()


def held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_archive_comes_back_from_its_published_dumps_alone(lived: Path, machine: Path, data: Path) -> None:
    done = bring_back(data, machine)
    assert (done.preprints, done.moved) == (14, ())
    assert read_settings(machine).archive.ledger.read_bytes() == read_settings(lived).archive.ledger.read_bytes()
    assert revisions(machine) == revisions(lived)
    assert max(revision for _, revision, _ in revisions(machine)) > 1
    with night(machine) as new, night(lived) as old:
        assert read_ids(new.connection) == read_ids(old.connection)
        steps.embed(new)
        steps.render(new)
    found, before = read_site(read_settings(machine)), read_site(read_settings(lived))
    assert found.keys() == before.keys()
    assert [path for path in found if found[path] != before[path]] == []


def test_the_next_night_goes_on_as_if_nothing_had_happened(machine: Path, data: Path) -> None:
    bring_back(data, machine)
    reports = run_night(machine, FakeEngine(), FakeEncoder())
    assert (reports["ingest"].done, reports["answer"].model_calls, reports["verify"].done) == (0, 0, 0)
    assert read_answers(machine)


def test_a_backup_brings_back_everything_settings_and_past_runs_included(lived: Path, tmp_path: Path) -> None:
    write_backup(read_settings(lived), lived, tmp_path / "b.tar.zst", NOW)
    (tmp_path / "empty").mkdir()
    config = tmp_path / "empty" / lived.name
    done = bring_back(tmp_path / "b.tar.zst", config)
    assert done.preprints == 14 and "came from the backup" in done.notes[0]
    assert revisions(config) == revisions(lived)
    assert held(config.parent / "questions") == held(lived.parent / "questions")
    for table in ("harvests", "embeddings"):
        with night(config) as new, night(lived) as old:
            assert len(new.connection.table(table)) == len(old.connection.table(table)) > 0


def test_settings_that_came_from_a_refused_backup_go_again(lived: Path, tmp_path: Path) -> None:
    write_backup(read_settings(lived), lived, tmp_path / "b.tar.zst", NOW)
    (tmp_path / "new" / "archive").mkdir(parents=True)
    (tmp_path / "new" / "archive" / "ids.csv").write_text("")
    before = held(tmp_path / "new")
    with pytest.raises(PipelineError, match="an archive is there already"):
        bring_back(tmp_path / "b.tar.zst", tmp_path / "new" / lived.name)
    assert held(tmp_path / "new") == before


def test_a_night_that_works_on_the_archive_is_not_robbed_of_it(machine: Path, data: Path) -> None:
    bring_back(data, machine)
    before = held(machine.parent / "archive")
    with holding(read_settings(machine).archive.database), pytest.raises(BusyError):
        bring_back(data, machine, force=True)
    assert held(machine.parent / "archive") == before


def test_a_damaged_database_is_moved_aside(machine: Path, data: Path) -> None:
    bring_back(data, machine)
    read_settings(machine).archive.database.write_bytes(b"no database")
    done = bring_back(data, machine, force=True)
    assert (done.preprints, done.moved[0].read_bytes()) == (14, b"no database")


def test_dumps_without_a_map_come_back_too(machine: Path, data: Path) -> None:
    (data / "restore" / "map.json").unlink()
    write_checksums(data)
    assert bring_back(data, machine).preprints == 14


def test_an_archive_that_is_there_is_refused_and_with_force_moved_aside(lived: Path, machine: Path, data: Path) -> None:
    bring_back(data, machine)
    archive = machine.parent / "archive"
    before = held(archive)
    with pytest.raises(PipelineError, match=r"an archive is there already\n.*--force"):
        bring_back(data, machine)
    assert held(archive) == before
    done = bring_back(data, machine, force=True)
    assert [path.name for path in done.moved] == ["archive.duckdb.replaced-2026-03-01T043000"]
    assert done.moved[0].read_bytes() == before["archive.duckdb"]
    assert revisions(machine) == revisions(lived)


def test_ids_that_were_given_after_the_copy_are_not_forgotten(machine: Path, data: Path) -> None:
    bring_back(data, machine)
    ledger = read_settings(machine).archive.ledger
    with ledger.open("a") as lines:
        lines.write("AG-2024.01-0099,arxiv,2401.99999,2026-02-20\n")
    newer = ledger.read_bytes()
    bring_back(data, machine, force=True)
    assert ledger.read_bytes() == newer


def test_a_ledger_of_another_archive_is_never_replaced(machine: Path, data: Path) -> None:
    ledger = read_settings(machine).archive.ledger
    ledger.parent.mkdir()
    ledger.write_text("archive_id,source,source_id,assigned\nAG-2024.01-0001,osf,abc,2026-02-20\n")
    before = held(ledger.parent)
    with pytest.raises(LedgerError, match="give different ids"):
        bring_back(data, machine, force=True)
    assert held(ledger.parent) == before


def test_questions_that_are_there_stay_as_they_are(machine: Path, data: Path) -> None:
    mine = machine.parent / "questions" / "coral-reefs.md"
    mine.parent.mkdir()
    mine.write_text("mine")
    done = bring_back(data, machine)
    assert mine.read_text() == "mine"
    assert any("1 file of" in note and "stayed as before" in note for note in done.notes)


def change_line(folder: Path, name: str, change: Callable[[str], str]) -> None:
    (folder / name).write_text(change((folder / name).read_text()))
    write_checksums(folder)


def another_folder(data: Path) -> bool:
    """Leave nothing but the README."""
    for path in data.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "README.md":
            path.unlink()
    return True


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a damaged file": (lambda data: (data / "preprints.parquet").write_bytes(b"PAR1"), "preprints.parquet is damaged"),
    "a missing file": (lambda data: (data / "ids.csv").unlink(), "ids.csv is missing"),
    "no checksums": (lambda data: (data / "SHA256SUMS").unlink(), "SHA256SUMS can't be read"),
    "another folder": (
        lambda data: change_line(data, "README.md", lambda text: text) if another_folder(data) else None,
        "neither a backup nor dumps",
    ),
    "a newer version": (
        lambda data: change_line(data, "provenance.json", lambda text: text.replace('"0', '"9', 1)),
        "newer version",
    ),
    "a file with good sums that is no dump": (
        lambda data: (
            change_line(data, "versions.parquet", lambda text: "nonsense")
            if (data / "versions.parquet").write_text("") == 0
            else None
        ),
        "versions.parquet: can't be read back",
    ),
    "a version that is none": (
        lambda data: change_line(data, "provenance.json", lambda text: "[]"),
        "does not say by which version",
    ),
    "a question that is none": (
        lambda data: change_line(data, "questions.jsonl", lambda text: f'{text}{{"file": 1}}\n'),
        r"questions\.jsonl, line \d+: no question",
    ),
    "a map that is none": (
        lambda data: change_line(data, "restore/map.json", lambda text: '{"key": "k"}'),
        r"map\.json holds no map",
    ),
    "a ledger that lacks ids": (
        lambda data: change_line(data, "ids.csv", lambda text: "".join(text.splitlines(keepends=True)[:-1])),
        "the ledger says otherwise",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_copy_is_named_and_nothing_is_touched(machine: Path, data: Path, name: str) -> None:
    damage, told = BAD[name]
    damage(data)
    before = held(machine.parent)
    with pytest.raises(PipelineError, match=told):
        bring_back(data, machine)
    assert held(machine.parent) == before


def test_a_name_that_leads_out_of_the_questions_is_passed_over(machine: Path, data: Path) -> None:
    lines = [{"file": "../../evil.md", "text": "x"}, {"file": "run.sh", "text": "x"}, {"file": "good.md", "text": "x"}]
    change_line(data, "questions.jsonl", lambda _: "".join(f"{json.dumps(one)}\n" for one in lines))
    bring_back(data, machine)
    assert [path.name for path in (machine.parent / "questions").iterdir()] == ["good.md"]
    assert not list(machine.parent.parent.rglob("evil.md"))


def test_a_copy_that_is_not_there_is_named(machine: Path, tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"nowhere is not there"):
        bring_back(tmp_path / "nowhere", machine)


def test_overrides_come_back_to_where_the_settings_read_them(lived: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(lived.parent, mine)
    file, place = mine / lived.name, tmp_path / "elsewhere"
    (mine / "conf").mkdir()
    (mine / "conf/marks.toml").write_text("# a mark\n")
    file.write_text(f'archive.overrides = "conf/marks.toml"\n{file.read_text(encoding="utf-8")}', encoding="utf-8")
    write_backup(read_settings(file), file, tmp_path / "b.tar.zst", NOW)
    place.mkdir()
    bring_back(tmp_path / "b.tar.zst", place / file.name)
    assert (place / "conf/marks.toml").read_text() == "# a mark\n"
