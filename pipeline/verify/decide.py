"""Answered, partly, or not: decided from the evidence, never from the model alone. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from pipeline.answer.facets import held_together, label, parts_of
from pipeline.records import Draft, Evidence, Passage, Preprint, Question, Status

DECISION = "decision-1"
MIN_SIMILARITY = 0.45
"""Of the nearest preprint; below it nothing in the archive is about the question."""
MIN_EVIDENCE = 0.4
"""Score of the best evidence sentence; below it no sentence bears on the question."""
PARTLY_SHARE, ANSWERED_SHARE = 0.6, 1.0
"""Share of the question's facets that one abstract must hold together."""
PARTLY_WORDS, ANSWERED_WORDS = 0.5, 0.8
"""The same for a question without facets, whose parts are single words."""


@dataclass(frozen=True, slots=True)
class Decision:
    status: Status
    reason: str
    missing: tuple[str, ...]
    """Statements on what the retrieved abstracts lack."""


def decide(
    question: Question,
    passages: Sequence[Passage],
    preprints: Sequence[Preprint],
    evidence: Sequence[Evidence],
    draft: Draft,
) -> Decision:
    """Combine how near the preprints are, which parts of the question they hold together, and what the model said."""
    facets = parts_of(question)
    held = [held_together(preprint, facets) for preprint in preprints]
    missing = state_missing(facets, held)
    if not passages:
        return Decision("not_answered", "archive_is_empty", missing)
    if max(passage.similarity for passage in passages) < MIN_SIMILARITY:
        return Decision("not_answered", "nothing_near", missing)
    if max((one.score for one in evidence), default=0.0) < MIN_EVIDENCE:
        return Decision("not_answered", "no_evidence", missing)
    if question.facets and set(facets) - set().union(*held):
        return Decision("not_answered", "part_never_mentioned", missing)
    partly, answered = (PARTLY_SHARE, ANSWERED_SHARE) if question.facets else (PARTLY_WORDS, ANSWERED_WORDS)
    share = max((len(one) for one in held), default=0) / len(facets) if facets else 0.0
    if share < partly:
        return Decision("not_answered", "parts_never_together", missing)
    if share < answered:
        return Decision("partly", "parts_not_all_together", missing)
    if draft.addressed == "no" and not draft.problem and sum(len(one) == len(facets) for one in held) < 2:
        return Decision("partly", "one_preprint_and_the_model_doubts", missing)
    return Decision("answered", "evidence_covers_question", missing)


def state_missing(facets: Sequence[str], held: Sequence[frozenset[str]]) -> tuple[str, ...]:
    """What the retrieved abstracts lack, in words: parts that none holds, then pairs that none holds together."""
    count = len(held)
    absent = [facet for facet in facets if not any(facet in one for one in held)]
    statements = [f"None of the {count} retrieved abstracts speaks of “{label(facet)}”." for facet in absent]
    present = [facet for facet in facets if facet not in absent]
    if len(present) > 4:  # parts read off a question's words: pairs of single words would say little
        return tuple(statements)
    apart = [pair for pair in combinations(present, 2) if not any(set(pair) <= one for one in held)]
    statements += [
        f"None of the {count} speaks of “{label(first)}” and “{label(second)}” together." for first, second in apart
    ]
    if len(present) > 2 and not statements and not any(set(present) <= one for one in held):
        statements.append(f"None of the {count} retrieved abstracts speaks of {name_all(present)} together.")
    return tuple(statements)


def name_all(facets: Sequence[str]) -> str:
    """`“a”, “b” and “c”`."""
    named = [f"“{label(facet)}”" for facet in facets]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
