"""Prompt files of two blocks, filled in."""

import jinja2
import pytest

from pipeline.answer.yes_no import write_yes_no


def test_a_prompt_file_gives_the_text_that_prompts_share_and_the_question_of_each() -> None:
    one, other = (write_yes_no("judge.v1", text="Reefs bleach.", claim=claim) for claim in ("Reefs", "Kernels"))
    assert one.text == other.text == "Text: Reefs bleach.\n\n"
    assert '"Reefs"' in one.question and '"Kernels"' in other.question


def test_a_prompt_file_may_name_the_words_that_answer_it() -> None:
    assert [
        (one.yes, one.no) for one in (write_yes_no(name, text="", claim="") for name in ("judge.v1", "choice.v1"))
    ] == [
        ("Yes", "No"),
        ("A", "B"),
    ]


def test_text_from_outside_is_written_as_it_is_and_never_run() -> None:
    hostile = "{{ 7 * 7 }} {% endblock %} <b>&</b>"
    assert hostile in write_yes_no("judge.v1", text=hostile, claim="").text
    assert hostile in write_yes_no("judge.v1", text="", claim=hostile).question


def test_a_value_that_the_file_asks_for_and_nobody_gives_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="claim"):
        write_yes_no("judge.v1", text="Reefs bleach.")


def test_a_prompt_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        write_yes_no("judge.v0")
