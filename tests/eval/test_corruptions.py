"""Claims made from sentences, and false claims made from those."""

from random import Random

import pytest

from pipeline.eval.corruptions import claim_in, claim_of_title, corrupt, inflect, mirror, reword


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        pytest.param(
            "We show that sparse layers need less memory at run time.",
            "Sparse layers need less memory at run time.",
            id="we show",
        ),
        pytest.param(
            "It was found that deep nets forget old tasks first.",
            "Deep nets forget old tasks first.",
            id="it was found",
        ),
        pytest.param("We show that our method needs less memory than others.", None, id="of the authors' own"),
        pytest.param("We show that it fails.", None, id="too short"),
        pytest.param("We train on data that no one has seen before today.", None, id="no finding"),
        pytest.param("We show that $x$ tends to zero for all of them.", None, id="a formula"),
        pytest.param("Sparse layers need less memory.", None, id="a plain sentence"),
    ],
)
def test_a_claim_is_what_a_sentence_says_was_found(sentence: str, claim: str | None) -> None:
    assert claim_in(sentence) == claim


@pytest.mark.parametrize(
    ("title", "claim"),
    [
        ("Label noise improves calibration of small nets", "Label noise improves calibration of small nets."),
        ("KAR: Label noise improves calibration", "Label noise improves calibration."),
        ("Towards a theory that explains calibration", None),
        ("A survey of label noise", None),
        ("Label noise improves calibration?", None),
        ("How label noise improves calibration", None),
    ],
)
def test_a_title_that_states_something_is_a_claim(title: str, claim: str | None) -> None:
    assert claim_of_title(title) == claim


def corrupted(claim: str, kind: str, *names: str) -> list[str]:
    return [one.text for one in corrupt(claim, Random(1), names) if one.kind == kind]


@pytest.mark.parametrize(
    ("claim", "kind", "expected"),
    [
        pytest.param("Pruning increases speed.", "direction", "Pruning decreases speed.", id="a verb"),
        pytest.param("Higher dropout is used.", "direction", "Lower dropout is used.", id="an adjective, at the start"),
        pytest.param("Pruning is cheap and slow work.", "negated", "Pruning is not cheap and slow work.", id="negated"),
        pytest.param(
            "Pruning does not change speed.", "unnegated", "Pruning does change speed.", id="no longer negated"
        ),
        pytest.param(
            "Nets outperform trees on images.",
            "partners",
            None,
            id="not with so short a side",
        ),
        pytest.param(
            "Quantum kernels outperform decision trees.",
            "partners",
            "decision trees outperform Quantum kernels.",
            id="a verb",
        ),
        pytest.param(
            "Quantum nets are faster than trees.", "partners", "trees are faster than Quantum nets.", id="faster than"
        ),
        pytest.param("Pruning may change speed.", "hedge", "Pruning change speed.", id="a hedge dropped"),
        pytest.param("We use MNIST.", "name", "We use CIFAR.", id="another name"),
    ],
)
def test_a_true_claim_is_made_false(claim: str, kind: str, expected: str | None) -> None:
    assert corrupted(claim, kind, "MNIST", "CIFAR") == ([expected] if expected else [])


def test_one_digit_of_a_number_is_changed() -> None:
    [false] = corrupted("It needs 12.5 hours on CIFAR-10.", "number")
    assert false != "It needs 12.5 hours on CIFAR-10."
    assert false.endswith("hours on CIFAR-10.") and len(false) == len("It needs 12.5 hours on CIFAR-10.")


def test_a_claim_that_allows_nothing_is_left_alone() -> None:
    assert corrupt("Pruning works.", Random(1)) == []


def test_the_same_seed_makes_the_same_corruptions() -> None:
    claim = "Pruning increases speed, lowers cost and is not worse than 3 or 4 others."
    assert corrupt(claim, Random(5)) == corrupt(claim, Random(5))


def test_a_reworded_claim_has_other_words_of_the_same_sense() -> None:
    reworded = reword("Pruning improves speed and reduces cost.", Random(1), share=1.0)
    assert reworded.split()[1] in ("enhances", "boosts")
    assert reworded.split()[4] in ("lowers", "diminishes")
    assert reword("Pruning improves speed.", Random(1), share=0.0) == "Pruning improves speed."


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("block", ("block", "blocks", "blocked", "blocking")),
        ("reduce", ("reduce", "reduces", "reduced", "reducing")),
        ("suppress", ("suppress", "suppresses", "suppressed", "suppressing")),
    ],
)
def test_regular_verbs_are_inflected(verb: str, forms: tuple[str, ...]) -> None:
    assert inflect(verb) == forms


def test_a_mirrored_text_turns_every_direction_round_and_nothing_else() -> None:
    text = "Noise increases the cost. Higher rates improve 3 of 5 nets, but 'Dropout' was not used."
    assert mirror(text) == "Noise decreases the cost. Lower rates worsen 3 of 5 nets, but 'Dropout' was not used."
    assert mirror("Reefs are blue.") == "Reefs are blue."
