"""The templates and assets of the site, with a theme's own in front of them. [edge]

A theme is a folder that is laid out as `site_templates/` is: a file in it goes before the one of the same name. What stands behind it
can still be reached, as `original/NAME`, so that a theme's template may extend the one that it replaces.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta

from pipeline.errors import SiteError
from pipeline.hashes import content_hash
from pipeline.render.news import STATES, STATUSES
from pipeline.render.tex import to_html, to_text
from pipeline.spelling import nearest

ORIGINAL = "original"
OWN_STYLE = "own.css"
"""Style sheet of a theme that every page loads after its own one."""
MEND = "mend the templates in render.templates or render.overrides"
FAULTS = (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a template that is wrong may raise."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Where the templates are."""

    folder: Path
    overrides: Path | None = None
    """The folder of a theme."""

    def check(self) -> None:
        """Raise SiteError where a folder is not what the settings say."""
        if not (self.folder / "about.md").is_file() or not (self.folder / "assets").is_dir():
            raise SiteError(
                f"{self.folder} is no folder of templates", "mend render.templates; site_templates is the one here"
            )
        if self.overrides and not self.overrides.is_dir():
            raise SiteError(f"{self.overrides} is no folder", "mend render.overrides, or leave it out")

    def render(self, name: str, path: str, context: Mapping[str, Any]) -> str:
        """Make the page `path`. Raises SiteError that names file and line where a template is missing or wrong."""
        environment = _environment(self)
        try:
            return environment.get_template(name).render(context)
        except FAULTS as error:
            lost = isinstance(error, jinja2.TemplateNotFound)
            why = f"there is no template {error}" if lost else str(error)
            raise SiteError(f"{self._place(error) or self.folder / name} can't make {path}: {why}", MEND) from error

    def key(self, name: str) -> str:
        """Of a template's text, and of all that it extends or imports; making a page tells what of it can't be read."""
        environment = _environment(self)
        seen: dict[str, str] = {}
        waiting = [name]
        while waiting:
            if (one := waiting.pop()) not in seen:
                seen[one] = ""
                with suppress(jinja2.TemplateError, UnicodeDecodeError):
                    seen[one] = environment.loader.get_source(environment, one)[0]  # type: ignore[union-attr]  # it has one
                    waiting += filter(None, meta.find_referenced_templates(environment.parse(seen[one])))
        return content_hash(*(part for pair in sorted(seen.items()) for part in pair))

    def read_text(self, name: str) -> str:
        """A text of the site, such as `about.md`."""
        return self._find(name).read_text(encoding="utf-8")

    def assets(self) -> dict[str, Path]:
        """Every file below `assets/`, by its name there, in order; a theme's before those that it replaces."""
        found = dict(_files(self.folder / "assets"))
        if self.overrides and (self.overrides / "assets").is_dir():
            found |= _files(self.overrides / "assets")
        return dict(sorted(found.items()))

    def strange_files(self) -> tuple[str, ...]:
        """A warning for every file of the theme that replaces nothing and that nothing can use.

        Assets are all published, and a template whose name begins with an underscore is a piece that others include.
        """
        if not self.overrides:
            return ()
        known = [name for name, _ in _files(self.folder) if not name.startswith("assets/")]
        warnings = []
        for name, _ in _files(self.overrides):
            if name in known or name == "README.md" or name.startswith(("assets/", "_")):
                continue
            warnings.append(f"{self.overrides / name} replaces nothing and is not used{nearest(name, known)}")
        return tuple(warnings)

    def _find(self, name: str) -> Path:
        own = self.overrides / name if self.overrides else None
        return own if own and own.is_file() else self.folder / name

    def _place(self, error: BaseException) -> str:
        """File and line of the innermost template that an error came through; empty where it came through none."""
        if isinstance(error, jinja2.TemplateSyntaxError):
            return f"{error.filename or error.name}:{error.lineno}"
        folders = [str(folder) for folder in (self.folder, self.overrides) if folder]
        place, step = "", error.__traceback__
        while step:
            name = step.tb_frame.f_code.co_filename
            if any(Path(name).is_relative_to(folder) for folder in folders):
                place = f"{name}:{step.tb_lineno}"
            step = step.tb_next
        return place


@cache
def _environment(templates: Templates) -> jinja2.Environment:
    """One for each theme: its templates are compiled once, and again where a file changed."""
    behind = jinja2.FileSystemLoader(templates.folder)
    loaders: list[jinja2.BaseLoader] = [jinja2.FileSystemLoader(templates.overrides)] if templates.overrides else []
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([*loaders, behind, jinja2.PrefixLoader({ORIGINAL: behind})]),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.jinja", "xml.jinja")),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    environment.filters |= {"tex": to_html, "plain": to_text}
    environment.globals |= {"state_names": STATES, "status_names": STATUSES}
    return environment


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and place of every file below a folder that is not hidden, in order."""
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and not any(part.startswith(".") for part in name.split("/")):
            yield name, file
