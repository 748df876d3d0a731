"""Whether a sentence says a claim the same way round."""

from collections.abc import Callable, Sequence

import pytest

from pipeline.verify.direction import aimed, swapped, told, turn
from pipeline.verify.opposites import Word, read_words

Check = Callable[[Sequence[Word], Sequence[Word]], float]


def ask(check: Check, claim: str, sentence: str) -> float:
    return check(read_words(claim), read_words(sentence))


SAME, OTHER, UNKNOWN = (0.1, 1.0), (-1.0, -0.1), (0.0, 0.0)


@pytest.mark.parametrize(
    ("claim", "sentence", "expected"),
    [
        pytest.param("Pruning increases accuracy.", "Pruning increases the accuracy.", SAME, id="copied"),
        pytest.param(
            "Pruning increases accuracy.", "Accuracy was raised by pruning.", SAME, id="another word for more"
        ),
        pytest.param("Pruning increases accuracy.", "Pruning lowers accuracy.", OTHER, id="more against less"),
        pytest.param("Pruning decreases accuracy.", "Pruning improves accuracy.", OTHER, id="less against more"),
        pytest.param("Pruning reduces accuracy.", "Pruning impairs accuracy.", SAME, id="another word for less"),
        pytest.param("Pruning changes accuracy.", "Pruning does not change accuracy.", OTHER, id="a negation dropped"),
        pytest.param("Pruning does not change accuracy.", "Pruning changes accuracy.", OTHER, id="a negation added"),
        pytest.param(
            "Pruning has no effect on accuracy.", "Pruning did not affect accuracy.", SAME, id="two words for no"
        ),
        pytest.param("Accuracy is unrelated to pruning.", "Accuracy depends on pruning.", OTHER, id="unrelated"),
        pytest.param(
            "Accuracy lacks a link to pruning.", "There is no link of accuracy to pruning.", SAME, id="lacks, no"
        ),
        pytest.param("Pruning promotes growth.", "Pruning does not inhibit growth.", SAME, id="a double negation"),
        pytest.param(
            "Pruning does not affect growth.", "Pruning inhibits growth.", OTHER, id="no effect against an effect"
        ),
        pytest.param("Pruning inhibits growth.", "Pruning does not affect growth.", OTHER, id="an effect against none"),
        pytest.param("Loss of KAR2 slows growth.", "KAR2 promotes growth.", SAME, id="two turns on one side are none"),
        pytest.param("Loss of KAR2 promotes growth.", "KAR2 promotes growth.", OTHER, id="the subject's loss alone"),
        pytest.param("KAR2 up-regulates growth.", "KAR2 down-regulates growth.", OTHER, id="regulated up and down"),
        pytest.param("KAR2 is necessary for growth.", "KAR2 is dispensable for growth.", OTHER, id="dispensable"),
        pytest.param(
            "Cells are sensitive to heat.", "Cells are resistant to heat.", OTHER, id="sensitive and resistant"
        ),
        pytest.param("Drug resistance rises.", "Resistance to the drug has risen.", SAME, id="a turning word in both"),
        pytest.param("Pruning increases accuracy.", "Coral reefs recover slowly.", UNKNOWN, id="nothing shared"),
    ],
)
def test_turn_tells_the_same_way_round_from_the_other(claim: str, sentence: str, expected: tuple[float, float]) -> None:
    least, most = expected
    assert least <= ask(turn, claim, sentence) <= most


def test_a_turning_word_counts_less_the_farther_off_it_stands() -> None:
    near = "Pruning does not change accuracy."
    far = "Pruning changes accuracy in all of the many runs of each of the models that do not diverge."
    assert ask(turn, "Pruning changes accuracy.", near) < 0 < ask(turn, "Pruning changes accuracy.", far)


@pytest.mark.parametrize(
    ("claim", "sentence", "share"),
    [
        pytest.param("Pruning changes accuracy.", "Coral reefs recover.", 1.0, id="a claim that says neither"),
        pytest.param("Pruning reduces cost.", "Pruning reduced the cost.", 1.0, id="there, in another form"),
        pytest.param("Pruning reduces cost.", "Pruning lowers the cost.", 0.0, id="in another word"),
        pytest.param("Pruning does not reduce cost.", "Pruning reduces cost.", 0.5, id="one of two"),
        pytest.param(
            "Pruning reduces cost.",
            "Pruning, as far as we and all others can tell, also by hand, reduces.",
            0.0,
            id="far off",
        ),
        pytest.param("Pruning reduces cost.", "Coral reefs are reduced.", 0.0, id="near nothing that is shared"),
    ],
)
def test_told_is_the_share_of_telling_words_found_in_place(claim: str, sentence: str, share: float) -> None:
    assert ask(told, claim, sentence) == share


@pytest.mark.parametrize(
    ("claim", "sentence", "expected"),
    [
        pytest.param("Heat lowers fracture risk.", "Heat raises fracture risk in trials.", -1.0, id="down and up"),
        pytest.param("Heat lowers fracture risk.", "A reduced fracture risk was seen.", 1.0, id="an adjective"),
        pytest.param("Heat lowers fracture risk.", "Fracture risk was reduced.", 0.64, id="the object before the verb"),
        pytest.param("Heat lowers fracture risk.", "Heat did not lower fracture risk.", -1.0, id="negated"),
        pytest.param("Heat reduces the decreased risk.", "Heat increases risk.", 1.0, id="two in a row are one"),
        pytest.param("Sales have fallen.", "Sales rose.", -1.0, id="no object, so what stands before"),
        pytest.param("Heat lowers fracture risk.", "Heat raises the yield of crops.", 0.0, id="another object"),
        pytest.param("Heat lowers fracture risk.", "Fracture risk was measured.", 0.0, id="no direction"),
        pytest.param("Heat changes risk.", "Heat raises risk.", 0.0, id="none in the claim"),
        pytest.param("It rises.", "It falls.", 0.0, id="nothing that rises"),
    ],
)
def test_aimed_compares_what_goes_up_and_down(claim: str, sentence: str, expected: float) -> None:
    assert ask(aimed, claim, sentence) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("claim", "sentence", "expected"),
    [
        pytest.param(
            "Patients had an early onset.", "Late onset was common.", True, id="the opposite in the same place"
        ),
        pytest.param("Patients had an early onset.", "Onset was early, and stages late.", False, id="both are there"),
        pytest.param("Patients had an early onset.", "They arrived late.", False, id="the opposite of something else"),
        pytest.param("Male mice slept.", "Female mice slept.", True, id="male and female"),
        pytest.param("Male mice slept.", "Mice slept.", False, id="neither"),
    ],
)
def test_swapped_sees_an_opposite_in_the_same_company(claim: str, sentence: str, expected: bool) -> None:
    assert ask(swapped, claim, sentence) is expected
