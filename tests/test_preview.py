"""What a question would find, on a copy of the archive."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.errors import QuestionError
from pipeline.preview import preview, scratch
from pipeline.progress import silent
from pipeline.questions import read_questions
from pipeline.settings import read_settings
from pipeline.steps import Night
from pipeline.store.database import open_database
from tests.fakes import FakeEncoder, QuotingEngine
from tests.nights import NOW, QUESTIONS, make_archive, no_sleep, read_site, run_night

NEW = QUESTIONS["quantum-medical-images"].replace("hybrid quantum models classify", "quantum @models sort")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive after a night, and a question file that came since; no test may change it."""
    config = make_archive(tmp_path_factory.mktemp("preview") / "archive")
    run_night(config)
    (config.parent / "questions" / "new-question.md").write_text(NEW, encoding="utf-8")
    return config


@pytest.fixture
def config(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole.parent, tmp_path / "archive")
    return tmp_path / "archive" / whole.name


def told(config: Path, name: str = "new-question.md", out: Path | None = None) -> str:
    settings = read_settings(config)
    others, _ = read_questions(settings.questions.folder)
    with (
        scratch(settings, [settings.questions.folder / name], out) as aside,
        open_database(aside.archive.database) as connection,
    ):
        night = Night(aside, connection, FakeEncoder(), QuotingEngine(), lambda: NOW, no_sleep, silent)
        return preview(night, others, as_pages=out is not None)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_tells_what_is_found_the_terms_the_nearest_questions_and_the_page(config: Path) -> None:
    text = told(config)
    assert [line for line in text.splitlines() if line.startswith("#")][:6] == [
        "## How accurately do quantum @\u2060models sort medical images?",
        "### What it finds",
        "### Terms",
        "### The nearest questions that are there",
        "### The page",
        "#### How accurately do quantum @\u2060models sort medical images?",
    ]
    assert "A draft of `/q/new-question/`, on 12 preprints" in text
    assert text.count("% | ") == 8
    assert "- quantum: in " in text and "All of them together: in " in text
    assert "How accurately do hybrid quantum models classify medical images? (`quantum-medical-images`)" in text
    assert "(`new-question`)" not in text
    assert "Answered by fake-model" in text


def test_nothing_is_stored(config: Path, tmp_path: Path) -> None:
    before = contents(config.parent)
    told(config, out=tmp_path / "out")
    after = contents(config.parent)
    assert {path for path in after if after[path] != before.get(path)} <= {"archive/archive.duckdb"}
    with open_database(read_settings(config).archive.database) as connection:
        assert connection.execute("SELECT count(DISTINCT slug) FROM answers").fetchall() == [(len(QUESTIONS),)]


def test_the_pages_are_those_that_the_site_would_have(config: Path, tmp_path: Path) -> None:
    told(config, out=tmp_path / "out")
    made = contents(tmp_path / "out")
    run_night(config)
    real = read_site(read_settings(config))
    folder = "q/new-question/"
    assert folder + "index.html" in made
    page = made[folder + "index.md"].split(b"*This is a research aid")[0]
    assert page and real[folder + "index.md"].startswith(page)
    assert not [path for path in made if path.startswith("q/") and not path.startswith(folder)]


def test_another_preview_into_the_same_folder_may_hold_fewer_answers(config: Path, tmp_path: Path) -> None:
    told(config, out=tmp_path / "out")
    provenance = tmp_path / "out/data/provenance.json"
    document = json.loads(provenance.read_text())
    provenance.unlink()
    document["rows"]["answers.jsonl"] += 5
    provenance.write_text(json.dumps(document))
    told(config, out=tmp_path / "out")
    assert json.loads(provenance.read_text())["rows"]["answers.jsonl"] == document["rows"]["answers.jsonl"] - 5


def test_a_draft_is_shown_as_it_would_be(config: Path) -> None:
    file = config.parent / "questions" / "new-question.md"
    file.write_text(NEW.replace("order: 10", "status: draft"), encoding="utf-8")
    assert "### What it finds" in told(config)


def test_a_retired_question_is_not_answered(config: Path) -> None:
    file = config.parent / "questions" / "new-question.md"
    file.write_text(NEW.replace("order: 10", "status: retired"), encoding="utf-8")
    assert "The question is retired" in told(config) and "### What it finds" not in told(config)


def test_filters_that_let_nothing_through_are_told(config: Path) -> None:
    file = config.parent / "questions" / "new-question.md"
    file.write_text(NEW.replace("order: 10", "since: 2099-01-01"), encoding="utf-8")
    text = told(config)
    assert "`categories` and `since` let none through" in text and "### The page" not in text


def test_an_archive_before_its_first_night_finds_nothing(tmp_path: Path) -> None:
    config = make_archive(tmp_path / "archive")
    assert "It would find no preprint" in told(config, "coral-reefs.md")
    assert not read_settings(config).archive.database.exists()


@pytest.mark.parametrize(
    ("name", "what"), [("bad.md", "question-mark"), ("README.md", "no question"), ("absent.md", "absent")]
)
def test_a_file_that_is_no_good_question_is_refused(config: Path, name: str, what: str) -> None:
    folder = config.parent / "questions"
    (folder / "bad.md").write_text(NEW.replace("images?", "images"), encoding="utf-8")
    (folder / "README.md").write_text("# Questions\n", encoding="utf-8")
    with pytest.raises(QuestionError, match=what):
        told(config, name)
