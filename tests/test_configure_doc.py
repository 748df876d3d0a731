"""The page on the settings says what the settings say."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field

from pipeline.configure_doc import own_fields, render_settings_doc
from pipeline.ingest.source import NetworkSettings, SourceSettings
from pipeline.ingest.sources import KINDS
from pipeline.settings import Settings

DOC = Path(__file__).parents[1] / "docs" / "configure.md"


def test_the_page_is_fresh() -> None:
    assert DOC.read_text(encoding="utf-8") == render_settings_doc(), "make docs writes it anew"


def tables() -> dict[str, dict[str, tuple[str, str]]]:
    """Default and meaning by key, by the heading above."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for part in re.split(r"^##+ ", render_settings_doc(), flags=re.MULTILINE)[1:]:
        rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*) \|$", part, re.MULTILINE)
        found[part.splitlines()[0].strip("`")] = {key: (default, meaning) for key, default, meaning in rows}
    return found


def test_every_key_has_its_row_with_a_default_and_a_meaning() -> None:
    found = tables()
    for name, field in Settings.model_fields.items():
        if name != "sources":
            assert list(found[f"[{name}]"]) == list(type(field.default).model_fields)
    assert all(default and meaning for rows in found.values() for default, meaning in rows.values())


def test_every_kind_of_source_tells_what_it_adds_to_what_all_have() -> None:
    found = tables()
    everywhere, fetched = found["[[sources]]"], found["Fetched from a server"]
    assert (set(everywhere), set(everywhere) | set(fetched)) == (
        set(SourceSettings.model_fields),
        set(NetworkSettings.model_fields),
    )
    for word, kind in KINDS.items():
        own = set(found[f'kind = "{word}"'])
        common = set(everywhere) | (set(fetched) if issubclass(kind, NetworkSettings) else set())
        assert own | common == set(kind.model_fields), word
        assert f"`{word}`: " in render_settings_doc(), "the docstring of each kind begins with its word"


def test_a_kind_with_another_default_for_a_common_key_shows_it() -> None:
    class Hasty(NetworkSettings):
        """`hasty`: one with a default of its own."""

        kind: Literal["hasty"]
        pace_seconds: float = Field(
            0.5, ge=0, le=3600, description=NetworkSettings.model_fields["pace_seconds"].description
        )

    assert list(own_fields(Hasty, NetworkSettings)) == ["pace_seconds"]


def test_defaults_bounds_and_choices_are_told() -> None:
    found = tables()
    assert found["[retrieve]"]["passages"] == ("`8`", "Preprints per question. (1 to 20)")
    assert found["[site]"]["base_url"][0] == found["[[sources]]"]["since"][0] == "empty"
    assert found["[render]"]["search"][0] == "`true`"
    assert found["[run]"]["retries"] == ("`2`", "Times a step is tried again where that may help. (0 to 10)")
    assert found['kind = "jsonl"']["path"][0] == "needed"
    assert found["[render]"]["theme"][1].endswith(" One of: `auto`, `light`, `dark`.")
    assert found["Fetched from a server"]["timeout_seconds"][1].endswith(" (more than 0, to 3600)")
