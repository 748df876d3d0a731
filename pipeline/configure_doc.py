"""Write docs/configure.md from the settings: `python -m pipeline.configure_doc`."""

from collections.abc import Mapping
from pathlib import PurePath

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipeline.ingest.source import NetworkSettings, SourceSettings
from pipeline.ingest.sources import KINDS
from pipeline.settings import Settings
from pipeline.settings_problems import meaning

HEAD = """# Settings

Made from `pipeline/settings.py` and `pipeline/ingest/sources/` by `make docs`. The file is `antigravity.toml`, or the one that
`--config` names. Relative paths count from it. Every key but those of `[[sources]]` can be overridden from outside:
`ANTIGRAVITY_SECTION__KEY`, for example `ANTIGRAVITY_SITE__BASE_URL=https://example.org/archive/`. An unknown key or a bad value
is an error that names the line.
"""
SOURCES = "One entry for each source; they are read in the order of the file. Every entry has these keys, and those of its kind."
FETCHED = "Every kind that is fetched from a server has these keys too."


def render_settings_doc() -> str:
    """One table a section: key, default, meaning; for the sources one of what all have, and one for each kind."""
    parts = [HEAD]
    for name, field in Settings.model_fields.items():
        if name == "sources":
            parts += _sources()
            continue
        section = field.annotation
        assert isinstance(section, type) and issubclass(section, BaseModel)
        parts.append(f"## `[{name}]`\n\n{(section.__doc__ or '').strip()}\n\n{_table(section.model_fields)}")
    return "\n".join(parts)


def _sources() -> list[str]:
    fetched = own_fields(NetworkSettings, SourceSettings)
    parts = [
        f"## `[[sources]]`\n\n{SOURCES}\n\n{_table(SourceSettings.model_fields)}",
        f"### Fetched from a server\n\n{FETCHED}\n\n{_table(fetched)}",
    ]
    for word, kind in KINDS.items():
        base = NetworkSettings if issubclass(kind, NetworkSettings) else SourceSettings
        origin = f"`{kind.default_origin}`" if kind.default_origin else "its name"
        fetched_too = " It is fetched from a server." if base is NetworkSettings else ""
        text = f"{(kind.__doc__ or '').strip()} Origin where none is set: {origin}.{fetched_too}"
        parts.append(f'### `kind = "{word}"`\n\n{text}\n\n{_table(own_fields(kind, base))}')
    return parts


def own_fields(kind: type[BaseModel], base: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys that a kind adds, and those that mean or default to something else than in the base."""
    known = {name: _row(name, one) for name, one in base.model_fields.items()}
    return {
        name: one for name, one in kind.model_fields.items() if name != "kind" and _row(name, one) != known.get(name)
    }


def _table(fields: Mapping[str, FieldInfo]) -> str:
    return "| key | default | meaning |\n| --- | --- | --- |\n" + "".join(_row(*one) for one in fields.items())


def _row(key: str, field: FieldInfo) -> str:
    return f"| `{key}` | {_default(field)} | {meaning(field).replace('|', '/')} |\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.default
    if value is None or value in ("", ()):
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value.as_posix() if isinstance(value, PurePath) else value}`"


if __name__ == "__main__":
    print(render_settings_doc(), end="")
