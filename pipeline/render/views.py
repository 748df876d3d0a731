"""What the templates see: everything decided, nothing left to compute. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from markupsafe import Markup

from pipeline.records import Answer, EarlierText, FollowUp, Preprint, Question, State, StateName, Status, Topic
from pipeline.render.figures import Figures
from pipeline.render.pictures import Picture
from pipeline.render.tex import to_text
from pipeline.store.runs import Run

ORIGINALS = {
    "arxiv": "https://arxiv.org/abs/{id}v{version}",
    "biorxiv": "https://www.biorxiv.org/content/{id}v{version}",
    "medrxiv": "https://www.medrxiv.org/content/{id}v{version}",
    "osf": "https://osf.io/{id}",
}
"""Where a source's own page of a preprint is."""


@dataclass(frozen=True, slots=True)
class SiteView:
    title: str
    base_url: str
    repository_url: str
    disclaimer: str
    theme: str
    has_data: bool = False
    """The dumps are published at `/data/`."""
    has_own_style: bool = False
    """A theme has an `assets/own.css`."""


@dataclass(frozen=True, slots=True)
class PageView:
    path: str
    root: str
    title: str
    description: str
    section: str
    canonical: str
    """Address that stands for the page, absolute; empty where the site has none."""
    address: str
    """The page's own."""
    modified: date | None
    indexed: bool = True
    """Whether search engines may list it."""
    picture: Picture | None = None
    """What other sites show beside a link; none where the site has no address."""


@dataclass(frozen=True, slots=True)
class TextView:
    """A long text in two parts, between which its contents stand."""

    opening: Markup
    rest: Markup
    contents: tuple[tuple[str, str], ...]
    """Heading and id."""


@dataclass(frozen=True, slots=True)
class Counts:
    preprints: int
    questions: int
    answered: int
    partly: int
    not_answered: int
    sentences: int
    cut: int
    quoted: int
    latest: date | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A question in a list."""

    slug: str
    question: str
    status: Status | Literal["pending"]
    answered_on: date | None
    revision: int
    sources: int
    cited: int
    topics: tuple[Topic, ...]
    summary: str
    state: StateName = "fresh"


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything that the site shows, in a fixed order."""

    questions: tuple[Question, ...]
    """Active and retired ones; drafts are not shown."""
    topics: Mapping[str, Topic]
    answers: Mapping[str, Answer]
    """Newest revision by slug."""
    preprints: Mapping[str, Preprint]
    """Every preprint that an answer ever retrieved, by id."""
    follow_ups: Mapping[str, tuple[FollowUp, ...]]
    preprint_count: int
    latest: date | None
    models: tuple[tuple[str, str], ...]
    """Role and description, for /about/."""
    same_work: Mapping[str, tuple[Preprint, ...]] = field(default_factory=dict)
    """Other records of the archive that name the same doi, by id."""
    revisions: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    """Every revision by slug, oldest first."""
    earlier: Mapping[tuple[str, int], EarlierText] = field(default_factory=dict)
    """Titles and abstracts of earlier versions that an answer read, by id and number."""
    states: Mapping[str, State] = field(default_factory=dict)
    """How the newest answers of the active questions stand to the archive of today."""
    runs: tuple[Run, ...] = ()
    """The last nights, newest first."""
    figures: tuple[Figures, ...] = ()
    """What was measured, oldest first."""

    def revisions_of(self, slug: str) -> tuple[Answer, ...]:
        """Every revision of an answer, oldest first."""
        return self.revisions.get(slug) or ((self.answers[slug],) if slug in self.answers else ())

    def as_read(self, answer: Answer) -> dict[str, Preprint]:
        """The preprints of an answer, with the texts of the versions that it read where they are known."""
        read = {}
        for source in answer.sources:
            preprint = self.preprints[source.archive_id]
            text = self.earlier.get((source.archive_id, source.version))
            read[source.archive_id] = replace(preprint, title=text.title, abstract=text.abstract) if text else preprint
        return read


def original_url(preprint: Preprint, version: int | None = None) -> str:
    """Address of a version of the preprint, the latest unless told, at its source; empty where we know of none."""
    template = ORIGINALS.get(preprint.source)
    return template.format(id=preprint.source_id, version=version or preprint.latest.number) if template else ""


def list_question(archive: Archive, question: Question) -> Listed:
    answer = archive.answers.get(question.slug)
    topics = tuple(archive.topics[topic] for topic in question.topics if topic in archive.topics)
    if answer is None:
        return Listed(question.slug, question.question, "pending", None, 0, 0, 0, topics, "")
    cited = sum(source.cited for source in answer.sources)
    return Listed(
        question.slug,
        question.question,
        answer.status,
        answer.answered_on,
        answer.revision,
        len(answer.sources),
        cited,
        topics,
        sum_up(answer),
        archive.states.get(question.slug, State()).name,
    )


def sum_up(answer: Answer) -> str:
    """What a list tells of an answer, without markup: its first sentence with its citations, or what is missing."""
    if answer.sentences:
        first = answer.sentences[0]
        text = to_text(first.text)
        return f"{f'“{text}”' if first.verdict == 'quoted' else text} [{', '.join(first.citations)}]"
    return answer.missing[0] if answer.missing else answer.opening
