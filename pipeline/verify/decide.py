"""Answered, partly, or not: decided from the evidence, never from the model alone. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from pipeline.answer.bearing import BEARING, MAY_ODDS, SURE_ODDS
from pipeline.answer.facets import held_together, label, parts_of
from pipeline.records import Draft, Preprint, Question, Status

DECISION = f"decision-4 {BEARING}"
DOUBT_ODDS = 2.0
"""Of the surest preprint; from here on a model's doubt counts for nothing, since small models doubt at random."""
PARTLY_SHARE, ANSWERED_SHARE = 0.6, 1.0
"""Share of the question's facets that one abstract must hold together."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a question is answered."""

    status: Status
    reason: str
    """Its code."""
    missing: tuple[str, ...]
    """Statements on what the retrieved abstracts lack."""


def decide(
    question: Question, preprints: Sequence[Preprint], bearings: Sequence[float], draft: Draft, withdrawn: int = 0
) -> Decision:
    """Combine how surely the preprints answer, which parts of the question they hold together, and what the model said.

    `preprints`: those that stand, with the log odds of each as `bearings`; so many more were retrieved and are withdrawn. Facets are a
    curator's word on what an answer must bring together, so they are asked for beside the odds; a question without them is decided
    by the odds alone.
    """
    facets = parts_of(question)
    held = [held_together(preprint, facets) for preprint in preprints]
    missing = state_missing(facets, held, withdrawn)
    if not preprints:
        return Decision("not_answered", "nothing_to_weigh", missing)
    surest = max(bearings)
    if surest < MAY_ODDS:
        return Decision("not_answered", "nothing_bears_on_it", missing)
    whole = [len(one) == len(facets) for one in held]
    if question.facets:
        if set(facets) - set().union(*held):
            return Decision("not_answered", "part_never_mentioned", missing)
        share = max(len(one) for one in held) / len(facets)
        if share < PARTLY_SHARE:
            return Decision("not_answered", "parts_never_together", missing)
        if share < ANSWERED_SHARE:
            return Decision("partly", "parts_not_all_together", missing)
    else:
        if surest < SURE_ODDS:
            return Decision("partly", "bears_on_it_loosely", missing)
        whole = [odds >= SURE_ODDS for odds in bearings]
    if draft.addressed == "no" and not draft.problem and surest < DOUBT_ODDS and sum(whole) < 2:
        return Decision("partly", "one_preprint_and_the_model_doubts", missing)
    return Decision("answered", "evidence_covers_question", missing)


def state_missing(facets: Sequence[str], held: Sequence[frozenset[str]], withdrawn: int = 0) -> tuple[str, ...]:
    """What the retrieved abstracts lack, in words: parts that none holds, then pairs that none holds together.

    `held`: the parts that each one that stands holds together; of no abstract nothing is said.
    """
    if not held:
        return ()
    count = len(held)
    absent = [facet for facet in facets if not any(facet in one for one in held)]
    all_of_them = (
        f"The one retrieved abstract{' that stands' if withdrawn else ''} does not speak of"
        if count == 1
        else f"None of the {count} retrieved abstracts{' that stand' if withdrawn else ''} speaks of"
    )
    statements = [f"{all_of_them} “{label(facet)}”." for facet in absent]
    present = [facet for facet in facets if facet not in absent]
    if len(present) > 4:  # parts read off a question's words: pairs of single words would say little
        return tuple(statements)
    apart = [pair for pair in combinations(present, 2) if not any(set(pair) <= one for one in held)]
    statements += [
        f"None of the {count} speaks of “{label(first)}” and “{label(second)}” together." for first, second in apart
    ]
    if len(present) > 2 and not statements and not any(set(present) <= one for one in held):
        statements.append(f"{all_of_them} {name_all(present)} together.")
    return tuple(statements)


def state_needed(question: Question) -> tuple[str, ...]:
    """What evidence would answer it, where a curator has named the parts; else the question's own page says what would count."""
    if not question.facets:
        return ()
    together = " together" if len(question.facets) > 1 else ""
    return (f"To answer it, an abstract would be needed that speaks of {name_all(question.facets)}{together}.",)


def name_all(facets: Sequence[str]) -> str:
    """`“a”, “b” and “c”`."""
    named = [f"“{label(facet)}”" for facet in facets]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
