"""Every bad file gets its message, the page that lists them is fresh, and no message is left out."""

from pathlib import Path

from pipeline.questions.problems import RULES, WARNINGS
from tests.questions.bad_files import BAD, judge_all, render_messages

DOC = Path(__file__).parents[2] / "docs" / "questions-messages.md"
ELSEWHERE = {"folder-missing", "file-missing", "file-unreadable"}
"""What no file of a pull request can bring about: tests/questions/test_folder.py."""


def test_the_page_is_fresh() -> None:
    assert DOC.read_text(encoding="utf-8") == render_messages(), "make docs writes it anew"


def test_every_bad_file_gets_a_message_and_every_message_has_a_bad_file() -> None:
    found = [{problem.code for problem in problems} for problems in judge_all()]
    assert [bad.what for bad, codes in zip(BAD, found, strict=True) if not codes] == []
    assert set(RULES) - set().union(*found) == ELSEWHERE
    assert len(BAD) >= 60


def test_what_is_for_a_person_to_judge_warns_and_all_else_blocks() -> None:
    for bad, problems in zip(BAD, judge_all(), strict=True):
        for problem in problems:
            assert (problem.severity == "warning") == (problem.code in WARNINGS), bad.what
