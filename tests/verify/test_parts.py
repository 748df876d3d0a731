"""Quotes on some facets of a question that no abstract holds whole."""

from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.embed.encoder import Vectors
from pipeline.records import Passage, Preprint, Question, Version
from pipeline.verify.decide import Decision
from pipeline.verify.parts import PER_PART, find_parts

QUESTION = Question(
    "slug", "Which hardware do quantum diffusion models on X-rays need?", (), facets=("hardware", "diffusion", "X-ray")
)
PARTLY = Decision("partly", "parts_not_all_together", ())
HARDWARE_DIFFUSION = "Quantum diffusion models were run on hardware and reached a fidelity of 0.94."
DIFFUSION_XRAY = "Diffusion models that draw X-ray images reached a lower score than others did."
XRAY = "A classifier of X-ray images reached 99% accuracy on a public data set."


def encode(texts: Sequence[str]) -> Vectors:
    """All texts are equally near."""
    return np.ones((len(texts), 1), np.float32)


def read(*abstracts: str) -> list[tuple[Passage, Preprint]]:
    """Preprints AG-0, AG-1 … of falling similarity."""
    return [
        (
            Passage(f"AG-{place}", 1, "h", place, 0.9 - place / 10, 0.0, 0.0),
            Preprint(
                "arxiv",
                str(place),
                "A title",
                abstract,
                (),
                ("cs.CV",),
                (Version(1, None),),
                "2024.01",
                archive_id=f"AG-{place}",
            ),
        )
        for place, abstract in enumerate(abstracts)
    ]


def found(*abstracts: str, decision: Decision = PARTLY) -> list[tuple[tuple[str, ...], list[str]]]:
    parts = find_parts(QUESTION, decision, read(*abstracts), encode)
    return [(part.facets, [one.archive_id for one in part.evidence]) for part in parts]


def test_preprints_that_hold_two_facets_are_quoted_on_them_the_nearest_first() -> None:
    assert found(XRAY, DIFFUSION_XRAY, HARDWARE_DIFFUSION) == [
        (("diffusion", "X-ray"), ["AG-1"]),
        (("hardware", "diffusion"), ["AG-2"]),
    ]


def test_a_quote_is_a_sentence_of_its_abstract() -> None:
    (part,) = find_parts(QUESTION, PARTLY, read(f"{HARDWARE_DIFFUSION} It is late."), encode)
    assert [(one.text, one.start) for one in part.evidence] == [(HARDWARE_DIFFUSION, 0)]


def test_the_same_facets_are_quoted_of_a_few_preprints() -> None:
    assert found(*[HARDWARE_DIFFUSION] * (PER_PART + 2)) == [
        (("hardware", "diffusion"), [f"AG-{place}" for place in range(PER_PART)])
    ]


@pytest.mark.parametrize("reason", ["evidence_covers_question", "bears_on_it_loosely", "part_never_mentioned"])
def test_nothing_is_quoted_on_parts_where_another_reason_decided(reason: str) -> None:
    assert found(HARDWARE_DIFFUSION, decision=Decision("partly", reason, ())) == []
