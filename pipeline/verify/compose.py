"""Put the answer together: what passed, quotes for what did not, and what is said about the archive itself. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.answer.evidence import RESULT
from pipeline.history import same_claims
from pipeline.records import (
    Answer,
    Cut,
    DraftSentence,
    Evidence,
    Finding,
    Passage,
    Preprint,
    Provenance,
    Question,
    Sentence,
    Source,
    Verdict,
)
from pipeline.verify.decide import Decision, name_all, state_needed
from pipeline.verify.parts import Part
from pipeline.verify.polarity import is_hedged

COMPOSITION = "composition-11"
MAX_SENTENCES = 8
MIN_QUOTE_SCORE = 0.4
"""Score from which an evidence sentence is worth a quote."""

LIMIT = re.compile(
    r"\b(?:however|limit(?:s|ed|ation|ations)|costly|expensive|fail(?:s|ed)?|challeng\w+|lack\w*|overhead|degrad\w+|cannot|unclear)\b",
    re.IGNORECASE,
)
FACTOR = re.compile(r"\d\s?[x×]\s")
"""`4x fewer`, `2.5× as fast`."""
ORDER = ("Measured results", "Limits and costs", "Approaches")


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of the draft with its verdict."""

    sentence: DraftSentence
    verdict: Verdict


def compose(
    question: Question,
    decision: Decision,
    checked: Sequence[Checked],
    passages: Sequence[Passage],
    preprints: Mapping[str, Preprint],
    evidence: Sequence[Evidence],
    parts: Sequence[Part],
    provenance: Provenance,
    answered_by: str,
    answered_on: date,
) -> Answer:
    """The answer as revision 1; the store gives it its number. `preprints` holds every passage's preprint by id."""
    cut = tuple(
        Cut(one.sentence.text, one.sentence.citations, "; ".join(one.verdict.failed))
        for one in checked
        if not one.verdict.accepted
    )
    accepted = [_publish(one, preprints) for one in checked if one.verdict.accepted]
    sentences = [] if decision.status == "not_answered" else with_quotes(accepted, evidence, preprints)
    if not sentences and decision.status != "not_answered":
        decision = Decision("not_answered", "no_sentence_passed", decision.missing)
    findings = group(sentences) + (quote_parts(parts, preprints, MAX_SENTENCES - len(sentences)) if sentences else ())
    sentences = [sentence for finding in findings for sentence in finding.sentences]
    cited = {archive_id for sentence in sentences for archive_id in sentence.citations}
    return Answer(
        slug=question.slug,
        question=question.question,
        status=decision.status,
        reason=decision.reason,
        answered_by=answered_by,
        answered_on=answered_on,
        revision=1,
        opening=state_opening(
            question,
            decision,
            len(cited),
            len(passages),
            any(preprints[passage.archive_id].withdrawn is not None for passage in passages),
        ),
        findings=findings,
        missing=decision.missing + (state_needed(question) if decision.status == "not_answered" else ()),
        bottom_line=state_bottom_line(decision, sentences, passages, preprints)
        if passages
        else state_nothing_retrieved(provenance.preprints),
        cut=cut,
        sources=tuple(
            _source(passage, preprints[passage.archive_id], cited) for passage in sorted(passages, key=_by_similarity)
        ),
        follow_ups=(),
        provenance=provenance,
        retold=any(preprints[passage.archive_id].retold for passage in passages),
    )


def quotable(evidence: Sequence[Evidence], bearing: Collection[str]) -> tuple[Evidence, ...]:
    """The evidence that is worth a quote: strong enough, and of one of the preprints that bear on the question."""
    return tuple(one for one in evidence if one.score >= MIN_QUOTE_SCORE and one.archive_id in bearing)


