"""Every kind of page that the site has, with one address of it: the one list that all sweeps go over."""

from dataclasses import dataclass

import pytest

from tests.real_site import REFERENCE, RETIRED


@dataclass(frozen=True, slots=True)
class PageType:
    name: str
    path: str
    """Of a file below the site's root."""
    template: str
    state: str = ""
    """The state that a question page must show, so that the address still stands for its kind."""
    from_disk: bool = True
    """Whether it also opens from a file; 404.html names its assets from the host's root, since it stands in for any address."""

    @property
    def file(self) -> str:
        return f"{self.path}index.html" if self.path.endswith("/") or not self.path else self.path


ANSWERED = "real-time-quantum-error-correction-decoders"
REFUSED = "coral-recovery-after-bleaching"
PREPRINT = "AG-2024.05-0003"

PAGE_TYPES = (
    PageType("home", "", "home"),
    PageType("question answered", f"q/{ANSWERED}/", "question", "answered"),
    PageType("question answered in part", f"q/{REFERENCE}/", "question", "answered in part"),
    PageType("question not answered", f"q/{REFUSED}/", "question", "not answered"),
    PageType("question retired", f"q/{RETIRED}/", "question_pending", "retired"),
    PageType("history", f"q/{ANSWERED}/history/", "history"),
    PageType("revision", f"q/{ANSWERED}/r/1/", "question", "answered"),
    PageType("preprint", f"p/{PREPRINT}/", "preprint"),
    PageType("questions", "questions/", "questions"),
    PageType("topics", "topics/", "topics"),
    PageType("topic", "topics/quantum-machine-learning/", "topic"),
    PageType("map", "map/", "map"),
    PageType("categories", "categories/", "categories"),
    PageType("category", "categories/quant-ph/", "category"),
    PageType("gaps", "gaps/", "gaps"),
    PageType("status", "status/", "status"),
    PageType("quality", "quality/", "quality"),
    PageType("about", "about/", "about"),
    PageType("data", "data/", "data"),
    PageType("search", "search/", "search"),
    PageType("not found", "404.html", "404", from_disk=False),
)

each_page_type = pytest.mark.parametrize("kind", PAGE_TYPES, ids=lambda kind: kind.name)
each_page_type_from_disk = pytest.mark.parametrize(
    "kind", [kind for kind in PAGE_TYPES if kind.from_disk], ids=lambda kind: kind.name
)
