"""The whole check: what counts as new, what old files are excused from, and what lies near."""

from pathlib import Path

import pytest

from pipeline.questions import check_questions, read_questions
from pipeline.records import Problem
from tests.questions.bad_files import FOLDER, write
from tests.questions.samples import ASKED, GOOD, front

ORDERS = front(body="Please recommend a book.")
"""It breaks a rule that came later."""
NEAR = GOOD.replace(ASKED, "question: How long do bleached coral reefs take to recover their fish?")


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The base of a change; the folder `questions` of the working directory is for the change itself."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "base"


def judged(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(problem.file, problem.code, problem.severity) for problem in problems]


def test_an_old_file_that_breaks_a_newer_rule_warns_and_stays_in_the_archive(base: Path) -> None:
    files = {**FOLDER, "my-question.md": ORDERS}
    write(base, files)
    write(Path("questions"), files)
    warned = [("questions/my-question.md", "text-order", "warning")]
    assert judged(check_questions(Path("questions"))) == warned
    assert judged(check_questions(Path("questions"), base=base)) == warned
    questions, problems = read_questions(Path("questions"))
    assert "my-question" in {question.slug for question in questions}
    assert judged(list(problems)) == warned


def test_a_new_or_a_named_file_that_breaks_it_has_an_error(base: Path) -> None:
    write(base, FOLDER)
    write(Path("questions"), {**FOLDER, "my-question.md": ORDERS})
    refused = [("questions/my-question.md", "text-order", "error")]
    assert judged(check_questions(Path("questions"), base=base)) == refused
    assert judged(check_questions(Path("questions"), [Path("questions/my-question.md")])) == refused


def test_an_error_that_was_there_before_only_warns_whoever_changes_another_file(base: Path) -> None:
    broken = {**FOLDER, "broken.md": GOOD.replace("[ecology]", "[botany]")}
    write(base, broken)
    write(Path("questions"), {**broken, "my-question.md": GOOD})
    assert judged(check_questions(Path("questions"), base=base)) == [
        ("questions/broken.md", "topics-unknown", "warning")
    ]


def test_an_error_that_a_change_brings_to_another_file_blocks(base: Path) -> None:
    write(base, {**FOLDER, "my-question.md": front("status: retired", "merged_into: coral-recovery")})
    coral = str(FOLDER["coral-recovery.md"]).replace("topics:", "status: draft\ntopics:")
    write(
        Path("questions"),
        {
            **FOLDER,
            "coral-recovery.md": coral,
            "my-question.md": front("status: retired", "merged_into: coral-recovery"),
        },
    )
    assert judged(check_questions(Path("questions"), base=base)) == [
        ("questions/coral-recovery.md", "status-unpublished", "error"),
        ("questions/my-question.md", "merged-into-draft", "error"),
    ]


def test_an_old_file_that_is_edited_has_its_errors(base: Path) -> None:
    write(base, {**FOLDER, "my-question.md": ORDERS})
    write(Path("questions"), {**FOLDER, "my-question.md": f"{ORDERS}More.\n"})
    assert judged(check_questions(Path("questions"), base=base)) == [
        ("questions/my-question.md", "text-order", "error")
    ]


def test_a_near_question_is_shown_beside_the_new_one_and_to_nobody_else(base: Path) -> None:
    write(base, FOLDER)
    write(Path("questions"), {**FOLDER, "my-question.md": NEAR})
    near = [("questions/my-question.md", "question-near", "warning")]
    assert check_questions(Path("questions")) == []
    assert judged(check_questions(Path("questions"), base=base)) == near
    assert judged(check_questions(Path("questions"), [Path("questions/my-question.md")])) == near
    assert judged(check_questions(Path("questions"), [Path("questions/coral-recovery.md")])) == [
        ("questions/coral-recovery.md", "question-near", "warning")
    ]


def test_a_question_that_takes_over_is_not_near(base: Path) -> None:
    merged = NEAR.replace("topics:", "status: retired\nmerged_into: coral-recovery\ntopics:")
    write(Path("questions"), {**FOLDER, "my-question.md": merged})
    assert check_questions(Path("questions"), [Path("questions/my-question.md")]) == []


def test_a_folder_that_is_gone_is_told_whatever_the_base_is(base: Path) -> None:
    write(base, {"topics.toml": FOLDER["topics.toml"]})
    assert [problem.code for problem in check_questions(Path("questions"), base=base)] == ["folder-missing"]


def test_a_new_question_without_a_body_is_asked_for_one_and_an_old_one_is_not(base: Path) -> None:
    write(base, {**FOLDER, "old-bare.md": front(body="")})
    new = front(body="").replace("Does noise help a quantum model?", "Do kelp forests grow back?")
    write(Path("questions"), {**FOLDER, "old-bare.md": front(body=""), "new-bare.md": new})
    assert judged(check_questions(Path("questions"), base=base)) == [
        ("questions/new-bare.md", "body-missing", "warning")
    ]
