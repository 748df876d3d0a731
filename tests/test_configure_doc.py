"""The page on the settings says what the settings say."""

import re
from pathlib import Path

from pipeline.configure_doc import render_settings_doc
from pipeline.settings import Settings, SourceSettings

DOC = Path(__file__).parents[1] / "docs" / "configure.md"


def test_the_page_is_fresh() -> None:
    assert DOC.read_text(encoding="utf-8") == render_settings_doc(), "make docs writes it anew"


def test_every_key_has_its_row_with_a_default_and_a_meaning() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*) \|$", render_settings_doc(), re.MULTILINE)
    keys = [key for name in Settings.model_fields if name != "sources" for key in type(_default(name)).model_fields]
    assert sorted(key for key, _, _ in rows) == sorted([*keys, *SourceSettings.model_fields])
    assert all(default and meaning for _, default, meaning in rows)


def _default(section: str) -> Settings:
    value: Settings = Settings.model_fields[section].default
    return value


def test_defaults_bounds_and_choices_are_told() -> None:
    doc = render_settings_doc()
    assert "| `passages` | `8` | Preprints per question. (1 to 20) |" in doc
    assert "| `base_url` | empty | " in doc
    assert "| `search` | `true` | " in doc
    assert "| `path` | needed | " in doc
    assert "One of: `auto`, `light`, `dark`." in doc
