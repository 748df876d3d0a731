"""What the templates see: everything decided, nothing left to compute. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pipeline.records import Answer, Evidence, FollowUp, Preprint, Question, Sentence, Source, Status, Support, Topic
from pipeline.render.dollars import excerpt

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


@dataclass(frozen=True, slots=True)
class PageView:
    path: str
    root: str
    title: str
    description: str
    section: str
    canonical: str
    modified: date | None


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


@dataclass(frozen=True, slots=True)
class CitationView:
    archive_id: str
    anchor: str


@dataclass(frozen=True, slots=True)
class SentenceView:
    text: str
    lead: str
    verdict: Support
    hedged: bool
    citations: tuple[CitationView, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    heading: str
    sentences: tuple[SentenceView, ...]


@dataclass(frozen=True, slots=True)
class CardView:
    source: Source
    preprint: Preprint
    original_url: str
    backlinks: tuple[str, ...]
    evidence: tuple[str, ...]


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


def original_url(preprint: Preprint) -> str:
    """Address of the preprint at its source; empty where the source has none that we know."""
    template = ORIGINALS.get(preprint.source)
    return template.format(id=preprint.source_id, version=preprint.latest.number) if template else ""


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
        answer.opening,
    )


def count_archive(archive: Archive) -> Counts:
    """Numbers of the start page, over the questions that are active."""
    answers = [
        archive.answers[one.slug] for one in archive.questions if one.status == "active" and one.slug in archive.answers
    ]
    sentences = [sentence for answer in answers for sentence in answer.sentences]
    statuses = [answer.status for answer in answers]
    return Counts(
        preprints=archive.preprint_count,
        questions=sum(question.status == "active" for question in archive.questions),
        answered=statuses.count("answered"),
        partly=statuses.count("partly"),
        not_answered=statuses.count("not_answered"),
        sentences=len(sentences),
        cut=sum(len(answer.cut) for answer in answers),
        quoted=sum(sentence.verdict == "quoted" for sentence in sentences),
        latest=archive.latest,
    )


def view_findings(answer: Answer, preprints: Mapping[str, Preprint]) -> tuple[FindingView, ...]:
    """The findings with an anchor for every citation: c-1, c-2, … in reading order."""
    number = 0
    findings = []
    for finding in answer.findings:
        sentences = []
        for sentence in finding.sentences:
            citations = tuple(
                CitationView(archive_id, f"c-{number + place}")
                for place, archive_id in enumerate(sentence.citations, 1)
            )
            number += len(citations)
            text = _shown_text(sentence, preprints)
            sentences.append(SentenceView(text, sentence.lead, sentence.verdict, sentence.hedged, citations))
        findings.append(FindingView(finding.heading, tuple(sentences)))
    return tuple(findings)


def view_cards(
    answer: Answer, preprints: Mapping[str, Preprint], findings: Sequence[FindingView]
) -> tuple[CardView, ...]:
    """A card for every source, in the answer's order, with the way back to each place that cites it."""
    places: dict[str, list[str]] = {}
    for finding in findings:
        for sentence in finding.sentences:
            for citation in sentence.citations:
                places.setdefault(citation.archive_id, []).append(citation.anchor)
    return tuple(
        CardView(
            source,
            preprints[source.archive_id],
            original_url(preprints[source.archive_id]),
            tuple(places.get(source.archive_id, ())),
            evidence_of(preprints[source.archive_id], [answer]),
        )
        for source in answer.sources
    )


def evidence_of(preprint: Preprint, answers: Sequence[Answer]) -> tuple[str, ...]:
    """The sentences of a preprint that these answers rest on, in the order of the abstract, each once."""
    found = {
        evidence.start: evidence
        for answer in answers
        for sentence in answer.sentences
        for evidence in sentence.evidence
        if evidence.archive_id == preprint.archive_id
    }
    return tuple(_whole(found[start], preprint) for start in sorted(found))


def _shown_text(sentence: Sentence, preprints: Mapping[str, Preprint]) -> str:
    """The sentence; a quote without a formula cut in two."""
    if sentence.verdict != "quoted" or len(sentence.evidence) != 1 or sentence.evidence[0].text != sentence.text:
        return sentence.text
    evidence = sentence.evidence[0]
    return _whole(evidence, preprints[evidence.archive_id])


def _whole(evidence: Evidence, preprint: Preprint) -> str:
    """The sentence in its abstract, longer where its ends would cut a formula in two.

    A preprint revised since then no longer has it at that place: then the sentence by itself.
    """
    if preprint.abstract[evidence.start : evidence.end] != evidence.text:
        return evidence.text
    return excerpt(preprint.abstract, evidence.start, evidence.end)
