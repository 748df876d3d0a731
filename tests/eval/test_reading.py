"""Pages for reading answers beside their abstracts."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.eval.answers import Asked
from pipeline.eval.labelled import Labelled
from pipeline.eval.reading import reading_page, reading_pages, write_reading_pages
from pipeline.records import Cut, Finding, Preprint, Question, Sentence, Source
from tests.store.test_database import AN_ANSWER

LABEL = Labelled(Question("", "Why do *reefs* bleach?", ()), True, ("2401.00001", "2401.00002", "2401.09999"), 1)


def source(preprint: Preprint, archive_id: str, source_id: str, cited: bool) -> tuple[Source, Preprint]:
    card = Source(archive_id, "arxiv", source_id, 1, 50, "q-bio", "T", cited, False)
    return card, replace(preprint, archive_id=archive_id, source_id=source_id, title=f"Title of {source_id}")


@pytest.fixture
def asked(preprint: Preprint) -> Asked:
    found = [
        source(preprint, "A-1", "2401.00001", cited=True),
        source(preprint, "A-2", "2401.00002", cited=False),
        source(preprint, "A-3", "2401.00003", cited=True),
        source(preprint, "A-4", "2401.00004", cited=False),
    ]
    answer = replace(
        AN_ANSWER,
        status="answered",
        reason="evidence_covers_question",
        opening="The archive addresses this question.",
        findings=(Finding("Measured", (Sentence("Heat bleaches.", ("A-1",), "supported", ()),)),),
        cut=(Cut("# Not so", ("A-1",), "a number is not there"),),
        sources=tuple(card for card, _ in found),
    )
    return Asked(LABEL, answer, {one.archive_id: one for _, one in found}, 1.0)


def test_the_answer_stands_beside_the_abstracts_that_it_cites_or_should_have_cited(
    asked: Asked, preprint: Preprint
) -> None:
    page = reading_page(asked)
    assert "Answerable, from:\n\n    2401.00001, 2401.00002, 2401.09999\n" in page
    assert "## answered (evidence_covers_question)" in page
    assert "Heat bleaches. [A-1]" in page
    assert "    # Not so — a number is not there" in page
    assert "## A-1, cited and named for it" in page
    assert "## A-2, named for it, retrieved, not cited" in page
    assert "## A-3, cited\n" in page
    assert "A-4" not in page
    assert "Named for it and not retrieved:\n\n    2401.09999\n" in page
    assert "    2401.00001: Title of 2401.00001" in page
    assert " ".join(page.split()).count(" ".join(preprint.abstract.split())) == 3


def test_what_comes_from_outside_stands_in_indented_blocks(asked: Asked) -> None:
    hostile = replace(asked.preprints["A-1"], abstract="Fine.\n\n# <script>x</script>\n```\n[a](b)")
    page = reading_page(replace(asked, preprints={**asked.preprints, "A-1": hostile}))
    assert [line[:4] for line in page.splitlines() if "<script>" in line] == ["    "]
    assert "\n    Why do *reefs* bleach?\n" in page


def test_a_question_that_failed_has_a_page_that_says_why() -> None:
    page = reading_page(Asked(replace(LABEL, answerable=False), None, {}, 1.0, "RuntimeError: x"))
    assert "Not answerable." in page
    assert "    RuntimeError: x" in page
    assert page.endswith("It failed, so there is no answer.\n")


def test_pages_are_named_by_number_and_question(asked: Asked) -> None:
    strange = replace(asked, labelled=replace(LABEL, question=Question("", "礁?", ())))
    assert list(reading_pages([asked, strange])) == ["01-why-do-reefs-bleach.md", "02-question.md"]
    assert next(iter(reading_pages([asked] * 100))) == "001-why-do-reefs-bleach.md"


def test_pages_are_written_into_a_folder_that_is_made(tmp_path: Path, asked: Asked) -> None:
    folder = tmp_path / "a" / "b"
    write_reading_pages(folder, [asked])
    assert (folder / "01-why-do-reefs-bleach.md").read_text(encoding="utf-8") == reading_page(asked)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, asked: Asked) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PipelineError, match="can't write the pages"):
        write_reading_pages(tmp_path / "file", [asked])
