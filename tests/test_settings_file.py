"""Where the questions lie, read without the rest of the settings."""

import sys
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.settings import read_settings
from pipeline.settings_file import read_document, read_place_of_questions

SOURCE = '\n[[sources]]\nname = "a"\nkind = "jsonl"\npath = "a.jsonl"\n'


def settings(folder: Path, text: str) -> Path:
    file = folder / "antigravity.toml"
    file.write_text(text + SOURCE, encoding="utf-8")
    return file


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package that brings questions along."""
    made = tmp_path / "library" / "reef_questions"
    (made / "questions").mkdir(parents=True)
    (made / "__init__.py").touch()
    monkeypatch.syspath_prepend(made.parent)
    assert "reef_questions" not in sys.modules
    return made


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "archive/questions"),
        ('[questions]\nfolder = "../other/repository"\n', "archive/../other/repository"),
        ('[questions]\nfolder = "/srv/questions"\n', "/srv/questions"),
        ('[questions]\nfolder = "package:reef_questions/questions"\n', "library/reef_questions/questions"),
        ('[questions]\nfolder = "package:reef_questions"\n', "library/reef_questions"),
    ],
    ids=["default", "another repository", "absolute", "a folder of a package", "a package"],
)
def test_the_folder_is_where_all_settings_say_it_is(tmp_path: Path, package: Path, text: str, place: str) -> None:
    (tmp_path / "archive").mkdir()
    file = settings(tmp_path / "archive", text)
    assert read_place_of_questions(file) == read_settings(file).questions.folder == tmp_path / place


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = settings(tmp_path, '[questions]\nfolder = "here"\n')
    monkeypatch.setenv("ANTIGRAVITY_QUESTIONS__FOLDER", "there")
    assert read_place_of_questions(file) == read_settings(file).questions.folder == tmp_path / "there"


def test_a_repository_of_questions_alone_needs_no_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fixed bug: its check asked for a settings file, in which nothing had to stand."""
    with pytest.raises(SettingsError, match="can't read the settings"):
        read_place_of_questions(tmp_path / "antigravity.toml")
    monkeypatch.setenv("ANTIGRAVITY_QUESTIONS__FOLDER", "questions")
    assert read_place_of_questions(tmp_path / "antigravity.toml") == tmp_path / "questions"


@pytest.mark.parametrize("name", ["absent_questions", "../x", "json", "a.b"])
def test_a_package_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    file = settings(tmp_path, f'[questions]\nfolder = "package:{name}"\n')
    with pytest.raises(SettingsError, match=r"no package .* is installed here\n  → install it, or name a folder"):
        if name == "json":
            read_place_of_questions(settings(tmp_path, '[questions]\nfolder = "package:this"\n'))
        read_place_of_questions(file)


@pytest.mark.parametrize("text", ["questions = 5\n", "[questions]\nfolder = 5\n"])
def test_a_folder_that_is_no_text_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"questions\.folder is no path"):
        read_place_of_questions(settings(tmp_path, text))


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not valid TOML"):
        read_document(settings(tmp_path, "="))
