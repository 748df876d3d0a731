"""All checks of one sentence together. Pure but for the encoder passed in.

A sentence that passes is one of its source's, word for word (`copied.py`). The checks before that one say what is wrong with the others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.embed.encoder import Vectors
from pipeline.records import DraftSentence, Evidence, Opinion, Preprint, Verdict
from pipeline.verify.copied import check_copied, tell_alike, without_attribution
from pipeline.verify.numbers import check_numbers
from pipeline.verify.polarity import check_polarity
from pipeline.verify.terms import check_names, check_order, check_person, check_terms, check_whole, coverage
from pipeline.words import sentence_spans

CHECKS = "checks-7"
"""Version of the checks; a change of any rule changes it, and every answer is then verified anew."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How strict the checks are."""

    min_coverage: float
    min_similarity: float

    @property
    def name(self) -> str:
        """Part of the key of every answer."""
        return f"{CHECKS} coverage={self.min_coverage} similarity={self.min_similarity}"


def check_sentence(
    sentence: DraftSentence,
    preprints: Mapping[str, Preprint],
    encode: Callable[[Sequence[str]], Vectors],
    limits: Limits,
) -> Verdict:
    """Accept a sentence when every preprint that it cites has one sentence that carries it whole.

    One whole sentence, not the abstract: words gathered from several sentences are how true words make a false claim.
    """
    found: list[Evidence] = []
    opinions = [] if sentence.citations else [Opinion("citations", False, ("it cites nothing",))]
    for archive_id in sentence.citations:
        best = _best_evidence(sentence.text, preprints[archive_id])
        if best is None:
            opinions.append(Opinion("citations", False, (f"{archive_id} has no sentence like it",)))
            continue
        found.append(best)
        opinions += ask_checks(sentence.text, best.text, encode, limits)
    failed = dict.fromkeys(reason for one in opinions for reason in one.reasons)
    return Verdict(not failed, tuple(failed), tuple(found), limits.name, tuple(opinions))


def find_support(
    sentence: DraftSentence,
    preprints: Mapping[str, Preprint],
    encode: Callable[[Sequence[str]], Vectors],
    limits: Limits,
) -> tuple[DraftSentence, Verdict]:
    """The sentence with the citation that carries it: its own, else the first retrieved preprint that passes every check.

    A small model copies the right sentence and names the wrong number; the check can tell which preprint says it.
    """
    verdict = check_sentence(sentence, preprints, encode, limits)
    for archive_id in preprints:
        if verdict.accepted:
            break
        moved = DraftSentence(sentence.text, (archive_id,))
        if (second := check_sentence(moved, preprints, encode, limits)).accepted:
            sentence, verdict = moved, second
    return sentence, verdict


def ask_checks(
    sentence: str, evidence: str, encode: Callable[[Sequence[str]], Vectors], limits: Limits
) -> list[Opinion]:
    """What every check says: first those that know what is wrong, then whether it is a copy at all, and the encoder last.

    What a copy may begin with, and what it may leave out from the start (`copied.py`), is held against none.
    """
    told = without_attribution(sentence, evidence)
    source = tell_alike(told, evidence)
    found = {
        "numbers": check_numbers(told, source),
        "names": check_names(told, source),
        "terms": check_terms(told, source, limits.min_coverage),
        "polarity": check_polarity(told, source),
        "order": check_order(told, source),
        "whole": check_whole(told, source),
        "person": check_person(sentence, evidence),
    }
    if not any(found.values()):
        found["copied"] = check_copied(told, source)
    if not any(found.values()):
        vectors = encode([sentence, evidence])
        similarity = float(vectors[0] @ vectors[1])
        near = similarity >= limits.min_similarity
        found["similarity"] = [] if near else [f"it is not close enough to the evidence ({similarity:.2f})"]
    return [Opinion(check, not reasons, tuple(reasons)) for check, reasons in found.items()]


def _best_evidence(text: str, preprint: Preprint) -> Evidence | None:
    """The sentence of the abstract that holds most of the text's weighty words; the earlier one where two hold as many."""
    spans = sentence_spans(preprint.abstract)
    if not spans:
        return None
    start, end = max(spans, key=lambda span: (coverage(text, preprint.abstract[span[0] : span[1]]), -span[0]))
    return Evidence(preprint.archive_id, preprint.abstract[start:end], start, end)
