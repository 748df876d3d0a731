"""Where no abstract holds all facets of a question: quotes on those that are held together. Pure but for the encoder passed in.

A reader who asks about three things at once is helped by what is known of two of them, as long as the page says which two.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.answer.evidence import pick_evidence
from pipeline.answer.facets import held_together, mentions
from pipeline.embed.encoder import Vectors
from pipeline.records import Evidence, Question
from pipeline.retrieve.passages import Read
from pipeline.verify.decide import Decision

TOGETHER = 2
"""Facets that an abstract must hold to be quoted on them."""
SENTENCES = 4
"""Of an abstract, the best by their score: that which speaks of most of the facets is quoted."""
PER_PART = 2
"""Preprints that are quoted on the same facets, a sentence each."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some facets of a question, in its own order, and sentences of abstracts that hold just these."""

    facets: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def find_parts(
    question: Question, decision: Decision, read: Read, encode: Callable[[Sequence[str]], Vectors]
) -> tuple[Part, ...]:
    """A part for every set of facets that some of these preprints hold together, the nearest preprint's first.

    None unless that no abstract holds all of them is why the question is answered in part. `read`: preprints that are not used yet.
    """
    if decision.reason != "parts_not_all_together":
        return ()
    by_facets: dict[tuple[str, ...], list[Evidence]] = {}
    for item in sorted(read, key=lambda item: (-item[0].similarity, item[0].archive_id)):
        held = held_together(item[1], question.facets)
        facets = tuple(facet for facet in question.facets if facet in held)
        found = by_facets.get(facets, [])
        if len(facets) >= TOGETHER and len(found) < PER_PART:
            best = pick_evidence(question.question, [item], encode, per_preprint=SENTENCES)
            told = sorted(best, key=lambda one: -sum(mentions(one.text, facet) for facet in facets))
            by_facets[facets] = [*found, *told[:1]]
    return tuple(Part(facets, tuple(found)) for facets, found in by_facets.items() if found)
