"""Settings: what an operator may write, and what is said where it is wrong."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from pipeline.errors import SettingsError
from pipeline.ingest.sources import KINDS
from pipeline.ingest.sources.jsonl import JsonlSettings
from pipeline.settings import Settings, read_settings

SOURCE = '[[sources]]\nname = "arxiv"\nkind = "jsonl"\npath = "data/arxiv.jsonl.gz"\n'


def write(folder: Path, text: str) -> Path:
    file = folder / "antigravity.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_one_source_is_all_that_must_be_said(tmp_path: Path) -> None:
    expected = Settings(sources=(JsonlSettings(name="arxiv", kind="jsonl", path=tmp_path / "data/arxiv.jsonl.gz"),))
    read = read_settings(write(tmp_path, SOURCE))
    assert read.sources == expected.sources
    assert (read.site, read.embed, read.retrieve, read.answer, read.verify, read.run) == (
        expected.site,
        expected.embed,
        expected.retrieve,
        expected.answer.model_copy(update={"models": tmp_path / "models"}),
        expected.verify,
        expected.run.model_copy(update={"report": tmp_path / "archive/report.json"}),
    )


def test_paths_count_from_the_settings_file_and_absolute_ones_stay(tmp_path: Path) -> None:
    read = read_settings(
        write(tmp_path, f'[archive]\ndatabase = "/srv/a.duckdb"\n[answer]\nmodel = "m/x.gguf"\n{SOURCE}')
    )
    assert (read.archive.database, read.archive.ledger) == (Path("/srv/a.duckdb"), tmp_path / "archive/ids.csv")
    assert (read.render.output, read.render.templates) == (tmp_path / "output", tmp_path / "site_templates")
    assert read.questions.folder == tmp_path / "questions"
    assert (read.answer.model, read.embed.model) == (str(tmp_path / "m/x.gguf"), "box:all-MiniLM-L6-v2")


def test_broken_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"antigravity\.toml:1: not valid TOML: "):
        read_settings(write(tmp_path, "[site\n"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"can't read the settings: No such file.*\n.*--config"):
        read_settings(tmp_path / "antigravity.toml")


def test_a_file_that_is_not_utf8_is_refused_and_is_no_bug(tmp_path: Path) -> None:
    file = tmp_path / "antigravity.toml"
    file.write_bytes(b'[site]\ntitle = "\xe9"\n')
    with pytest.raises(SettingsError, match="not UTF-8 at byte 16"):
        read_settings(file)


def test_the_environment_overrides_one_key_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTIGRAVITY_SITE__BASE_URL", "https://example.org/archive/")
    site = read_settings(write(tmp_path, f'[site]\ntitle = "Reefs"\nbase_url = "https://old.example/"\n{SOURCE}')).site
    assert (site.title, site.base_url) == ("Reefs", "https://example.org/archive/")


def test_settings_are_frozen(tmp_path: Path) -> None:
    read = read_settings(write(tmp_path, SOURCE))
    with pytest.raises(ValidationError, match="frozen"):
        read.site.title = "Other"  # type: ignore[misc]  # what is tested


ALL_KINDS = "".join(
    f'[[sources]]\nname = "{kind}"\nkind = "{kind}"\n{needed}'
    for kind, needed in {
        "arxiv-oai": "",
        "arxiv-snapshot": 'path = "snapshot.zip"\n',
        "biorxiv": "",
        "medrxiv": "",
        "oai-folder": 'path = "/srv/answers"\n',
        "osf": "",
        "jsonl": 'path = "feed.jsonl"\n',
    }.items()
)


def test_every_kind_of_source_is_read_with_its_origin_and_its_paths_counted_from_the_file(tmp_path: Path) -> None:
    read = read_settings(write(tmp_path, ALL_KINDS)).sources
    assert {one.name: type(one) for one in read} == KINDS
    assert {one.name: one.origin_name for one in read} == {
        "arxiv-oai": "arxiv",
        "arxiv-snapshot": "arxiv",
        "biorxiv": "biorxiv",
        "medrxiv": "medrxiv",
        "oai-folder": "arxiv",
        "osf": "osf",
        "jsonl": "jsonl",
    }
    paths = {one.name: path for one in read if (path := getattr(one, "path", None))}
    assert paths == {
        "arxiv-snapshot": tmp_path / "snapshot.zip",
        "oai-folder": Path("/srv/answers"),
        "jsonl": tmp_path / "feed.jsonl",
    }


@pytest.mark.parametrize(
    ("lines", "origin"),
    [
        pytest.param('kind = "jsonl"', "mine", id="the name, where the kind has none"),
        pytest.param('kind = "arxiv-snapshot"', "arxiv", id="the kind's own"),
        pytest.param('kind = "arxiv-snapshot"\norigin = "mirror"', "mirror", id="what is set"),
    ],
)
def test_the_origin_is_what_is_set_or_the_kinds_or_the_name(tmp_path: Path, lines: str, origin: str) -> None:
    [source] = read_settings(write(tmp_path, f'[[sources]]\nname = "mine"\npath = "x"\n{lines}\n')).sources
    assert source.origin_name == origin


def test_every_key_has_doc_text() -> None:
    sections: list[type] = [*KINDS.values()]
    sections += [field.annotation for field in Settings.model_fields.values() if isinstance(field.annotation, type)]
    undocumented = [
        f"{section.__name__}.{name}"
        for section in sections
        if issubclass(section, BaseModel)
        for name, field in section.model_fields.items()
        if name != "kind" and not field.description
    ]
    assert undocumented == []


@pytest.mark.parametrize(
    ("answer", "model"),
    [
        pytest.param('model = "qwen3-4b-instruct-2507"', "qwen3-4b-instruct-2507", id="a name of the catalogue"),
        pytest.param('model = "qwen3-4b"', "FOLDER/qwen3-4b", id="no name of the catalogue"),
        pytest.param('model = "models/x.gguf"', "FOLDER/models/x.gguf", id="a path"),
        pytest.param('engine = "openai"\nmodel = "org/some-4b"', "org/some-4b", id="a server's own name"),
    ],
)
def test_a_model_that_is_named_is_no_path(tmp_path: Path, answer: str, model: str) -> None:
    read = read_settings(write(tmp_path, f"[answer]\n{answer}\n{SOURCE}")).answer
    assert read.model.replace(str(tmp_path), "FOLDER") == model
    assert read.models == tmp_path / "models"


@pytest.mark.parametrize(
    ("reranker", "expected"),
    [
        pytest.param("", "", id="none"),
        pytest.param("language-model", "language-model", id="the language model"),
        pytest.param("ms-marco-minilm-l6-v2", "ms-marco-minilm-l6-v2", id="a name of the catalogue"),
        pytest.param("models/mine", "FOLDER/models/mine", id="a path"),
    ],
)
def test_a_reranker_is_a_name_or_a_path_from_the_file(tmp_path: Path, reranker: str, expected: str) -> None:
    read = read_settings(write(tmp_path, f'[retrieve]\nreranker = "{reranker}"\n{SOURCE}')).retrieve
    assert read.reranker.replace(str(tmp_path), "FOLDER") == expected
