"""Settings: what an operator may write, and what is said where it is wrong."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from pipeline.errors import SettingsError
from pipeline.settings import Settings, SourceSettings, read_settings

SOURCE = '[[sources]]\nname = "arxiv"\nkind = "jsonl"\npath = "data/arxiv.jsonl.gz"\n'


def write(folder: Path, text: str) -> Path:
    file = folder / "antigravity.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refusal(folder: Path, text: str) -> str:
    """The message for these settings, the file's path written as FILE."""
    file = write(folder, text)
    with pytest.raises(SettingsError) as refused:
        read_settings(file)
    return str(refused.value).replace(str(file), "FILE")


def test_one_source_is_all_that_must_be_said(tmp_path: Path) -> None:
    expected = Settings(sources=(SourceSettings(name="arxiv", kind="jsonl", path=tmp_path / "data/arxiv.jsonl.gz"),))
    read = read_settings(write(tmp_path, SOURCE))
    assert read.sources == expected.sources
    assert (read.site, read.embed, read.retrieve, read.answer, read.verify, read.run) == (
        expected.site,
        expected.embed,
        expected.retrieve,
        expected.answer,
        expected.verify,
        expected.run,
    )


def test_paths_count_from_the_settings_file_and_absolute_ones_stay(tmp_path: Path) -> None:
    read = read_settings(
        write(tmp_path, f'[archive]\ndatabase = "/srv/a.duckdb"\n[answer]\nmodel = "m/x.gguf"\n{SOURCE}')
    )
    assert (read.archive.database, read.archive.ledger) == (Path("/srv/a.duckdb"), tmp_path / "archive/ids.csv")
    assert (read.render.output, read.render.templates) == (tmp_path / "output", tmp_path / "site_templates")
    assert read.questions.folder == tmp_path / "questions"
    assert (read.answer.model, read.embed.model) == (str(tmp_path / "m/x.gguf"), "box:all-MiniLM-L6-v2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "FILE:1: sources is missing\n  → add it", id="no source"),
        pytest.param(
            f'{SOURCE}[site]\ntitel = "x"\n',
            "FILE:6: unknown key site.titel\n"
            "  → remove it, or use one of: title, base_url, id_prefix, repository_url, disclaimer",
            id="unknown key",
        ),
        pytest.param(
            f"{SOURCE}[foo]\nx = 1\n",
            "FILE:5: unknown key foo\n  → remove it, or use one of: site, archive, sources, embed, retrieve, answer, "
            "verify, render, questions, run",
            id="unknown section",
        ),
        pytest.param(
            f"[verify]\nmin_coverage = 1\n[embed]\n# batch_size = 1\nbatch_size = 0\n{SOURCE}",
            "FILE:5: embed.batch_size = 0: Input should be greater than or equal to 1",
            id="out of range, line of the key and not of its comment",
        ),
        pytest.param(
            f'[render]\ntheme = "pink"\n{SOURCE}',
            "FILE:2: render.theme = 'pink': Input should be 'auto', 'light' or 'dark'",
            id="not one of the allowed values",
        ),
        pytest.param(
            f'[site]\nid_prefix = "ag"\n{SOURCE}',
            "FILE:2: site.id_prefix = 'ag': String should match pattern '^[A-Z]{2,8}$'",
            id="wrong form",
        ),
        pytest.param(
            f'{SOURCE}[[sources]]\nname = "b"\nkind = "jsonl"\npth = "x"\n',
            "FILE:5: sources.1.path is missing\n  → add it\n"
            "FILE:8: unknown key sources.1.pth\n  → remove it, or use one of: name, kind, path",
            id="both problems of the second source, each at its line",
        ),
        pytest.param(
            SOURCE * 2,
            "FILE: two sources are named arxiv\n  → give each [[sources]] entry its own name",
            id="two sources of one name",
        ),
        pytest.param(
            f"site = 3\n{SOURCE}",
            "FILE:1: site = 3: Input should be a valid dictionary or instance of SiteSettings",
            id="a number where a section belongs",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_line_and_what_is_allowed(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text) == message


def test_broken_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    assert "FILE: not valid TOML: " in refusal(tmp_path, "[site\n")
    assert "line 1" in refusal(tmp_path, "[site\n")


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


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        pytest.param(
            "ANTIGRAVITY_EMBED__BATCH_SIZE",
            "many",
            "ANTIGRAVITY_EMBED__BATCH_SIZE (environment): embed.batch_size = 'many': Input should be a valid integer, "
            "unable to parse string as an integer",
            id="wrong value",
        ),
        pytest.param(
            "ANTIGRAVITY_SITE__FOO",
            "x",
            "ANTIGRAVITY_SITE__FOO (environment): unknown key site.foo\n"
            "  → remove it, or use one of: title, base_url, id_prefix, repository_url, disclaimer",
            id="unknown key",
        ),
        pytest.param(
            "ANTIGRAVITY_SOURCES",
            "not json",
            'FILE and the environment: error parsing value for field "sources" from source "EnvSettingsSource"\n'
            "  → write an override of a whole section as JSON, or name one key of it",
            id="a whole section that is no JSON",
        ),
    ],
)
def test_a_wrong_override_is_named_by_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert refusal(tmp_path, SOURCE) == message


def test_settings_are_frozen(tmp_path: Path) -> None:
    read = read_settings(write(tmp_path, SOURCE))
    with pytest.raises(ValidationError, match="frozen"):
        read.site.title = "Other"  # type: ignore[misc]  # what is tested


def test_every_key_has_doc_text() -> None:
    sections = [SourceSettings]
    sections += [field.annotation for field in Settings.model_fields.values() if isinstance(field.annotation, type)]
    undocumented = [
        f"{section.__name__}.{name}"
        for section in sections
        if issubclass(section, BaseModel)
        for name, field in section.model_fields.items()
        if not field.description
    ]
    assert undocumented == []
