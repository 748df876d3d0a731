"""A small archive that never changes, and how the site is made of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from pipeline.meaning.keep import Findable
from pipeline.records import (
    Answer,
    Cut,
    Evidence,
    Finding,
    FollowUp,
    Page,
    Preprint,
    Provenance,
    Question,
    Sentence,
    Source,
    State,
    Topic,
    Version,
)
from pipeline.render.groups import PageGroup
from pipeline.render.pages import NOTHING, render_site, view_site
from pipeline.render.site import publish
from pipeline.render.templates import Templates
from pipeline.render.views import Archive, SiteView
from pipeline.settings import SiteSettings

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "site_templates"
SETTINGS = SiteSettings(
    title="Antigravity Q&A", base_url="https://example.org/qa/", repository_url="https://example.org/repo"
)

SITE = SiteView(SETTINGS.title, SETTINGS.base_url, SETTINGS.repository_url, SETTINGS.disclaimer, "auto")

TOPICS = {
    "quantum": Topic("quantum", "Quantum & images", "What quantum models reach."),
    "ecology": Topic("ecology", "Ecology"),
    "unused": Topic("unused", "Unused", "No question has it."),
}

NETWORKS = Preprint(
    source="arxiv",
    source_id="2401.15804",
    title="Hybrid quantum networks",
    abstract="Quantum networks reach 99.67% accuracy. They may be slower than others. We thank our students.",
    authors=("Michael Kölle", "Ana Ruiz", "Bo Li"),
    categories=("quant-ph", "cs.LG"),
    versions=(Version(1, date(2024, 1, 28)), Version(3, date(2024, 5, 2))),
    month="2024.01",
    updated=date(2024, 5, 3),
    doi="10.1000/182_a",
    journal_ref="Quantum 8, 1 (2024)",
    comments="12 pages",
    licence="http://creativecommons.org/licenses/by/4.0/",
    archive_id="AG-2024.01-0001",
)
COSTS = Preprint(
    source="arxiv",
    source_id="quant-ph/0405001",
    title="Costs of $n$ qubits",
    abstract="Qubits are costly.",
    authors=("Skylar Chan",),
    categories=(),
    versions=(Version(1, None),),
    month="2004.05",
    retold=True,
    withdrawn="This paper has been withdrawn by the author.",
    archive_id="AG-2004.05-0001",
)
IDLE = Preprint(
    source="reefxiv",
    source_id="2024.02.01.000001",
    title="Reefs",
    abstract="Reefs grow.",
    authors=(),
    categories=("q-bio.PE",),
    versions=(Version(2, date(2024, 2, 1)),),
    month="2024.02",
    archive_id="AG-2024.02-0001",
)
REACHES = Evidence(NETWORKS.archive_id, "Quantum networks reach 99.67% accuracy.", 0, 39, 0.9)
SLOWER = Evidence(NETWORKS.archive_id, "They may be slower than others.", 40, 71, 0.6)
COSTLY = Evidence(COSTS.archive_id, "Qubits are costly.", 0, 18, 0.5)
PROVENANCE = Provenance(
    "tiny", "ab12", "draft.v1@0", "temperature 0", "mini@1/256", "verdict-1", "key", 98, 500, 60, date(2024, 5, 3)
)


def source_of(preprint: Preprint, similarity: int, cited: bool = True) -> Source:
    return Source(
        preprint.archive_id,
        preprint.source,
        preprint.source_id,
        preprint.latest.number,
        similarity,
        preprint.primary_category,
        preprint.title,
        cited,
        preprint.withdrawn is not None,
    )


ACCURACY = Question(
    "accuracy-of-quantum-networks",
    "How accurate are quantum networks?",
    ("quantum",),
    facets=("quantum", "accuracy"),
    body="Figures *need* their dataset.\n\n- one\n- two",
    order=10,
)
REEFS = Question("growth-of-reefs", "How fast do reefs grow?", ("ecology", "quantum"), order=20)
PENDING = Question("pending-question", "What comes next?", ("ecology",), facets=("a | b", "c"), body="Soon.")
MERGED = Question("merged-question", "Are they exact?", ("quantum",), status="retired", merged_into=ACCURACY.slug)
RETIRED = Question("retired-question", "Is it over?", (), status="retired")
DRAFT = Question("draft-question", "Is it ready?", ("quantum",), status="draft")

ANSWERED = Answer(
    slug=ACCURACY.slug,
    question=ACCURACY.question,
    status="answered",
    reason="evidence_covers_question",
    answered_by="tiny",
    answered_on=date(2024, 6, 2),
    revision=2,
    opening="The archive addresses this question. What follows is drawn from 2 of the 3 preprints retrieved for it.",
    findings=(
        Finding(
            "Measured results",
            (
                Sentence("Quantum networks reach 99.67% accuracy.", (NETWORKS.archive_id,), "supported", (REACHES,)),
                Sentence(
                    "They are slower and costly.",
                    (NETWORKS.archive_id, COSTS.archive_id),
                    "partly",
                    (SLOWER, COSTLY),
                    hedged=True,
                ),
            ),
        ),
        Finding(
            "Limits and costs",
            (Sentence("Qubits are costly.", (COSTS.archive_id,), "quoted", (COSTLY,), lead="Skylar Chan"),),
        ),
    ),
    missing=("None of the 3 retrieved abstracts speaks of “speed”.",),
    bottom_line="2 preprints of this archive speak to the question; the nearest is “Hybrid quantum networks” (76% similar).",
    cut=(Cut("They cure everything.", (NETWORKS.archive_id,), "the evidence does not speak of cures"),),
    sources=(source_of(NETWORKS, 76), source_of(COSTS, 70), source_of(IDLE, 41, cited=False)),
    follow_ups=(),
    provenance=PROVENANCE,
    retold=True,
)
FIRST = replace(
    ANSWERED,
    status="not_answered",
    reason="no_evidence",
    answered_on=date(2024, 3, 1),
    revision=1,
    opening="The archive does not answer this question.",
    findings=(),
    bottom_line="No answer from this archive.",
    cut=(),
    sources=(replace(source_of(NETWORKS, 75, cited=False), version=1), source_of(IDLE, 41, cited=False)),
    provenance=replace(PROVENANCE, preprints=40, prompt="draft.v0@0", harvested_up_to=date(2024, 2, 28)),
)
"""The first revision, before the gap was closed."""
UNANSWERED = replace(
    ANSWERED,
    slug=REEFS.slug,
    question=REEFS.question,
    status="not_answered",
    reason="nothing_near",
    answered_on=date(2024, 6, 1),
    revision=1,
    opening="The archive does not answer this question.",
    findings=(),
    missing=(),
    bottom_line="No answer from this archive.",
    cut=(),
    sources=(source_of(IDLE, 20, cited=False),),
    retold=False,
)
FOLLOW_UPS = {
    ACCURACY.slug: (
        FollowUp(REEFS.question, REEFS.slug),
        FollowUp(PENDING.question, PENDING.slug),
        FollowUp("Is *this* proposed & new?", None),
    )
}


def archive(**changes: Any) -> Archive:
    """The archive, with other parts where they are named."""
    whole = Archive(
        questions=(ACCURACY, REEFS, MERGED, PENDING, RETIRED),
        topics=TOPICS,
        answers={ACCURACY.slug: ANSWERED, REEFS.slug: UNANSWERED},
        preprints={one.archive_id: one for one in (COSTS, NETWORKS, IDLE)},
        follow_ups=FOLLOW_UPS,
        preprint_count=98,
        latest=date(2024, 5, 3),
        models=(("Encoder", "mini"), ("Language model", "tiny")),
        revisions={ACCURACY.slug: (FIRST, ANSWERED), REEFS.slug: (UNANSWERED,)},
        states={ACCURACY.slug: State(), REEFS.slug: State()},
    )
    if "answers" in changes and "revisions" not in changes:
        changes["revisions"] = {}
    return replace(whole, **changes)


def render(
    whole: Archive | None = None,
    settings: SiteSettings = SETTINGS,
    *,
    has_data: bool = False,
    theme: Path | None = None,
    findable: Findable = NOTHING,
) -> Iterator[Page]:
    return pages_of(render_groups(whole, settings, has_data=has_data, theme=theme, findable=findable))


def pages_of(groups: Iterable[PageGroup]) -> Iterator[Page]:
    """Every page of every group."""
    for group in groups:
        yield from group.make()


def render_groups(
    whole: Archive | None = None,
    settings: SiteSettings = SETTINGS,
    *,
    has_data: bool = False,
    theme: Path | None = None,
    findable: Findable = NOTHING,
) -> Iterator[PageGroup]:
    templates = Templates(TEMPLATES, theme)
    site = view_site(settings, "auto", templates, has_data)
    return render_site(whole or archive(), site, templates, findable)


def made(whole: Archive | None = None, settings: SiteSettings = SETTINGS) -> Mapping[str, bytes]:
    """Every file of the site by its path."""
    return {page.path: page.content for page in render(whole, settings)}


def numbered_site(number: int, pages: int = 40) -> list[Page]:
    """A site whose every page tells the same number."""
    index = "".join(f'<a href="q/{page}/index.html">{page}</a>' for page in range(pages))
    return [
        Page("index.html", f"<p>{number}</p>{index}".encode()),
        *(Page(f"q/{page}/index.html", f"<p>{number}</p>".encode()) for page in range(pages)),
        Page("assets/style.css", b"p { color: black }"),
        Page(".gitkeep", b""),
    ]


def publish_for_ever(output: Path) -> None:
    """One site after the other, until killed."""
    for number in count(1):
        publish(numbered_site(number), output, with_search=False)
