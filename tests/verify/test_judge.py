"""The question to the judge, and the order in which it is asked."""

import math
from collections.abc import Callable, Sequence
from importlib import resources

import pytest

from pipeline.answer.engines import YesNoPrompt
from pipeline.hashes import content_hash
from pipeline.verify.judge import JUDGE, LanguageJudge, judge_claims, judge_name, to_opinion, write_questions
from tests.fakes import FakeEngine

REEFS, KERNELS = "Coral reefs bleach in warm water.", "Quantum kernels classify images."


class WatchedEngine(FakeEngine):
    """Keeps what it was asked to judge."""

    asked: Sequence[YesNoPrompt] = ()

    def judge(self, prompts: Sequence[YesNoPrompt], on_progress: Callable[[int], None] = lambda _: None) -> list[float]:
        self.asked = prompts
        return super().judge(prompts, on_progress)


class Scripted(FakeEngine):
    """Answers the questions about a claim with these chances, in order."""

    def __init__(self, *chances: float) -> None:
        super().__init__()
        self._chances = chances

    def judge(self, prompts: Sequence[YesNoPrompt], on_progress: Callable[[int], None] = lambda _: None) -> list[float]:
        return list(self._chances)


def test_every_question_shows_the_text_first_and_the_claim_after_it() -> None:
    for prompt in write_questions(REEFS, "Reefs bleach."):
        assert prompt.text == f"Text: {REEFS}\n\n"
        assert '"Reefs bleach."' in prompt.question and REEFS not in prompt.question


def test_the_choice_is_put_in_both_orders() -> None:
    asked, choice, turned = write_questions(REEFS, "Reefs bleach.")
    assert (asked.yes, asked.no) == ("Yes", "No") and asked.question.endswith("Answer Yes or No.")
    for prompt in (choice, turned):
        assert f"{prompt.yes}. The text supports it." in prompt.question
        assert f"{prompt.no}. The text contradicts it." in prompt.question
    assert (choice.yes, choice.no) == (turned.no, turned.yes) == ("A", "B")


@pytest.mark.parametrize("text", ["{{ claim }} {% endblock %}", "{# #}", "<b>5 < 6 & 7</b>", "Question: is it?\n\n"])
def test_text_from_outside_is_written_as_it_is_and_never_run(text: str) -> None:
    for prompt in write_questions(text, text):
        assert prompt.text == f"Text: {text}\n\n"
        assert f'"{text}"' in prompt.question


def test_chances_come_in_the_order_of_the_pairs_and_claims_about_one_text_are_neighbours() -> None:
    engine, told = WatchedEngine(), list[int]()
    pairs = [(REEFS, "reefs"), (KERNELS, "reefs"), (REEFS, "kernels"), (KERNELS, "kernels")]
    chances = judge_claims(engine, pairs, told.append)
    assert chances == [judge_claims(engine, [pair])[0] for pair in pairs]
    assert chances[0] > chances[2] and chances[3] > chances[1]
    judge_claims(engine, pairs)
    assert [prompt.text for prompt in engine.asked] == sorted(f"Text: {text}\n\n" for text, _ in pairs for _ in JUDGE)
    assert told == [4]


@pytest.mark.parametrize(
    ("answers", "chance"),
    [
        pytest.param((0.9, 0.9, 0.9), 0.9, id="of one mind"),
        pytest.param((0.5, 0.8, 0.2), 0.5, id="a lean to what it reads first cancels out"),
        pytest.param((0.9, 0.0, 0.9), 0.0, id="a question that could not be asked"),
        pytest.param((1.0, 1.0, 1.0), 1.0, id="as sure as can be"),
    ],
)
def test_the_answers_count_by_the_mean_of_their_log_odds(answers: tuple[float, ...], chance: float) -> None:
    assert judge_claims(Scripted(*answers), [(REEFS, "Reefs bleach.")]) == [pytest.approx(chance, abs=1e-5)]


def test_no_pairs_give_no_chances() -> None:
    assert judge_claims(FakeEngine(), []) == []


def test_the_name_of_the_judge_changes_with_its_files() -> None:
    folder = resources.files("pipeline") / "prompts"
    hashes = {name: content_hash((folder / f"{name}.jinja").read_text(encoding="utf-8")) for name in JUDGE}
    assert judge_name() == " ".join(f"{name}@{found[:12]}" for name, found in hashes.items())


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