def with_quotes(
    accepted: Sequence[Sentence], evidence: Sequence[Evidence], preprints: Mapping[str, Preprint]
) -> list[Sentence]:
    """The sentences that passed, then the strongest evidence as quotes: of every preprint one, then a second one.

    What one sentence of an abstract says is said once: small models write a copy, and then the same with another ending.
    """
    sentences: list[Sentence] = []
    said: set[tuple[str, int]] = set()
    for sentence in accepted[:MAX_SENTENCES]:
        places = {(one.archive_id, one.start) for one in sentence.evidence}
        if not places or not places <= said:
            sentences.append(sentence)
            said |= places
    strong = sorted(evidence, key=lambda one: (-one.score, one.archive_id, one.start))
    firsts = {one.archive_id: one for one in reversed(strong)}
    for one in [
        *(one for one in strong if firsts[one.archive_id] is one),
        *(one for one in strong if firsts[one.archive_id] is not one),
    ]:
        if len(sentences) < MAX_SENTENCES and (one.archive_id, one.start) not in said:
            said.add((one.archive_id, one.start))
            sentences.append(_quote(one, preprints))
    return sentences


def quote_parts(parts: Sequence[Part], preprints: Mapping[str, Preprint], most: int) -> tuple[Finding, ...]:
    """At most so many quotes on some of the question's facets, under headings that name them."""
    findings = []
    for part in parts:
        quotes = tuple(_quote(one, preprints) for one in part.evidence if one.score >= MIN_QUOTE_SCORE)[: max(0, most)]
        most -= len(quotes)
        if quotes:
            findings.append(Finding(f"On {name_all(part.facets)}", quotes))
    return tuple(findings)


def group(sentences: Sequence[Sentence]) -> tuple[Finding, ...]:
    """Findings under the heading that fits each sentence, headings in a fixed order."""
    by_heading: dict[str, list[Sentence]] = {heading: [] for heading in ORDER}
    for sentence in sentences:
        by_heading[heading_of(sentence.text)].append(sentence)
    return tuple(Finding(heading, tuple(found)) for heading, found in by_heading.items() if found)


def heading_of(text: str) -> str:
    """The heading that a sentence goes under, by its words."""
    if RESULT.search(text) or FACTOR.search(text):
        return ORDER[0]
    return ORDER[1] if LIMIT.search(text) else ORDER[2]


def state_opening(question: Question, decision: Decision, cited: int, retrieved: int, withdrawn: bool = False) -> str:
    """Whether the archive addresses the question: statements that counting makes true. `withdrawn`: whether any retrieved one is."""
    if decision.status == "not_answered":
        nearest = {
            0: "",
            1: "The nearest preprint is listed below; it is not quoted, since it was not found to answer it.",
        }.get(
            retrieved,
            f"The {retrieved} nearest preprints are listed below; none is quoted, since none was found to answer it.",
        )
        return f"The archive does not answer this question. {nearest}".strip()
    drawn = (
        "What follows is drawn from the one preprint retrieved for it."
        if retrieved == 1
        else f"What follows is drawn from {cited} of the {retrieved} preprints retrieved for it."
    )
    if decision.status == "answered":
        return f"The archive addresses this question. {drawn}"
    if decision.reason == "parts_not_all_together" and len(question.facets) > 1:
        together = name_all(question.facets)
        none = "no abstract retrieved for it that stands" if withdrawn else "no abstract retrieved for it"
        return f"The archive addresses this question only in part: {none} speaks of {together} together. {drawn}"
    if decision.reason == "one_preprint_and_the_model_doubts":
        return f"The archive addresses this question, by one preprint above all and perhaps only in part. {drawn}"
    if decision.reason == "bears_on_it_loosely":
        return f"The archive comes near this question, and may answer it only in part. {drawn}"
    return f"The archive addresses this question only in part. {drawn}"


