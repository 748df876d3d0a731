"""What the records derive from their fields."""

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from pipeline.records import Answer, Finding, Preprint, Provenance, Sentence, Version


@pytest.mark.parametrize(
    ("authors", "short"),
    [
        ((), "Unnamed authors"),
        (("Michael Kölle",), "Michael Kölle"),
        (("Michael Kölle", "Ana Ruiz"), "Michael Kölle and Ana Ruiz"),
        (("Michael Kölle", "Ana Ruiz", "Bo Li"), "Michael Kölle et al."),
    ],
)
def test_authors_are_named_in_short(preprint: Preprint, authors: tuple[str, ...], short: str) -> None:
    assert replace(preprint, authors=authors).short_authors == short


def test_a_preprint_knows_its_first_and_its_latest_version(preprint: Preprint) -> None:
    assert (preprint.submitted, preprint.latest) == (date(2024, 1, 28), Version(3, date(2024, 5, 2)))


def test_the_first_category_is_the_primary_one(preprint: Preprint) -> None:
    assert preprint.primary_category == "quant-ph"
    assert replace(preprint, categories=()).primary_category == "unclassified"


def test_an_answer_gives_its_sentences_over_all_findings() -> None:
    one, two, three = (Sentence(text, ("AG-1",), "supported", ()) for text in ("One.", "Two.", "Three."))
    answer = Answer(
        slug="s",
        question="Why?",
        status="answered",
        reason="",
        answered_by="",
        answered_on=date(2024, 6, 1),
        revision=1,
        opening="",
        findings=(Finding("A", (one, two)), Finding("B", (three,))),
        missing=(),
        bottom_line="",
        cut=(),
        sources=(),
        follow_ups=(),
        provenance=Provenance("", "", "", "", "", "", "", 0),
    )
    assert answer.sentences == (one, two, three)


def test_records_cannot_be_changed(preprint: Preprint) -> None:
    with pytest.raises(FrozenInstanceError):
        preprint.title = "Other"  # type: ignore[misc]  # what is tested
