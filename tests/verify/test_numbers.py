"""Numbers of a sentence against those of its evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.verify.numbers import check_bounds, check_numbers, is_subsequence, missing_numbers, quantities_in

ORDER = "its numbers stand in another order than in the evidence"


def lacks(*numbers: str) -> list[str]:
    return [f"the number {number} is not in the evidence" for number in numbers]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param("It reaches 99.67% on 10 classes.", ["99.67%", "10"], id="per cent and count"),
        pytest.param("99.67 %, 5 percent and 6 per cent", ["99.67%", "5%", "6%"], id="ways to write per cent"),
        pytest.param("1,500 of 12,345,678 images", ["1500", "12345678"], id="thousands commas"),
        pytest.param("Two of twelve, but one of none", ["2", "12"], id="words, but for one and zero"),
        pytest.param("from -3.5 to −4 and +2", ["-3.5", "-4", "2"], id="signs"),
        pytest.param("an AUC of .95, not -.5", ["0.95", "-0.5"], id="decimals without their zero"),
        pytest.param("a 3x speed-up on CIFAR-10 and ResNet50", ["3", "10"], id="glued to letters"),
        pytest.param("5-10 qubits", ["5", "10"], id="a range"),
        pytest.param("Eq. 3.", ["3"], id="the end of a sentence is no decimal"),
        pytest.param("nothing to count", [], id="none"),
    ],
)
def test_numbers_are_read_in_order_and_in_one_form(text: str, numbers: list[str]) -> None:
    assert [part for one in quantities_in(text) for part in one.text.split(" of ")] == numbers


EVIDENCE = "The hybrid model reaches 99.67% on MNIST with 1,500 parameters, the baseline 97.2% with two million."


@pytest.mark.parametrize(
    ("sentence", "reasons"),
    [
        pytest.param("It reaches 99.67% on MNIST with 1,500 parameters.", [], id="copied"),
        pytest.param("It reaches 99.67 percent with 1500 parameters.", [], id="written another way"),
        pytest.param("The baseline reaches 97.2% with 2 million.", [], id="a word as a digit, some left out"),
        pytest.param("It works well.", [], id="no number"),
        pytest.param("It reaches 99.76% on MNIST.", lacks("99.76%"), id="digits swapped"),
        pytest.param("It reaches 99.7% on MNIST.", lacks("99.7%"), id="rounded"),
        pytest.param("It reaches 99% on MNIST.", lacks("99%"), id="cut"),
        pytest.param("It reaches 99.67 on MNIST.", lacks("99.67"), id="per cent dropped"),
        pytest.param("It has 1,500% parameters.", lacks("1500%"), id="per cent added"),
        pytest.param("It reaches -99.67% on MNIST.", lacks("-99.67%"), id="sign added"),
        pytest.param("It has 15,00 parameters and 1,500.", lacks("15,00"), id="comma moved"),
        pytest.param("It has 1.500 parameters.", lacks("1.500"), id="comma turned into a point"),
        pytest.param("It reaches 98% and 96%.", lacks("98%", "96%"), id="two invented"),
        pytest.param("It reaches 98%, yes 98%.", lacks("98%"), id="one invented, said twice"),
        pytest.param("It trains on three sets.", lacks("3"), id="invented in words"),
        pytest.param("It reaches .67% on MNIST.", lacks("0.67%"), id="without its whole part"),
        pytest.param("It reaches 97.2%, the baseline 99.67%.", [ORDER], id="swapped"),
        pytest.param("It reaches 99.67% and again 99.67%.", [ORDER], id="said more often than there"),
    ],
)
def test_a_number_must_stand_in_the_evidence_as_it_is(sentence: str, reasons: list[str]) -> None:
    assert check_numbers(sentence, EVIDENCE) == reasons


@pytest.mark.parametrize(
    ("sentence", "evidence", "reasons"),
    [
        pytest.param("A void at z=1.", "A void at z<=1.", ["it says 1 and leaves out <"], id="a bound dropped"),
        pytest.param(
            "A radius of 140 Mpc.", "A ~140 Mpc radius.", ["it says 140 and leaves out ~"], id="an estimate dropped"
        ),
        pytest.param("A mass of 5 GeV.", "A mass of $\\gtrsim 5$ GeV.", ["it says 5 and leaves out >"], id="in TeX"),
        pytest.param("A rate of 10-5.", "A rate of $10^{5}$.", ["it says 5 and leaves out ^"], id="an exponent"),
        pytest.param("A rate of 10^{-5}.", "A rate of 10^-5.", [], id="an exponent in brackets"),
        pytest.param("A void at z>1.", "A void at z<=1.", ["it says >1, unlike the evidence"], id="turned round"),
        pytest.param("A void at z<1.", "A void at z=1.", ["it says <1, unlike the evidence"], id="brought in"),
        pytest.param("A void at z ≤ 1.", "A void at z<=1.", [], id="another sign of the same"),
        pytest.param("A radius of about 140 Mpc.", "A ~140 Mpc radius.", [], id="in words"),
        pytest.param("Fewer than 3 in p < 0.05.", "With p<0.05, fewer than 3.", [], id="more than one"),
        pytest.param("Over 3 years.", "In 3 years.", [], id="words alone are another check's"),
        pytest.param("A void at z<=1.", "A void at z<=1, not at z=1.", [], id="the evidence says both"),
        pytest.param("It reaches 99%.", "It reaches 99%, with p<0.01.", [], id="of another number"),
    ],
)
def test_a_bound_stays_a_bound(sentence: str, evidence: str, reasons: list[str]) -> None:
    assert check_bounds(sentence, evidence) == reasons
    assert not reasons or check_numbers(sentence, evidence)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("ſix trees", []), ("5 thouſand", ["5"]), ("3 mıllion", ["3"]), ("fıve or SIX", ["6"])],
)
def test_letters_that_fold_to_others_spell_no_number(text: str, numbers: list[str]) -> None:
    assert [one.text for one in quantities_in(text)] == numbers


def test_a_changed_decimal_without_its_zero_is_seen() -> None:
    assert check_numbers("The AUC is .97.", "The AUC is .95.") == lacks("0.97")
    assert check_numbers("The AUC is 0.95.", "The AUC is .95.") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("It helps in 70% of runs.", "It helps in seven of ten runs.", id="per cent and a share in words"),
        pytest.param("It helps in 70 per cent.", "It helps at a rate of 0.7.", id="per cent and a decimal"),
        pytest.param("It helps in 7 out of 10 runs.", "It helps in seven of the ten runs.", id="a share in digits"),
        pytest.param("One in five runs fails.", "20% of the runs fail.", id="one in five"),
        pytest.param("It has 1.5 million weights.", "It has 1,500,000 weights.", id="million"),
        pytest.param("It has 24k weights.", "It has 24,000 weights.", id="k"),
        pytest.param("It has 7B weights.", "It has 7 billion weights.", id="B"),
        pytest.param("A 3x gain.", "A three-fold gain.", id="x and fold"),
        pytest.param("It is three times larger.", "It is threefold larger.", id="times"),
        pytest.param("It took 2 weeks.", "It took 14 days.", id="weeks and days"),
        pytest.param("It took 500 ms.", "It took 0.5 seconds.", id="milliseconds"),
        pytest.param("A dose of 500 mg.", "A dose of 0.5 g.", id="milligrams"),
        pytest.param("It took 24 months.", "It took two years.", id="months and years"),
        pytest.param("The rate is 1·5%.", "The rate is 1.5%.", id="a raised point"),
        pytest.param("It is 99.70% pure.", "It is 99.7% pure.", id="a zero at the end"),
    ],
)
def test_one_number_may_be_written_in_two_ways(one: str, other: str) -> None:
    assert (check_numbers(one, other), check_numbers(other, one)) == ([], [])


@pytest.mark.parametrize(
    ("sentence", "evidence", "missing"),
    [
        pytest.param("It reaches 99.7%.", "It reaches 99.67%.", ["99.7%"], id="rounded"),
        pytest.param("It needs 5 GB.", "It needs 5 MB.", ["5 GB"], id="another unit"),
        pytest.param("A dose of 5 mg.", "A dose of 5 g.", ["5 mg"], id="a thousandth"),
        pytest.param("A peak at 5 MeV.", "A peak at 5 meV.", ["5 MeV"], id="units that differ in their case"),
        pytest.param("A gap of 10 nm.", "A 10 times wider gap.", ["10 nm"], id="another kind of unit"),
        pytest.param("It saves 5 billion.", "It saves 5 million.", ["5 billion"], id="another scale"),
        pytest.param("One in two fails.", "One in five fails.", ["1 of 2"], id="another share"),
        pytest.param("2 of 12 fail.", "1 of 6 fails.", ["2 of 12"], id="an equal share of others"),
        pytest.param("It rose by 50%.", "It rose by 0.5 points.", ["50%"], id="a decimal of something"),
        pytest.param("It rose by 50%.", "It rose by 0.5 dB.", ["50%"], id="a decimal with its unit"),
        pytest.param("0.25% were lost.", "5 in 2010 were lost.", ["0.25%"], id="a year is no whole"),
        pytest.param("It took 3 months.", "It took 90 days.", ["3 month"], id="months are no days"),
        pytest.param("In the 1990s.", "In 1990.", [], id="a plural is no second"),
        pytest.param("It needs 5.", "It needs 5 GB.", [], id="a unit left out"),
        pytest.param("A range of 5-10 ms.", "From 5 to 10 ms.", [], id="a range"),
    ],
)
def test_another_number_unit_or_scale_is_missed(sentence: str, evidence: str, missing: list[str]) -> None:
    assert missing_numbers(sentence, evidence) == missing


@given(st.lists(st.integers(2, 9999).map(str), min_size=1, max_size=6), st.data())
def test_leaving_numbers_out_passes_and_changing_one_does_not(numbers: list[str], data: st.DataObject) -> None:
    evidence = " and ".join(numbers)
    kept = [number for number in numbers if data.draw(st.booleans())]
    assert check_numbers(" and ".join(kept), evidence) == []
    assert check_numbers(" and ".join([*kept, "10001"]), evidence) == lacks("10001")


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        pytest.param([], [], True, id="nothing of nothing"),
        pytest.param(["a", "c"], ["a", "b", "c"], True, id="one left out"),
        pytest.param(["c", "a"], ["a", "b", "c"], False, id="another order"),
        pytest.param(["a", "a"], ["a"], False, id="more often"),
    ],
)
def test_a_subsequence_leaves_items_out(ours: list[str], theirs: list[str], expected: bool) -> None:
    assert is_subsequence(ours, theirs) is expected
