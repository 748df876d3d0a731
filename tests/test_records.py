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
        (("CLEO Collaboration: M. Artuso", "et al"), "CLEO Collaboration: M. Artuso et al."),
        (("F. Aharonian", "et al."), "F. Aharonian et al."),
        (("L.M. Zhang", "Et. al.", "for the Belle Collaboration"), "L.M. Zhang et al."),
        (("J. L. Bazo Alba", "for the IceCube Collaboration"), "J. L. Bazo Alba and IceCube Collaboration"),
        (("Forrest Al", "Et Alia"), "Forrest Al and Et Alia"),
        (("et al",), "Unnamed authors"),
    ],
)
def test_authors_are_named_in_short(preprint: Preprint, authors: tuple[str, ...], short: str) -> None:
    assert replace(preprint, authors=authors).short_authors == short


def test_authors_that_the_source_leaves_out_are_no_names(preprint: Preprint) -> None:
    cut_short = replace(preprint, authors=("A. Abulencia", "et al", "on behalf of the CDF Collaboration"))
    assert (cut_short.named_authors, cut_short.has_unnamed_authors) == (("A. Abulencia", "CDF Collaboration"), True)
    assert (preprint.named_authors, preprint.has_unnamed_authors) == (preprint.authors, False)


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
