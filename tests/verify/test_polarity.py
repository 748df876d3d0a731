"""Negation, direction and hedges against the evidence."""

import pytest

from pipeline.verify.polarity import check_polarity, is_hedged

NEGATED = "sentence and evidence are not negated alike"
UNHEDGED = "the evidence hedges, the sentence does not"
UNDERHEDGED = "the evidence hedges more than the sentence"


def says(word: str, direction: str) -> str:
    return f"it says {word!r}, the evidence says nothing {direction}ward"


def opposes(word: str, other: str) -> str:
    return f"it says {word!r}, the evidence says {other!r}"


@pytest.mark.parametrize(
    ("sentence", "evidence", "reasons"),
    [
        pytest.param("It improves accuracy.", "It improves accuracy.", [], id="copied"),
        pytest.param("Noise is harmful.", "Noise is not harmful.", [NEGATED], id="negation dropped"),
        pytest.param("Noise is not harmful.", "Noise is harmful.", [NEGATED], id="negation added"),
        pytest.param("The gap is E = 5.", "The gap is E != 5.", [NEGATED], id="as a sign"),
        pytest.param("It converges.", "It doesn’t converge.", [NEGATED], id="a contraction dropped"),
        pytest.param("It works.", "It fails to work.", [NEGATED], id="fails dropped"),
        pytest.param("It converges.", "It is unlikely to converge.", [NEGATED], id="unlikely dropped"),
        pytest.param("It helps.", "It hardly helps.", [NEGATED], id="hardly dropped"),
        pytest.param("Convex losses work.", "Non-convex losses work.", [NEGATED], id="a prefix dropped"),
        pytest.param("Studies agree.", "Few studies agree.", [NEGATED], id="few dropped"),
        pytest.param("It works on all sets.", "It works on all sets except one.", [NEGATED], id="an exception dropped"),
        pytest.param(
            "It does not help and needs tuning.",
            "It does not help and needs no tuning.",
            [NEGATED],
            id="one of two dropped",
        ),
        pytest.param("It has no cost.", "It has no cost.", [], id="negation kept"),
        pytest.param("It helps.", "It may help.", [UNHEDGED], id="may dropped"),
        pytest.param("Noise helps.", "The results suggest that noise helps.", [UNHEDGED], id="suggest dropped"),
        pytest.param("Noise helps.", "We study whether noise helps.", [UNHEDGED], id="whether dropped"),
        pytest.param("The method cuts cost.", "The method aims to cut cost.", [UNHEDGED], id="aims to dropped"),
        pytest.param("QML generalises.", "In theory QML generalises.", [UNHEDGED], id="in theory dropped"),
        pytest.param("It may help.", "It could help.", [], id="another hedge"),
        pytest.param("It may help.", "It may possibly help.", [UNDERHEDGED], id="one hedge of two dropped"),
        pytest.param("It helps.", "It can help.", ["it leaves out 'can'"], id="can dropped"),
        pytest.param("It reaches 90%.", "It reaches about 90%.", ["it leaves out 'about'"], id="about dropped"),
        pytest.param(
            "Models help.",
            "Most models typically help.",
            ["it leaves out 'most'", "it leaves out 'typically'"],
            id="most",
        ),
        pytest.param("Most models can help.", "Most models can help.", [], id="qualifiers kept"),
        pytest.param("It saves 40%.", "It saves at least 40%.", ["it leaves out 'at least'"], id="at least dropped"),
        pytest.param("It saves 40%.", "It saves more than 40%.", ["it leaves out 'more than'"], id="more than dropped"),
        pytest.param("More than it is hard.", "It is more than hard.", [], id="more than no number"),
        pytest.param("Models help.", "Half of the models help.", ["it leaves out 'half'"], id="half dropped"),
        pytest.param("It causes stroke.", "It is linked to stroke.", ["it leaves out 'linked'"], id="linked dropped"),
        pytest.param("It helps.", "It helps if cooled.", ["it leaves out 'if'"], id="if dropped"),
        pytest.param("It helps.", "It is thought to help.", [UNHEDGED], id="thought to dropped"),
        pytest.param(
            "Most models help.",
            "Some models help.",
            ["it leaves out 'some'", "it says 'most', the evidence does not"],
            id="some as most",
        ),
        pytest.param(
            "It always helps.", "It helps.", ["it says 'always', the evidence does not"], id="always brought in"
        ),
        pytest.param(
            "There is no difference.",
            "There is no significant difference.",
            ["the evidence finds nothing significant, the sentence nothing at all"],
            id="no significant difference as none",
        ),
        pytest.param("It may help.", "It helps.", [], id="a hedge more"),
        pytest.param("It reduces accuracy.", "It improves accuracy.", [says("reduces", "down")], id="turned down"),
        pytest.param("Accuracy increases.", "Accuracy drops.", [says("increases", "up")], id="turned up"),
        pytest.param("It is slower.", "It is faster.", [says("slower", "down")], id="slower for faster"),
        pytest.param(
            "It stays under 5 ms.",
            "It stays over 5 ms.",
            [says("under", "down"), "it leaves out 'over'"],
            id="under for over",
        ),
        pytest.param("It has fewer parameters.", "It has parameters.", [says("fewer", "down")], id="a direction added"),
        pytest.param("It improves accuracy.", "It increases accuracy.", [], id="another word of the same direction"),
        pytest.param(
            "KAR2 inhibits it.", "KAR2 promotes it.", [opposes("inhibits", "promotes")], id="inhibits, promotes"
        ),
        pytest.param(
            "KAR2 is upregulated.", "KAR2 is downregulated.", [opposes("upregulated", "downregulated")], id="regulated"
        ),
        pytest.param(
            "It is sensitive.", "It is resistant.", [opposes("sensitive", "resistant")], id="sensitive, resistant"
        ),
        pytest.param("It has an early onset.", "It has a late onset.", [opposes("early", "late")], id="early, late"),
        pytest.param("Early and late onsets.", "A late onset.", [], id="both of two opposites in the sentence"),
        pytest.param("It activates KAR2.", "It activates KAR2 and inhibits KAR3.", [], id="the word is there too"),
        pytest.param(
            "It is not slower.",
            "It may be faster.",
            [NEGATED, says("slower", "down"), UNHEDGED],
            id="all three",
        ),
    ],
)
def test_a_sentence_agrees_with_its_evidence(sentence: str, evidence: str, reasons: list[str]) -> None:
    assert check_polarity(sentence, evidence) == reasons


@pytest.mark.parametrize(
    ("text", "hedged"),
    [
        ("It may help.", True),
        ("Possibly so.", True),
        ("Our results INDICATE a gain.", True),
        ("It is unclear how.", True),
        ("The methods aim to help.", True),
        ("It was measured in May.", True),  # a month: a mark too many harms nobody
        ("It helps.", False),
        ("The likelihood is low.", False),
        ("", False),
    ],
)
def test_hedges_are_seen(text: str, hedged: bool) -> None:
    assert is_hedged(text) is hedged
