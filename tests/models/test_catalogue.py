"""The catalogue: every entry is whole, and is found by its name or by the content of its file."""

import re
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from pipeline.errors import ModelError
from pipeline.models.catalogue import Entry, find_entry, judge_threshold, read_catalogue, require_entry

ENTRIES = read_catalogue()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_says_all_that_is_needed(entry: Entry) -> None:
    assert entry.kind in ("language", "encoder", "judge", "reranker")
    assert entry.licence and entry.note.endswith(".") and entry.context_tokens >= 256
    assert bool(entry.package) == entry.name.startswith("box:") == (not entry.source)
    assert bool(entry.chat_template) == (entry.kind == "language")
    assert entry.memory > entry.size > 0
    assert entry.judge_threshold is None or 0.5 <= entry.judge_threshold < 1
    if entry.source:
        assert re.fullmatch(r"https://.+/[0-9a-f]{40}", entry.source), "a fixed revision, and no branch"
        assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", entry.name), "it becomes a folder"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_file_is_known_by_its_content_and_stays_in_its_folder(entry: Entry) -> None:
    for file in entry.files:
        assert re.fullmatch("[0-9a-f]{64}", file.sha256)
        path = PurePosixPath(file.path)
        assert not path.is_absolute() and ".." not in path.parts and not file.path.endswith(".part")
    assert entry.files[0].size > 0


def test_what_writes_says_what_memory_a_token_takes_and_nothing_else_does() -> None:
    assert [one.name for one in read_catalogue() if bool(one.token_memory) != (one.kind == "language")] == []


def test_names_and_contents_are_there_once() -> None:
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)
    assert len({entry.files[0].sha256 for entry in ENTRIES}) == len(ENTRIES)


def test_the_models_of_the_settings_defaults_are_in_the_catalogue() -> None:
    from pipeline.settings import AnswerSettings, EmbedSettings

    assert require_entry(AnswerSettings().model).kind == "language"
    assert require_entry(EmbedSettings().model).kind == "encoder"


@pytest.mark.parametrize("name", ["models/some.gguf", "/srv/qwen.gguf", "", ".", "Qwen3-4b-instruct-2507"])
def test_what_is_no_name_is_not_found(name: str) -> None:
    assert find_entry(name) is None


def test_an_unknown_name_is_refused_with_the_names_that_there_are() -> None:
    with pytest.raises(ModelError, match="no model named 'qwen'") as refused:
        require_entry("qwen")
    assert all(entry.name in refused.value.mend for entry in ENTRIES)


def test_a_threshold_goes_with_the_content_of_a_file_and_not_with_its_place() -> None:
    for entry in ENTRIES:
        assert judge_threshold(entry.files[0].sha256) == entry.judge_threshold
    assert judge_threshold("0" * 64) is None


def test_the_size_is_that_of_all_files() -> None:
    entry = ENTRIES[0]
    assert replace(entry, files=entry.files * 2).size == 2 * entry.size
