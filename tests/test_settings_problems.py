"""What is said of settings that are wrong: one message for each problem, with its place and what is allowed."""

from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.ingest.source import SourceSettings
from pipeline.ingest.sources import KINDS
from pipeline.ingest.sources.biorxiv import BiorxivSettings
from pipeline.ingest.sources.jsonl import JsonlSettings
from pipeline.settings import Settings, read_settings

SOURCE = '[[sources]]\nname = "arxiv"\nkind = "jsonl"\npath = "data/arxiv.jsonl.gz"\n'
SOURCES = Settings.model_fields["sources"].description


def refusal(folder: Path, text: str) -> str:
    """The message for these settings, the file's path written as FILE."""
    file = folder / "antigravity.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_settings(file)
    return str(refused.value).replace(str(file), "FILE")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", f"FILE:1: sources is missing\n  → add it: {SOURCES}", id="no source"),
        pytest.param(
            f'{SOURCE}[site]\ntitel = "x"\n',
            "FILE:6: unknown key site.titel\n"
            "  → remove it, or use one of: title, base_url, id_prefix, repository_url, disclaimer (did you mean title?)",
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
            "FILE:5: embed.batch_size = 0: it should be greater than or equal to 1\n"
            "  → batch_size: Texts per forward pass. (1 to 1024)",
            id="out of range, line of the key and not of its comment",
        ),
        pytest.param(
            f'[render]\ntheme = "pink"\n{SOURCE}',
            "FILE:2: render.theme = 'pink': it should be 'auto', 'light' or 'dark'\n"
            "  → theme: `auto` follows the reader's system. One of: `auto`, `light`, `dark`.",
            id="not one of the allowed values",
        ),
        pytest.param(
            f'[verify]\njudge = ""\n{SOURCE}',
            "FILE:2: verify.judge = '': it should have at least 1 character\n"
            "  → judge: Who is asked about such sentences, and by `eval support`. `auto`: the language model, where the "
            "catalogue holds its threshold; `none`; `language-model`; or an NLI cross-encoder, by its name in the catalogue "
            "or its folder.",
            id="no judge, which is `none`",
        ),
        pytest.param(
            f'[site]\nid_prefix = "ag"\n{SOURCE}',
            "FILE:2: site.id_prefix = 'ag': it should match pattern '^[A-Z]{2,8}$'\n"
            "  → id_prefix: First part of every archive id, for ever.",
            id="wrong form",
        ),
        pytest.param(
            f'{SOURCE}[[sources]]\nname = "b"\nkind = "jsonl"\npth = "x"\n',
            f"FILE:5: sources.1.path is missing\n  → add it: {JsonlSettings.model_fields['path'].description}\n"
            "FILE:8: unknown key sources.1.pth\n  → remove it, or use one of: name, kind, origin, categories, since, path "
            "(did you mean path?)",
            id="both problems of the second source, each at its line",
        ),
        pytest.param(
            SOURCE * 2,
            "FILE:6: two sources are named arxiv\n  → give each [[sources]] entry its own name",
            id="two sources of one name",
        ),
        pytest.param(
            '[[sources]]\nname = "a"\nkind = "jsnol"\npath = "x"\n',
            f"FILE:3: sources.0.kind = 'jsnol': no such kind; use one of: {', '.join(KINDS)}",
            id="a kind that is none",
        ),
        pytest.param(
            '[[sources]]\nname = "a"\nkind = 7\n',
            f"FILE:3: sources.0.kind = 7: no such kind; use one of: {', '.join(KINDS)}",
            id="a kind that is a number",
        ),
        pytest.param(
            f'{SOURCE}[[sources]]\nname = "b"\npath = "x"\n',
            "FILE:5: sources.1.kind is missing\n  → add it",
            id="no kind",
        ),
        pytest.param(
            '[[sources]]\nname = "a"\nkind = "biorxiv"\npace_seconds = -1\npath = "x"\n',
            "FILE:4: sources.0.pace_seconds = -1: it should be greater than or equal to 0\n"
            "  → pace_seconds: Pause between two requests; it holds across all sources of one origin. (0 to 3600)\n"
            "FILE:5: unknown key sources.0.path\n  → remove it, or use one of: "
            + ", ".join(BiorxivSettings.model_fields),
            id="keys are those of the kind",
        ),
        pytest.param(
            f'{SOURCE}since = "yesterday"\n',
            "FILE:5: sources.0.since = 'yesterday': it should be a valid date or datetime, input is too short\n"
            f"  → since: {SourceSettings.model_fields['since'].description}",
            id="a day that is none",
        ),
        pytest.param(
            f'{SOURCE}origin = "My Origin"\n',
            "FILE:5: sources.0.origin = 'My Origin': it should match pattern '^$|^[a-z][a-z0-9-]{0,30}$'\n"
            f"  → origin: {SourceSettings.model_fields['origin'].description}",
            id="an origin of another form",
        ),
        pytest.param(
            "sources = 3\n",
            f'FILE:1: sources = 3: it should be a list, as ["one", "two"]\n  → sources: {SOURCES}',
            id="a number where sources belong",
        ),
        pytest.param(
            "sources = [3]\n",
            "FILE:1: sources.0 = 3: it should be a section of keys",
            id="a number where a source belongs",
        ),
        pytest.param(
            f'{SOURCE}[run]\nmetrics = "archive/metrics.txt"\n',
            "FILE:6: run.metrics = 'archive/metrics.txt': its name does not end in .prom, so the collector would pass over it\n"
            "  → metrics: File for the textfile collector of Prometheus' node exporter, ending in `.prom`.",
            id="metrics that nobody would read",
        ),
        pytest.param(
            f"site = 3\n{SOURCE}",
            "FILE:1: site = 3: it should be a section of keys",
            id="a number where a section belongs",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_line_and_what_is_allowed(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text) == message


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        pytest.param(
            "ANTIGRAVITY_EMBED__BATCH_SIZE",
            "many",
            "ANTIGRAVITY_EMBED__BATCH_SIZE (environment): embed.batch_size = 'many': it should be a whole number\n"
            "  → batch_size: Texts per forward pass. (1 to 1024)",
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
        pytest.param(
            "ANTIGRAVITY_SOURCES",
            '[{"name": "a", "kind": "osf"}, {"name": "b", "kind": "jsonl", "path": "x", "pth": "y"}]',
            "ANTIGRAVITY_SOURCES (environment): unknown key sources.1.pth\n"
            "  → remove it, or use one of: name, kind, origin, categories, since, path (did you mean path?)",
            id="a key in sources that the file does not have",
        ),
    ],
)
def test_a_wrong_override_is_named_by_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert refusal(tmp_path, SOURCE) == message


def test_an_override_is_blamed_and_not_the_good_line_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTIGRAVITY_EMBED__BATCH_SIZE", "many")
    assert "\nANTIGRAVITY_EMBED__BATCH_SIZE (environment): " in refusal(tmp_path, "[embed]\nbatch_size = 8\n")
