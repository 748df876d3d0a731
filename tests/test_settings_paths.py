"""Which settings are paths, and which are names."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.ingest.sources.jsonl import JsonlSettings
from pipeline.settings import Settings
from pipeline.settings_paths import MODEL_KEYS, PATH_KEYS, absolute_paths

BASE = Path("/srv/archive")


def settings(**sections: Any) -> Settings:
    made = Settings(sources=(JsonlSettings(name="x", kind="jsonl", path=Path("x.jsonl")),), **sections)
    return made.model_copy(update=absolute_paths(made, BASE))


def test_every_path_of_the_settings_counts_from_their_folder() -> None:
    read = settings(run={"metrics": "a.prom", "log": "night.log"}, render={"overrides": "mine"})
    for section, key in PATH_KEYS:
        assert getattr(getattr(read, section), key).is_relative_to(BASE), (section, key)
    assert read.questions.folder == BASE / "questions"
    assert [source.path for source in read.sources if isinstance(source, JsonlSettings)] == [BASE / "x.jsonl"]


def test_no_key_that_holds_a_path_was_forgotten() -> None:
    found = {
        (name, key)
        for name, field in Settings.model_fields.items()
        if isinstance(section := field.annotation, type) and name != "questions"
        for key, one in getattr(section, "model_fields", {}).items()
        if "Path" in str(one.annotation)
    }
    assert found == set(PATH_KEYS)


@pytest.mark.parametrize(("section", "key"), MODEL_KEYS)
@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("qwen3-4b-instruct-2507", "qwen3-4b-instruct-2507"),
        ("box:x", "box:x"),
        ("language-model", "language-model"),
        ("models/mine", "/srv/archive/models/mine"),
        ("/models/mine", "/models/mine"),
    ],
    ids=["catalogue", "box", "word", "relative", "absolute"],
)
def test_a_model_is_a_name_or_a_path(section: str, key: str, text: str, read: str) -> None:
    assert getattr(getattr(settings(**{section: {key: text}}), section), key) == read


def test_a_server_s_name_of_a_model_is_no_path() -> None:
    assert settings(answer={"engine": "openai", "model": "org/some-4b"}).answer.model == "org/some-4b"
