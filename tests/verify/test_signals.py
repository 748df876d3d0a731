"""What the checks see of a claim held against a source."""

from collections.abc import Sequence

import pytest

from pipeline.verify.signals import Signals, cover, read_signals, strange_names
from tests.fakes import FakeEncoder

SOURCE = (
    "On image classifiers.",
    "We studied whether pruning improves accuracy.",
    "Pruning of KAR-2 layers reduced accuracy by 12% in 40 runs.",
    "Deep classifiers are more robust than shallow ones.",
)


def see(claim: str, sentences: Sequence[str] = SOURCE) -> Signals:
    return read_signals(claim, sentences, FakeEncoder().encode([claim, *sentences]))


def test_a_sentence_of_the_source_is_seen_whole() -> None:
    signals = see(SOURCE[2])
    assert (signals.coverage, signals.coverage_together, signals.strange_names, signals.numbers) == (1.0, 1.0, 0.0, ())
    assert (signals.nearest, signals.aimed, signals.partners, signals.swapped) == (2, 1.0, 0.0, 0.0)
    assert signals.turn > 0.5 and signals.told > 0.3


def test_a_claim_turned_round_differs_in_what_tells_direction_alone() -> None:
    true, false = see("Pruning reduces accuracy."), see("Pruning increases accuracy.")
    assert true.turn > 0 > false.turn
    assert true.aimed > 0 > false.aimed
    assert true.coverage_together == 1.0


def test_a_sentence_that_asks_counts_less_than_one_that_tells() -> None:
    assert see("Pruning improves accuracy.").nearest == 2


@pytest.mark.parametrize(
    ("claim", "partners"),
    [
        ("Deep classifiers are more robust than shallow classifiers.", 1.0),
        ("Shallow classifiers are more robust than deep classifiers.", -1.0),
        ("Pruning reduces accuracy.", 0.0),
    ],
)
def test_the_sides_of_a_comparison_are_seen(claim: str, partners: float) -> None:
    assert see(claim).partners == partners


def test_an_opposite_in_the_place_of_a_word_is_seen() -> None:
    assert see("Shallow learners win.", ["Deep learners win."]).swapped == 1.0


def test_strange_names_and_numbers_are_seen() -> None:
    signals = see("Pruning of VGG-16 and KAR2 layers reduced accuracy by 13% in 40 runs.")
    assert (signals.strange_names, signals.numbers) == (1.0, ("13%",))


def test_the_number_in_a_name_counts_nothing() -> None:
    assert see("IL-2 and VGG-16 help.").numbers == ()


@pytest.mark.parametrize(
    ("claim", "text", "share"),
    [
        pytest.param("Pruned networks classify.", "Pruning a network", 2 / 3, id="stems"),
        pytest.param("Coral results", "coral", 1 / 1.5, id="a word that says little counts half"),
        pytest.param("It is what it is", "anything", 0.0, id="nothing of weight"),
        pytest.param("Coral coral reef", "reef", 0.5, id="each word once"),
    ],
)
def test_cover_is_the_share_of_words_that_are_held(claim: str, text: str, share: float) -> None:
    assert cover(claim, text) == pytest.approx(share)


def test_what_only_looks_like_a_long_name_is_read_to_its_end() -> None:
    assert strange_names(f"Codes {'1-' * 20_000}1 were used.", "Codes") == []
    assert strange_names(f"Codes {'1-' * 20_000}a were used.", "Codes") == ["1-" * 20_000 + "a"]


def test_a_name_is_held_whatever_its_hyphens_and_case() -> None:
    assert strange_names("IL-2, ResNet50, MNIST and mRNA", "il2 with RESNET-50 and an mRNA") == ["MNIST"]


@pytest.mark.parametrize("name", ["IL-2", "OCT3/4", "F4/80", "NIH 3T3", "CRF01_1b2k"])
def test_the_digits_of_a_name_are_no_number(name: str) -> None:
    assert see(f"Pruning of {name} cells works.").numbers == ()


@pytest.mark.parametrize("number", ["3/4", "2e10", "3x3", "5mg", "30%", "2.5-fold", "1.5"])
def test_a_number_is_no_name(number: str) -> None:
    assert see(f"Pruning of {number} cells works.").numbers
