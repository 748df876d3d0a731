"""Names of arXiv's categories (arXiv category taxonomy). Pure."""

import tomllib
from functools import cache
from importlib import resources


@cache
def _names() -> dict[str, str]:
    text = (resources.files("pipeline.render") / "categories.toml").read_text(encoding="utf-8")
    return {str(code): str(name) for code, name in tomllib.loads(text).items()}


def category_name(code: str) -> str:
    """`Machine Learning` for `cs.LG`; the code itself where it has no name here."""
    return _names().get(code, code)
