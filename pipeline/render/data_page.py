"""The page at `/data/`, which is made last: it tells of the whole site as one file, how large that is, and its checksum."""

from collections.abc import Collection, Sequence
from pathlib import Path

from pipeline.export.dictionary import QUERY, DumpFile
from pipeline.records import Page
from pipeline.render.groups import key_of_parts, maker_key
from pipeline.render.pack import PATHS, Packed, pack_site
from pipeline.render.press import Press
from pipeline.render.site import Closing
from pipeline.render.templates import Templates
from pipeline.render.views import SiteView

PATH = "data/index.html"


def data_closing(
    site: SiteView, templates: Templates, dumps: Sequence[DumpFile], published: Path, *, packed: bool
) -> Closing | None:
    """What is left to make once all else is in place; None where nothing lies at `/data/`.

    `packed`: make the zip too. In it the page is another one, that does not tell of a file that is not beside it.
    """
    if not site.has_data:
        return None

    def make(folder: Path, paths: Collection[str], changed: Collection[str]) -> tuple[list[Page], Sequence[str]]:
        if not packed:
            return [render_data_page(site, templates, dumps, None)], ()
        within = render_data_page(site, templates, dumps, None)
        whole = pack_site(folder, published, paths, changed, {PATH: within.content})
        return [render_data_page(site, templates, dumps, whole)], PATHS if whole.fresh else ()

    key = key_of_parts(maker_key(), site, templates.key("data.html.jinja"), dumps, packed)
    return Closing((PATH, *(PATHS if packed else ())), key, make)


def render_data_page(site: SiteView, templates: Templates, dumps: Sequence[DumpFile], whole: Packed | None) -> Page:
    """The page of the dumps, and of the whole site as one file where that is beside it."""
    return Press(site, templates).page(
        PATH,
        "data",
        title="Data",
        description="The whole archive as files.",
        section="data",
        dumps=dumps,
        query=QUERY,
        whole=whole,
    )
