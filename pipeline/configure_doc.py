"""Write docs/configure.md from the settings: `python -m pipeline.configure_doc`."""

from pathlib import PurePath
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipeline.settings import Settings, SourceSettings

HEAD = """# Settings

Made from `pipeline/settings.py` by `make docs`. The file is `antigravity.toml`, or the one that `--config` names. Relative
paths count from it. Every key but those of `[[sources]]` can be overridden from outside: `ANTIGRAVITY_SECTION__KEY`, for
example `ANTIGRAVITY_SITE__BASE_URL=https://example.org/archive/`. An unknown key or a bad value is an error that names the
line.
"""


def render_settings_doc() -> str:
    """One table a section: key, default, meaning."""
    parts = [HEAD]
    for name, field in Settings.model_fields.items():
        section = SourceSettings if name == "sources" else field.annotation
        assert isinstance(section, type) and issubclass(section, BaseModel)
        title = "[[sources]]" if name == "sources" else f"[{name}]"
        rows = "".join(
            f"| `{key}` | {_default(one)} | {_meaning(one)} |\n" for key, one in section.model_fields.items()
        )
        doc = (section.__doc__ or "").strip()
        parts.append(f"## `{title}`\n\n{doc}\n\n| key | default | meaning |\n| --- | --- | --- |\n{rows}")
    return "\n".join(parts)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.default
    if isinstance(value, PurePath):
        value = value.as_posix()
    return (
        {"": "empty", True: "`true`", False: "`false`"}.get(value, f"`{value}`") if not _number(value) else f"`{value}`"
    )


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _meaning(field: FieldInfo) -> str:
    bounds = {type(one).__name__: one for one in field.metadata}
    low, high = bounds.get("Ge"), bounds.get("Le")
    span = f" ({low.ge} to {high.le})" if low and high else f" ({low.ge} or more)" if low else ""
    choices = [str(one) for one in get_args(field.annotation) if isinstance(one, str)]
    allowed = f" One of: {', '.join(f'`{one}`' for one in choices)}." if len(choices) > 1 else ""
    return f"{(field.description or '').replace('|', '/')}{span}{allowed}"


if __name__ == "__main__":
    print(render_settings_doc(), end="")