def state_bottom_line(
    decision: Decision, sentences: Sequence[Sentence], passages: Sequence[Passage], preprints: Mapping[str, Preprint]
) -> str:
    """What a reader in a hurry may take away, about the archive and not about the world. `passages`: at least one.

    The preprint that it names is the nearest of those that are cited; where none is, of those that still stand.
    """
    cited = {archive_id for sentence in sentences for archive_id in sentence.citations}
    speaking = [one for one in passages if one.archive_id in cited]
    standing = [one for one in passages if preprints[one.archive_id].withdrawn is None]
    nearest = max(speaking or standing or passages, key=lambda passage: passage.similarity)
    name = f"“{preprints[nearest.archive_id].title}” ({round(nearest.similarity * 100)}% similar)"
    if decision.status == "not_answered":
        return f"No answer from this archive. The nearest preprint is {name}."
    speak = "preprint of this archive speaks" if len(cited) == 1 else "preprints of this archive speak"
    if decision.status == "answered":
        return f"{len(cited)} {speak} to the question; the nearest is {name}."
    if decision.reason != "parts_not_all_together":
        return f"{len(cited)} {speak} to the question, perhaps to a part of it alone; the nearest is {name}."
    return f"{len(cited)} {speak} to parts of the question and none to the whole; the nearest is {name}."


def state_nothing_retrieved(preprints: int) -> str:
    """The bottom line where nothing was retrieved from so many preprints."""
    return "No preprint of this archive was retrieved for it." if preprints else "The archive holds no preprints yet."


def compose_markdown(answer: Answer) -> str:
    """The answer as Markdown; text from outside is escaped, so it can be no markup."""
    blocks = [_escape(answer.opening)]
    for finding in answer.findings:
        blocks.append(f"**{_escape(finding.heading)}**")
        blocks.append(" ".join(_sentence_markdown(sentence) for sentence in finding.sentences))
    if answer.missing:
        blocks.append("**What the archive does not say**")
        blocks.append(" ".join(_escape(statement) for statement in answer.missing))
    blocks.append(f"**Bottom line:** {_escape(answer.bottom_line)}")
    return "\n\n".join(blocks) + "\n"


def _sentence_markdown(sentence: Sentence) -> str:
    text = _escape(sentence.text)
    if sentence.verdict == "quoted":
        text = f"{_escape(sentence.lead)}: “{text}”"
    hedge = " *(hedged)*" if sentence.hedged else ""
    return f"{text}{hedge} [{', '.join(sentence.citations)}]"


def _escape(text: str) -> str:
    """Everything that Markdown or HTML could read as markup: inside a line, at its start, and bare addresses."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("://", "&#58;//")
    text = text.replace("$", "&#36;").replace("~", "&#126;")
    text = re.sub(r"([\\`*_\[\]])", r"\\\1", text)
    return re.sub(r"^(\d*)([#+=.)-])", r"\1\\\2", text)


def same_meaning(one: Answer, other: Answer) -> bool:
    """Whether two revisions tell a reader the same, whenever and by whichever key they were made.

    Claims in other words, and which sentences were cut, are what sampling varies: they make no revision by themselves.
    """
    blank = {"revision": 0, "answered_on": date.min, "follow_ups": (), "provenance": one.provenance}
    blank |= {"findings": (), "cut": ()}
    rest = replace(one, **blank) == replace(other, **blank)  # type: ignore[arg-type]  # the keys are Answer's own
    return rest and same_claims(one.findings, other.findings)


def _publish(one: Checked, preprints: Mapping[str, Preprint]) -> Sentence:
    """What the model copied letter for letter is a quote."""
    if [evidence.text for evidence in one.verdict.evidence] == [one.sentence.text]:
        return _quote(one.verdict.evidence[0], preprints)
    return Sentence(
        one.sentence.text, one.sentence.citations, "supported", one.verdict.evidence, is_hedged(one.sentence.text)
    )


def _quote(one: Evidence, preprints: Mapping[str, Preprint]) -> Sentence:
    lead = preprints[one.archive_id].short_authors
    return Sentence(one.text, (one.archive_id,), "quoted", (one,), is_hedged(one.text), lead)


def _by_similarity(passage: Passage) -> tuple[int, str]:
    return -round(passage.similarity * 100), passage.archive_id


def _source(passage: Passage, preprint: Preprint, cited: set[str]) -> Source:
    return Source(
        archive_id=passage.archive_id,
        source=preprint.source,
        source_id=preprint.source_id,
        version=passage.version,
        similarity=round(passage.similarity * 100),
        category=preprint.primary_category,
        title=preprint.title,
        cited=passage.archive_id in cited,
        withdrawn=preprint.withdrawn is not None,
    )
