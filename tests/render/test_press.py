"""Groups of pages, and the keys that their templates give them."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import SiteError
from pipeline.render.press import Press
from pipeline.render.templates import Templates
from pipeline.render.views import SiteView
from tests.render.samples import TEMPLATES

SITE = SiteView("Site", "https://example.org/qa/", "", "A research aid.", "auto")
CONTEXT = {"title": "Topics", "description": "All topics.", "topics": []}


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


def key(templates: Path, site: SiteView = SITE, **changes: object) -> str:
    return Press(site, Templates(templates)).single("topics/index.html", "topics", **CONTEXT | changes).key


def test_a_page_by_itself_is_made_of_what_its_template_is_given(templates: Path) -> None:
    press = Press(SITE, Templates(templates))
    group = press.single("topics/index.html", "topics", modified=date(2024, 1, 2), **CONTEXT)
    [page] = group.make()
    assert page.path == group.name == "topics/index.html"
    assert b"<h1>Topics</h1>" in page.content
    assert press.listed == [("https://example.org/qa/topics/", date(2024, 1, 2))]
    press.single("hidden.html", "topics", indexed=False, **CONTEXT)
    assert len(press.listed) == 1


def test_its_key_changes_with_its_context_its_site_and_its_templates_alone(templates: Path) -> None:
    before = key(templates)
    assert key(templates, title="Other") != before
    assert key(templates, SiteView("Other", SITE.base_url, "", "", "auto")) != before
    (templates / "home.html.jinja").write_text("another page", encoding="utf-8")
    assert key(templates) == before
    for name in ("topics", "base", "_macros"):
        file = templates / f"{name}.html.jinja"
        file.write_text(file.read_text(encoding="utf-8") + "\n{# more #}", encoding="utf-8")
        assert key(templates) != before, name
        before = key(templates)


def test_a_template_that_is_wrong_is_told_when_its_page_is_made(templates: Path) -> None:
    (templates / "topics.html.jinja").write_text("{% if %}", encoding="utf-8")
    group = Press(SITE, Templates(templates)).single("topics/index.html", "topics", **CONTEXT)
    with pytest.raises(SiteError, match=r"topics\.html\.jinja:1 can't make topics/index\.html"):
        list(group.make())
