"""An answer beside its sources: sentences with their citations, cards with their evidence in its abstract. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.records import Answer, Evidence, Preprint, Sentence, Source, Support, Version
from pipeline.render.dollars import whole_span
from pipeline.render.views import original_url

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CitationView:
    archive_id: str
    anchor: str
    parts: tuple[int, ...] = ()
    """Which parts of the card's abstract carry the sentence; empty where they are not in the text at hand."""


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
class Part:
    """A stretch of an abstract, evidence or not."""

    text: str
    is_evidence: bool


@dataclass(frozen=True, slots=True)
class CardView:
    source: Source
    preprint: Preprint
    """As the answer read it."""
    original_url: str
    backlinks: tuple[str, ...]
    evidence: tuple[str, ...]
    abstract: tuple[Part, ...]
    """The abstract that was read, in parts; one part where no evidence stands in it."""
    read: Version | None
    """The version that was read, where the source told of it."""
    newer: Version | None
    """The latest version, where the preprint was revised since."""
    withdrawn: str | None
    """What its source says today, where it is withdrawn."""


def view_findings(answer: Answer, preprints: Mapping[str, Preprint]) -> tuple[FindingView, ...]:
    """The findings with an anchor for every citation: c-1, c-2, … in reading order."""
    number = 0
    findings = []
    spans = {one: _spans(preprint, [answer]) for one, preprint in preprints.items()}
    for finding in answer.findings:
        sentences = []
        for sentence in finding.sentences:
            citations = tuple(
                CitationView(
                    archive_id, f"c-{number + place}", _parts_of(sentence, preprints[archive_id], spans[archive_id])
                )
                for place, archive_id in enumerate(sentence.citations, 1)
            )
            number += len(citations)
            text = _shown_text(sentence, preprints)
            sentences.append(SentenceView(text, sentence.lead, sentence.verdict, sentence.hedged, citations))
        findings.append(FindingView(finding.heading, tuple(sentences)))
    return tuple(findings)


def view_cards(
    answer: Answer,
    preprints: Mapping[str, Preprint],
    findings: Sequence[FindingView],
    today: Mapping[str, Preprint] | None = None,
) -> tuple[CardView, ...]:
    """A card for every source, in the answer's order, with the way back to each place that cites it.

    `preprints` are as they were read, `today` as they are; the same where it is not given.
    """
    places: dict[str, list[str]] = {}
    for finding in findings:
        for sentence in finding.sentences:
            for citation in sentence.citations:
                places.setdefault(citation.archive_id, []).append(citation.anchor)
    return tuple(
        _card(
            answer,
            source,
            preprints[source.archive_id],
            (today or preprints)[source.archive_id],
            tuple(places.get(source.archive_id, ())),
        )
        for source in answer.sources
    )


def evidence_of(preprint: Preprint, answers: Sequence[Answer]) -> tuple[str, ...]:
    """The sentences of a preprint that these answers rest on, in the order of the abstract, each once."""
    return sentences_of(preprint, _evidence(preprint, answers))


def sentences_of(preprint: Preprint, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """The sentences of a preprint that are evidence, in the order of the abstract, each once."""
    found = {one.start: one for one in evidence}
    return tuple(_whole(found[start], preprint) for start in sorted(found))


def part_abstract(abstract: str, spans: Sequence[Span]) -> tuple[Part, ...]:
    """The abstract in parts, evidence at the spans: sorted, none over another."""
    ends = [0, *(end for span in spans for end in span), len(abstract)]
    parts = (
        Part(abstract[start:end], bool(place % 2)) for place, (start, end) in enumerate(pairwise(ends)) if end > start
    )
    return tuple(parts)


def _card(answer: Answer, source: Source, read: Preprint, today: Preprint, backlinks: tuple[str, ...]) -> CardView:
    versions = {one.number: one for one in today.versions}
    return CardView(
        source=source,
        preprint=read,
        original_url=original_url(today, source.version),
        backlinks=backlinks,
        evidence=evidence_of(read, [answer]),
        abstract=part_abstract(read.abstract, _spans(read, [answer])),
        read=versions.get(source.version),
        newer=today.latest if today.latest.number > source.version else None,
        withdrawn=today.withdrawn,
    )


def _evidence(preprint: Preprint, answers: Sequence[Answer]) -> list[Evidence]:
    return [
        evidence
        for answer in answers
        for sentence in answer.sentences
        for evidence in sentence.evidence
        if evidence.archive_id == preprint.archive_id
    ]


def _spans(preprint: Preprint, answers: Sequence[Answer]) -> tuple[Span, ...]:
    """Where the evidence stands in the abstract, sorted; what overlaps is one span."""
    spans: list[Span] = []
    for start, end in sorted({_span(one, preprint) for one in _evidence(preprint, answers) if _stands(one, preprint)}):
        if spans and start < spans[-1][1]:
            start, end = spans[-1][0], max(end, spans.pop()[1])
        spans.append((start, end))
    return tuple(spans)


def _parts_of(sentence: Sentence, preprint: Preprint, spans: Sequence[Span]) -> tuple[int, ...]:
    """The places of the sentence's evidence among the parts of evidence, from 0."""
    own = [
        _span(one, preprint)
        for one in sentence.evidence
        if one.archive_id == preprint.archive_id and _stands(one, preprint)
    ]
    return tuple(
        number for number, (start, end) in enumerate(spans) if any(start <= one and last <= end for one, last in own)
    )


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
    if not _stands(evidence, preprint):
        return evidence.text
    start, end = _span(evidence, preprint)
    return preprint.abstract[start:end]


def _stands(evidence: Evidence, preprint: Preprint) -> bool:
    return preprint.abstract[evidence.start : evidence.end] == evidence.text


def _span(evidence: Evidence, preprint: Preprint) -> Span:
    return whole_span(preprint.abstract, evidence.start, evidence.end)
