"""What became of an answer: whether two revisions make the same claims, and why one differs from the one before. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.records import Answer, Change, ChangeKind, Finding, Provenance, Sentence, Source
from pipeline.words import salient_stems, words

SAME_WORDS = 0.6
"""Share of their weighty words that two wordings of one claim have in common."""


RETRIEVED = "only retrieved"
"""How a source is used that no sentence cites."""


def only_retrieved(change: Change) -> bool:
    """Whether it is about a preprint that came or went without being cited."""
    return change.kind in ("source_came", "source_left") and (change.after or change.before) == RETRIEVED


def same_claims(one: Sequence[Finding], other: Sequence[Finding]) -> bool:
    """Whether the findings differ by no more than sampling may change: order, headings, wording.

    A claim is what is cited, the evidence that carries it, and the verdict; its wording may vary where no number does.
    """
    claims, others = (sorted((s for f in findings for s in f.sentences), key=_claim) for findings in (one, other))
    return len(claims) == len(others) and all(map(_same_claim, claims, others))


def why_changed(before: Answer, after: Answer) -> tuple[Change, ...]:
    """The causes of a revision, the gravest first; never empty."""
    changes = [
        *_question_changes(before, after),
        *_source_changes(before.sources, after.sources),
        *maker_changes(before.provenance, after.provenance),
    ]
    return tuple(changes) or (Change("written_anew"),)


def maker_changes(before: Provenance, after: Provenance) -> Iterator[Change]:
    """What made the answer: model, prompt, encoder, checks."""
    if (before.model, before.model_sha256, before.sampling) != (after.model, after.model_sha256, after.sampling):
        yield Change("model_changed", "", *_told_apart(_model(before), _model(after), after.sampling))
    kinds: tuple[tuple[ChangeKind, str], ...] = (
        ("prompt_changed", "prompt"),
        ("encoder_changed", "encoder"),
        ("checks_changed", "checks"),
    )
    for kind, name in kinds:
        was, became = getattr(before, name), getattr(after, name)
        if was != became:
            yield Change(kind, "", was, became)


def _claim(sentence: Sentence) -> tuple[object, ...]:
    evidence = tuple((one.archive_id, one.start, one.end, one.text) for one in sentence.evidence)
    return evidence, sentence.citations, sentence.verdict, sentence.hedged, sentence.lead, sentence.text


def _same_claim(one: Sentence, other: Sentence) -> bool:
    if _claim(one)[:-1] != _claim(other)[:-1]:
        return False
    return one.text == other.text or (one.verdict != "quoted" and _same_words(one.text, other.text))


def _same_words(one: str, other: str) -> bool:
    numbers, others = (Counter(word for word in words(text) if any(map(str.isdigit, word))) for text in (one, other))
    stems, more = frozenset(salient_stems(one)), frozenset(salient_stems(other))
    return numbers == others and len(stems & more) >= SAME_WORDS * len(stems | more)


def _question_changes(before: Answer, after: Answer) -> Iterator[Change]:
    keys = (before.provenance.question_key, after.provenance.question_key)
    if before.question != after.question:
        yield Change("question_edited", "", before.question, after.question)
    elif all(keys) and keys[0] != keys[1]:
        yield Change("question_edited")


def _source_changes(before: Sequence[Source], after: Sequence[Source]) -> Iterator[Change]:
    was, became = ({one.archive_id: one for one in sources} for sources in (before, after))
    both = [one for one in became if one in was]
    for one in both:
        if became[one].withdrawn and not was[one].withdrawn:
            yield Change("source_withdrawn", one)
        if was[one].withdrawn and not became[one].withdrawn:
            yield Change("source_reinstated", one)
    for one in both:
        if was[one].version != became[one].version:
            yield Change("source_revised", one, f"v{was[one].version}", f"v{became[one].version}")
    yield from (Change("source_came", one, after=_use(source)) for one, source in became.items() if one not in was)
    yield from (Change("source_left", one, before=_use(source)) for one, source in was.items() if one not in became)
    for one in both:
        labels = [(source.category, source.title) for source in (was[one], became[one])]
        if labels[0] != labels[1] and was[one].version == became[one].version:
            yield Change("source_relabelled", one)


def _use(source: Source) -> str:
    return "cited" if source.cited else RETRIEVED


def _model(provenance: Provenance) -> str:
    return f"{provenance.model} ({provenance.model_sha256[:8]})" if provenance.model_sha256 else provenance.model


def _told_apart(before: str, after: str, sampling: str) -> tuple[str, str]:
    return (before, after) if before != after else (before, f"{after}, {sampling}")
