"""Names of arXiv's categories (arXiv category taxonomy). Pure."""

import tomllib
from importlib import resources

NAMES: dict[str, str] = tomllib.loads(
    (resources.files("pipeline.render") / "categories.toml").read_text(encoding="utf-8")
)
KNOWN = frozenset(NAMES)
"""The codes of all categories of arXiv."""


def category_name(code: str) -> str:
    """`Machine Learning` for `cs.LG`; the code itself where it has no name here."""
    return NAMES.get(code, code)
