"""The question to the judge, and the order in which it is asked."""

import math
from collections.abc import Callable, Sequence
from importlib import resources

import pytest

from pipeline.answer.engines import YesNoPrompt
from pipeline.hashes import content_hash
from pipeline.verify.judge import JUDGE, LanguageJudge, judge_claims, judge_name, to_opinion, write_question
from tests.fakes import FakeEngine

REEFS, KERNELS = "Coral reefs bleach in warm water.", "Quantum kernels classify images."


class WatchedEngine(FakeEngine):
    """Keeps what it was asked to judge."""

    asked: Sequence[YesNoPrompt] = ()

    def judge(self, prompts: Sequence[YesNoPrompt], on_progress: Callable[[int], None] = lambda _: None) -> list[float]:
        self.asked = prompts
        return super().judge(prompts, on_progress)


def test_a_question_shows_the_text_first_and_the_claim_after_it() -> None:
    prompt = write_question(REEFS, "Reefs bleach.")
    assert prompt.text == f"Text: {REEFS}\n\n"
    assert '"Reefs bleach."' in prompt.question and prompt.question.endswith("Answer Yes or No.")
    assert REEFS not in prompt.question


@pytest.mark.parametrize("text", ["{{ claim }} {% endblock %}", "{# #}", "<b>5 < 6 & 7</b>", "Question: is it?\n\n"])
def test_text_from_outside_is_written_as_it_is_and_never_run(text: str) -> None:
    prompt = write_question(text, text)
    assert prompt.text == f"Text: {text}\n\n"
    assert f'"{text}"' in prompt.question


def test_chances_come_in_the_order_of_the_pairs_and_claims_about_one_text_are_neighbours() -> None:
    engine, told = WatchedEngine(), list[int]()
    pairs = [(REEFS, "reefs"), (KERNELS, "reefs"), (REEFS, "kernels"), (KERNELS, "kernels")]
    chances = judge_claims(engine, pairs, told.append)
    assert chances == [engine.judge([write_question(*pair)])[0] for pair in pairs]
    assert chances[0] > chances[2] and chances[3] > chances[1]
    judge_claims(engine, pairs)
    assert [prompt.text for prompt in engine.asked] == sorted(f"Text: {text}\n\n" for text, _ in pairs)
    assert told == [4]


def test_no_pairs_give_no_chances() -> None:
    assert judge_claims(FakeEngine(), []) == []


def test_the_name_of_the_judge_changes_with_its_file() -> None:
    source = (resources.files("pipeline") / "prompts" / f"{JUDGE}.jinja").read_text(encoding="utf-8")
    assert judge_name() == f"{JUDGE}@{content_hash(source)[:12]}"


def test_the_language_model_holds_from_its_threshold_on_and_says_by_how_much() -> None:
    judge = LanguageJudge(FakeEngine(sha256="ab" * 32), 0.25)
    sure, doubting = judge([("Reefs bleach in warm water.", REEFS), ("Kernels classify.", REEFS)])
    assert sure.holds and not sure.reasons and (sure.log_odds or 0) > 0
    assert not doubting.holds and (doubting.log_odds or 0) < 0
    assert doubting.reasons[0].startswith("the judge gives it a probability of ")
    assert judge.name == f"{judge_name()} abababababab threshold=0.25"


@pytest.mark.parametrize(("chance", "holds"), [(0.0, False), (0.79, False), (0.8, True), (1.0, True)])
def test_a_probability_is_measured_from_the_threshold_on(chance: float, holds: bool) -> None:
    opinion = to_opinion("judge", chance, 0.8)
    assert opinion.holds is holds
    assert math.isfinite(opinion.log_odds or 0)
