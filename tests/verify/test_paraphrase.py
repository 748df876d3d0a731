"""Sentences in other words than their source: what no judge can let through, and what it decides."""

import pytest

from pipeline.records import DraftSentence, Preprint, Verdict, Version
from pipeline.verify.paraphrase import PARAPHRASE, check_copy, check_paraphrases, check_question_words
from tests.fakes import FakeEncoder, FakeJudge
from tests.verify.test_verdict import ADVERSARIAL

QUESTION = "Do quantum networks outperform classical ones on chest X-rays?"
MNIST = (
    "Hybrid quantum networks are studied. The hybrid quantum network reaches 99.67% accuracy on MNIST and needs few parameters. "
    "Our results suggest that encoding could reduce the depth of circuits."
)
TREES = "Shallow kernels surpass trees in every run. Shallow kernels reach small depths. Without pruning, random trees grow great."
NOISE = "Noise lowers the accuracy of quantum classifiers. It was simulated."


def a_preprint(archive_id: str, title: str, abstract: str) -> Preprint:
    return Preprint("arxiv", archive_id, title, abstract, (), (), (Version(1, None),), "2024.01", archive_id=archive_id)


PREPRINTS = {
    "AG-1": a_preprint("AG-1", "Hybrid quantum networks for digits", MNIST),
    "AG-2": a_preprint("AG-2", "Noise", NOISE),
    "AG-3": a_preprint("AG-3", "Nothing", ""),
    "AG-4": a_preprint("AG-4", "Trees", TREES),
}
OTHER_WORDS = "A hybrid quantum network attains 99.67% accuracy on MNIST with few parameters."


def judged(text: str, *citations: str, log_odds: float = 9.0) -> tuple[Verdict, FakeJudge]:
    judge = FakeJudge(lambda claim, source: log_odds)
    sentence = DraftSentence(text, citations or ("AG-1",))
    [verdict] = check_paraphrases([sentence], QUESTION, PREPRINTS, FakeEncoder().encode, judge)
    return verdict, judge


def test_a_paraphrase_is_published_when_the_judge_and_all_checks_agree() -> None:
    verdict, judge = judged(OTHER_WORDS)
    assert (verdict.accepted, verdict.failed, verdict.checks) == (True, (), PARAPHRASE)
    [evidence] = verdict.evidence
    assert MNIST[evidence.start : evidence.end] == evidence.text == MNIST.split(". ")[1] + "."
    assert [one.check for one in verdict.opinions][-1] == "judge"
    assert judge.asked == [(OTHER_WORDS, f"Hybrid quantum networks for digits. {MNIST}")]


def test_a_judge_that_doubts_it_cuts_it_and_is_quoted() -> None:
    verdict, _ = judged(OTHER_WORDS, log_odds=-9.0)
    assert not verdict.accepted
    assert "the judge doubts it" in verdict.failed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(OTHER_WORDS.replace("99.67", "99.76"), "the number 99.76% is not in", id="a number"),
        pytest.param(OTHER_WORDS.replace("MNIST", "CIFAR"), "the evidence does not name CIFAR", id="a name"),
        pytest.param(
            OTHER_WORDS.replace("on MNIST", "on chest images"),
            "it speaks of chest, as the question does",
            id="the question's subject",
        ),
        pytest.param(OTHER_WORDS.replace("attains", "does not attain"), "not negated alike", id="a negation"),
        pytest.param(
            "Encoding reduces the depth of circuits in the results.", "the evidence hedges", id="a hedge dropped"
        ),
        pytest.param("A hybrid quantum network.", "no whole sentence", id="a fragment"),
    ],
)
def test_no_judge_outvotes_a_check_of_words(text: str, reason: str) -> None:
    verdict, judge = judged(text)
    assert not verdict.accepted
    assert any(reason in one for one in verdict.failed), verdict.failed
    assert judge.asked == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("Trees surpass shallow kernels in every run.", "the other side of the comparison", id="partners"),
        pytest.param("Shallow kernels are reached by small depths.", "the other way round", id="a verb"),
        pytest.param(
            "Random trees grow to be very great.", "the condition 'Without pruning'", id="a condition left out"
        ),
    ],
)
def test_no_judge_outvotes_a_check_of_who_does_what(text: str, reason: str) -> None:
    verdict, judge = judged(text, "AG-4")
    assert any(reason in one for one in verdict.failed), verdict.failed
    assert judge.asked == []


WITH_A_WORD_OF_ITS_OWN = ("mice as patients", "how fast brought in")


@pytest.mark.parametrize(("text", "evidence"), [one for one in ADVERSARIAL if one.id not in WITH_A_WORD_OF_ITS_OWN])
def test_a_judge_that_says_yes_to_everything_lets_no_copy_through_that_was_turned_round(
    text: str, evidence: str
) -> None:
    judge = FakeJudge(lambda claim, source: 9.0)
    preprints = {"AG-5": a_preprint("AG-5", "T", evidence)}
    [verdict] = check_paraphrases([DraftSentence(text, ("AG-5",))], "", preprints, FakeEncoder().encode, judge)
    assert not verdict.accepted
    assert judge.asked == []


@pytest.mark.parametrize(
    ("sentence", "reasons"),
    [
        pytest.param("Shallow kernels reach small depths.", [], id="copied"),
        pytest.param("Shallow kernels attain small depths.", [], id="with a word of its own"),
        pytest.param("Kernels reach small depths.", ["it leaves out 'shallow'"], id="without a word of its evidence"),
    ],
)
def test_a_sentence_without_a_word_of_its_own_is_a_copy(sentence: str, reasons: list[str]) -> None:
    assert check_copy(sentence, "Shallow kernels reach small depths.") == reasons


def test_a_citation_that_does_not_carry_it_is_left_out() -> None:
    verdict, _ = judged(OTHER_WORDS, "AG-2", "AG-1", "AG-3")
    assert verdict.accepted
    assert [one.archive_id for one in verdict.evidence] == ["AG-1"]


@pytest.mark.parametrize("citations", [(), ("AG-3",)], ids=["nothing cited", "an abstract without text"])
def test_what_has_no_source_is_cut(citations: tuple[str, ...]) -> None:
    judge = FakeJudge(lambda claim, source: 9.0)
    [verdict] = check_paraphrases(
        [DraftSentence(OTHER_WORDS, citations)], QUESTION, PREPRINTS, FakeEncoder().encode, judge
    )
    assert (verdict.accepted, verdict.evidence, judge.asked) == (False, (), [])
    assert verdict.failed


@pytest.mark.parametrize(
    ("sentence", "reasons"),
    [
        ("Networks classify chest images.", ["it speaks of chest, as the question does; the source does not"]),
        ("Quantum networks outperform others.", ["it speaks of outperform, as the question does; the source does not"]),
        ("Quantum networks reach a high accuracy.", []),
    ],
)
def test_words_that_come_from_the_question_alone_are_told(sentence: str, reasons: list[str]) -> None:
    assert check_question_words(sentence, QUESTION, MNIST) == reasons
