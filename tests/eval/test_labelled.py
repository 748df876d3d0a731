"""Reading questions of which is known whether they can be answered."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.eval.labelled import Labelled, LabelsError, read_labelled
from pipeline.records import Question

GOOD = {"question": "Why do reefs bleach?", "answerable": True, "sources": ["2401.00001"]}
EVALUATION = Path(__file__).parents[2] / "evaluation"


def write(tmp_path: Path, *lines: Any) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), encoding="utf-8")
    return file


def test_questions_are_read_with_their_lines_and_what_front_matter_may_say(tmp_path: Path) -> None:
    whole = GOOD | {
        "aliases": ["What bleaches reefs?"],
        "facets": ["reef | coral", "bleaching"],
        "categories": ["q-bio"],
        "since": "2024-01-31",
        "sources": ["2401.00001", "2401.00001", "hep-th/9901001"],
        "note": "let be",
    }
    file = write(tmp_path, "", whole, {"question": " Why not? ", "answerable": False, "sources": ["2401.00002"]})
    asked = Question(
        "",
        "Why do reefs bleach?",
        (),
        ("What bleaches reefs?",),
        ("reef | coral", "bleaching"),
        ("q-bio",),
        date(2024, 1, 31),
    )
    assert read_labelled(file) == [
        Labelled(asked, True, ("2401.00001", "hep-th/9901001"), 2),
        Labelled(Question("", "Why not?", ()), False, (), 3),
    ]


def test_a_mark_at_the_files_start_and_a_line_separator_inside_a_text_are_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text("\ufeff" + json.dumps(GOOD | {"question": "One\u2028two?"}, ensure_ascii=False), encoding="utf-8")
    assert [one.question.question for one in read_labelled(file)] == ["One\u2028two?"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("{", "line 2: no JSON", id="no JSON"),
        pytest.param("[" * 100_000, "line 2: no JSON", id="too deep"),
        pytest.param([1], "line 2: not an object", id="a list"),
        pytest.param({"answerable": True}, "line 2: 'question' is missing", id="no question"),
        pytest.param(GOOD | {"question": "  "}, "line 2: 'question' is missing, empty", id="an empty question"),
        pytest.param({"question": "Why?"}, "line 2: 'answerable' is None", id="no label"),
        pytest.param(GOOD | {"answerable": "yes"}, "line 2: 'answerable' is 'yes'", id="a text for a label"),
        pytest.param(GOOD | {"sources": "2401.00001"}, "line 2: 'sources' is no list", id="a text for a list"),
        pytest.param(GOOD | {"facets": [3]}, "line 2: 'facets' is no list of texts", id="a number in a list"),
        pytest.param(GOOD | {"since": "January"}, "line 2: 'since' is 'January'", id="no day"),
        pytest.param(GOOD | {"since": 2024}, "line 2: 'since' is 2024", id="a year"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: Any, message: str) -> None:
    with pytest.raises(LabelsError) as error:
        read_labelled(write(tmp_path, GOOD, line))
    assert message in error.value.what
    assert error.value.mend


def test_a_file_that_is_missing_or_empty_or_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    for file in (tmp_path / "none.jsonl", tmp_path / "bytes.jsonl", write(tmp_path, "", "  ")):
        with pytest.raises(LabelsError) as error:
            read_labelled(file)
        assert str(file) in error.value.what


@pytest.mark.parametrize("file", [EVALUATION / "archive.jsonl", EVALUATION / "box.jsonl"], ids=lambda file: file.stem)
def test_the_sets_of_this_repository_ask_each_question_once_and_name_sources_for_what_can_be_answered(
    file: Path,
) -> None:
    questions = read_labelled(file)
    texts = [one.question.question for one in questions]
    assert len(set(texts)) == len(texts)
    assert [text for text in texts if not text.endswith("?")] == []
    assert [one.line for one in questions if one.answerable != bool(one.sources)] == []
    assert {one.answerable for one in questions} == {True, False}


def test_the_questions_over_the_box_rest_on_preprints_in_the_box() -> None:
    box = (EVALUATION.parent / "pipeline" / "sample" / "preprints.jsonl").read_text(encoding="utf-8")
    held = {json.loads(line)["id"] for line in box.splitlines()}
    questions = read_labelled(EVALUATION / "box.jsonl")
    assert len(questions) == 20
    assert {source for one in questions for source in one.sources} - held == set()
