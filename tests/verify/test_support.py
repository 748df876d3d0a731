"""The check of claims in any words."""

import math

import pytest

from pipeline.logistic import Logistic
from pipeline.records import Opinion
from pipeline.verify.support import AGREEMENT, BEARING, Scales, Support, check_support, combine, read_scales
from tests.fakes import FakeEncoder, FakeJudge

SOURCE = (
    "On image classifiers. We trained six of them on photographs. "
    "Pruning of the last layers reduced the accuracy of image classifiers by 12%."
)
SCALES = Scales(
    Logistic(-4.0, {"similarity": 4.0, "coverage_together": 2.0, "coverage": 3.0, "strange_names": -1.0}),
    Logistic(0.0, {"turn": 3.0, "told": 1.0, "aimed": 2.0, "partners": 1.0, "swapped": -1.0}),
    bar=0.4,
    beside_judge={"bearing": 0.75, "agreement": 1.0},
)
TRUE = "Pruning of last layers lowers the accuracy of image classifiers."


def check(claim: str, source: str = SOURCE, judged: Opinion | None = None) -> Support:
    judge = FakeJudge(lambda claim, source: judged.log_odds or 0.0) if judged else None
    [support] = check_support([(claim, source)], FakeEncoder().encode, judge, SCALES)
    return support


def test_a_true_claim_is_accepted_with_what_each_check_says() -> None:
    support = check(TRUE)
    assert (support.accepted, support.margin > 0) == (True, True)
    assert [(one.check, one.holds, one.reasons) for one in support.opinions] == [
        ("numbers", True, ()),
        ("bearing", True, ()),
        ("agreement", True, ()),
    ]
    assert support.evidence == "Pruning of the last layers reduced the accuracy of image classifiers by 12%."


@pytest.mark.parametrize(
    ("claim", "refused_by", "reason"),
    [
        pytest.param(
            TRUE.replace("lowers", "raises"), "agreement", "the source says that it goes the other way", id="turned"
        ),
        pytest.param(
            "Pruning of layers does not affect the accuracy of image classifiers.",
            "agreement",
            "the source does not say it this way round",
            id="negated",
        ),
        pytest.param(
            "Coral reefs recover slowly.",
            "bearing",
            "the source does not speak of coral, reefs, recover, slowly",
            id="foreign",
        ),
        pytest.param(
            "VGG-16 recovers slowly from storms.",
            "bearing",
            "the source does not speak of VGG-16",
            id="a foreign name first",
        ),
        pytest.param(f"{TRUE[:-1]} by 13%.", "numbers", "the source does not state 13%", id="another number"),
    ],
)
def test_a_claim_that_is_refused_says_which_check_refused_it(claim: str, refused_by: str, reason: str) -> None:
    support = check(claim)
    assert not support.accepted
    assert (refused_by, (reason,)) in [(one.check, one.reasons) for one in support.opinions]


@pytest.mark.parametrize(("claim", "source"), [(TRUE, ""), (TRUE, "  \n"), ("", SOURCE), ("…", SOURCE)])
def test_nothing_carries_nothing(claim: str, source: str) -> None:
    support = check(claim, source)
    assert (support.accepted, support.margin, support.evidence) == (False, -math.inf, "")


def test_a_judge_adds_its_log_odds_and_its_opinion() -> None:
    own = {one.check: one.log_odds or 0.0 for one in check(TRUE).opinions}
    doubted, sure = (check(TRUE, judged=Opinion("judge", odds > 0, log_odds=odds)) for odds in (-9.0, 2.0))
    assert (doubted.accepted, sure.accepted) == (False, True)
    assert sure.margin == pytest.approx(0.75 * own["bearing"] + own["agreement"] + 2.0)
    assert [one.check for one in sure.opinions] == ["numbers", "bearing", "agreement", "judge"]


def test_a_judge_can_rescue_but_not_over_a_missing_number() -> None:
    judged = Opinion("judge", True, log_odds=9.0)
    assert check("Pruning of layers does not affect the accuracy of image classifiers.", judged=judged).accepted
    assert not check(f"{TRUE[:-1]} by 13%.", judged=judged).accepted


def test_the_judge_is_asked_once_where_it_could_tip_the_scales_and_the_encoder_once_for_all() -> None:
    judge = FakeJudge(lambda claim, source: 0.0)
    encoder, pairs = FakeEncoder(), [(TRUE, SOURCE), ("Coral reefs recover slowly.", SOURCE)]
    assert [one.accepted for one in check_support(pairs, encoder.encode, judge, SCALES)] == [True, False]
    assert judge.asked == pairs[:1]
    assert len(encoder.encoded) == len(set(encoder.encoded)) == 5


@pytest.mark.parametrize(
    ("log_odds", "accepted"),
    [((9.0, 9.0), True), ((0.0, 9.0), True), ((0.0, 0.0), False), ((-2.0, 9.0), False), ((-900.0, -900.0), False)],
)
def test_the_probabilities_of_both_are_held_against_the_bar(log_odds: tuple[float, float], accepted: bool) -> None:
    own = [Opinion("numbers", True), *(Opinion(str(one), True, log_odds=one) for one in log_odds)]
    assert (combine(own, None, SCALES) >= 0) is accepted


def test_the_scales_of_the_file_weigh_every_signal_and_each_the_right_way() -> None:
    scales = read_scales()
    assert (tuple(scales.bearing.weights), tuple(scales.agreement.weights)) == (BEARING, AGREEMENT)
    assert 0 < scales.bar < 1
    assert set(scales.beside_judge) == {"bearing", "agreement"} and min(scales.beside_judge.values()) > 0
    against = {name for scale in (scales.bearing, scales.agreement) for name, one in scale.weights.items() if one < 0}
    assert against == {"strange_names", "swapped"}
