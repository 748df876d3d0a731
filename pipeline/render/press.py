"""Makes pages of templates, and knows what each is made of. Pure but for reading the templates."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from pipeline.records import Page
from pipeline.render.groups import PageGroup, key_of_parts, maker_key
from pipeline.render.pictures import Picture, picture_of_site
from pipeline.render.templates import Templates
from pipeline.render.views import PageView, SiteView

PREVIEW_ADDRESS = "http://127.0.0.1:8000/"
"""Stands in feed and sitemap while `site.base_url` is not set: where `antigravity serve` shows the site."""
Listing = tuple[str, date | None]
"""A page that search engines may list, and its day."""


class Press:
    """The site's templates, ready to make pages and groups of pages."""

    def __init__(self, site: SiteView, templates: Templates) -> None:
        self.site = site
        self.address = site.base_url or PREVIEW_ADDRESS
        """Of the site, absolute, ending in a slash."""
        self.picture = picture_of_site(site.title)
        """Of every page that has none of its own."""
        self.listed: list[Listing] = []
        """Absolute addresses for the sitemap, in the order in which the groups were asked for."""
        self._templates = templates
        self._keys: dict[str, str] = {}
        self._own_key = key_of_parts(maker_key(), site)

    def page(self, path: str, template: str, **context: Any) -> Page:
        """A page, made at once; `context` as for `html`."""
        return Page(path, self.html(path, template, **context))

    def single(self, path: str, template: str, **context: Any) -> PageGroup:
        """A page by itself: its key is that of everything that its template is given."""
        listed = [(path, context.get("modified"))] if context.get("indexed", True) else []
        return self.group(path, [template], context, lambda: [self.page(path, template, **context)], listed)

    def group(
        self,
        name: str,
        templates: Sequence[str],
        parts: Any,
        make: Callable[[], Iterable[Page]],
        listed: Iterable[Listing] = (),
    ) -> PageGroup:
        """Pages that these templates make of these parts; `listed` are paths with their days."""
        self.listed += [(self.address + path.removesuffix("index.html"), day) for path, day in listed]
        key = key_of_parts(self._own_key, [self._template_key(one) for one in templates], parts)
        return PageGroup(name, key, make)

    def text(self, name: str, template: str = "", **context: Any) -> bytes:
        """A file that is no page: its template, of the same name unless told, knows neither site nor page."""
        return self._templates.render(f"{template or name}.jinja", name, context).encode()

    def html(
        self,
        path: str,
        template: str,
        *,
        title: str,
        description: str,
        section: str = "",
        root: str | None = None,
        modified: date | None = None,
        indexed: bool = True,
        canonical: str | None = None,
        picture: Picture | None = None,
        **context: Any,
    ) -> bytes:
        """What the template makes for that path. Raises SiteError where the template is missing or wrong."""
        site = self.site
        own = path.removesuffix("index.html")
        view = PageView(
            path=path,
            root="../" * path.count("/") if root is None else root,
            title=title,
            description=description,
            section=section,
            canonical=site.base_url + (canonical or own) if site.base_url else "",
            address=site.base_url + own if site.base_url else "",
            modified=modified,
            indexed=indexed,
            picture=(picture or self.picture) if site.base_url else None,
        )
        given = {**context, "site": site, "page": view}
        return self._templates.render(f"{template}.html.jinja", path, given).encode()

    def _template_key(self, template: str) -> str:
        if template not in self._keys:
            self._keys[template] = self._templates.key(f"{template}.html.jinja")
        return self._keys[template]
