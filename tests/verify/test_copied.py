"""A sentence is one of its source's, word for word, or it is not."""

import pytest

from pipeline.verify.copied import check_copied
from pipeline.verify.verdict import Limits, ask_checks
from tests.fakes import FakeEncoder

EVIDENCE = "Moreover, we show that hybrid networks significantly outperform kernels (p < 0.01) on small data sets, and trees are slower."
BODY = EVIDENCE.removeprefix("Moreover, we show that ")
SLOW = "Old trees are slow to grow on every hill."
OUR = "We studied trees in the US, and our results let us count all of them."


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        pytest.param(EVIDENCE, EVIDENCE, id="copied"),
        pytest.param(SLOW[:1].lower() + SLOW[1:], SLOW, id="without its capital"),
        pytest.param("H" + BODY[1:], EVIDENCE, id="without who reports it"),
        pytest.param(
            f"The authors show that {BODY}", "We" + EVIDENCE.removeprefix("Moreover, we"), id="the authors, for we"
        ),
        pytest.param(f"The authors show that {BODY}", EVIDENCE, id="the authors, for we, without what joins"),
        pytest.param(f"The authors report that {BODY}", EVIDENCE, id="with another reporter, who claims no more"),
        pytest.param(f"The authors report: {SLOW}", SLOW, id="with a reporter and a colon"),
        pytest.param(f"According to this study, {SLOW[:1].lower()}{SLOW[1:]}", SLOW, id="according to"),
        pytest.param(
            SLOW, f"In this paper, we also find that {SLOW[:1].lower()}{SLOW[1:]}", id="the opening of an abstract"
        ),
        pytest.param(SLOW, f"Experimental results demonstrate that {SLOW[:1].lower()}{SLOW[1:]}", id="results"),
        pytest.param(SLOW, f"RESULTS: {SLOW}", id="a label"),
        pytest.param(
            "The authors study slow trees on all hills of the north.",
            "Here we study slow trees on all hills of the north.",
            id="the authors, for Here we",
        ),
        pytest.param(
            "The authors studied trees in the US, and the authors' results let the authors count all of them.",
            OUR,
            id="us, and the US",
        ),
        pytest.param("Slow old trees reach 70% of it.", "Slow old trees reach 70 % of it.", id="before a per cent"),
        pytest.param(
            'The "slow" trees - all of them - grow.', "The “slow”  trees – all\nof them – grow.", id="how it is set"
        ),
        pytest.param(SLOW, SLOW.removesuffix("."), id="a full stop that the source lacks"),
    ],
)
def test_a_copy_may_begin_otherwise_and_be_set_otherwise(sentence: str, evidence: str) -> None:
    opinions = ask_checks(sentence, evidence, FakeEncoder().encode, Limits(min_coverage=0.85, min_similarity=0.5))
    assert [one for one in opinions if not one.holds] == []
    assert "copied" in [one.check for one in opinions]


@pytest.mark.parametrize(
    ("sentence", "evidence", "reasons"),
    [
        pytest.param("Trees are slow.", "Trees are often slow.", ["it leaves out 'often'"], id="a word left out"),
        pytest.param("Trees are very slow.", "Trees are slow.", ["it brings in 'very'"], id="a word brought in"),
        pytest.param("Trees are slow.", "Trees were slow.", ["it says 'are', the evidence 'were'"], id="a tense"),
        pytest.param(
            "Moss covers stone.",
            "Moss covers stone, and ferns cover the old walls of the northern gardens in late summer.",
            ["it says 'stone.', the evidence 'stone, and ferns cover the old walls of …'"],
            id="a clause, shown in part",
        ),
        pytest.param(
            "The authors find that trees are slow.",
            "trees are slow.",
            ["it brings in 'the authors find that'"],
            id="what may be common knowledge, as a finding",
        ),
    ],
)
def test_it_tells_what_differs(sentence: str, evidence: str, reasons: list[str]) -> None:
    assert check_copied(sentence, evidence) == reasons


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        pytest.param("Trees are truly slow.", "Are trees truly slow?", id="a question as a fact"),
        pytest.param("The code was released in May.", "The code will be released in May.", id="the future as past"),
        pytest.param("The trees have been pruned.", "The trees have to be pruned.", id="a duty as done"),
        pytest.param("Moss is not a plant.", "Moss is not just a plant.", id="just"),
        pytest.param("No method exists for moss.", "No such method exists for moss.", id="such"),
        pytest.param(
            "Instead, pruning trees by hand, we wait.", "Instead of pruning trees by hand, we wait.", id="instead of"
        ),
        pytest.param("The method attempts improve it.", "The method attempts to improve it.", id="to"),
        pytest.param("Moss is dry.", "Moss is dry (except in rain).", id="an exception in brackets"),
        pytest.param("It holds for coupled oaks.", "It holds for strongly coupled oaks.", id="a term of art"),
        pytest.param("It draws 300 MW of power.", "It draws 300 mW of power.", id="the case of a unit"),
        pytest.param("It is 3 mm long.", "It is 3 Mm long.", id="the case of another unit"),
        pytest.param("The arc is 1.1' wide.", "The arc is 1.1'' wide.", id="a mark of a unit"),
        pytest.param("It grows as d^{1-2/K}.", "It grows as d^{1+2/K}.", id="the sign of an exponent"),
        pytest.param("It decays as $e^{at}$.", "It decays as $e^{-at}$.", id="a sign before a letter"),
        pytest.param("Channels with A > B grow.", "Channels with A < B grow.", id="a relation"),
        pytest.param("CD4- cells grow.", "CD4+ cells grow.", id="a marker"),
        pytest.param("It takes o(n) steps.", "It takes O(n) steps.", id="another order"),
        pytest.param("Beams of e- grow.", "Beams of e+ grow.", id="a charge"),
        pytest.param("It takes n steps.", "It takes n! steps.", id="a factorial"),
        pytest.param("The several cases grow.", "The severe cases grow.", id="words of one stem"),
        pytest.param("It is the cause of rot.", "It is a cause of rot.", id="an article"),
        pytest.param("Few trees grow.", "A few trees grow.", id="another article"),
        pytest.param("Oaks that grow rot.", "Oaks grow that rot.", id="a word at another place"),
        pytest.param(
            "Oaks grow 12% less than ash, without light.", "Oaks grow 12% less than ash without light.", id="a comma"
        ),
        pytest.param("Moss is dry.", "They have shown that moss is dry.", id="what others report"),
        pytest.param("Moss is dry.", "It has been reported that moss is dry.", id="what someone reported"),
        pytest.param("Moss is dry.", "Simulations on ice show that moss is dry.", id="what it was found by"),
        pytest.param("Moss is dry.", "We show numerically that moss is dry.", id="how it was found"),
        pytest.param("Moss is dry.", "Our results suggest that moss is dry.", id="a suggestion"),
        pytest.param("Moss is dry.", "Here, moss is dry.", id="where"),
        pytest.param("Moss is dry.", "The authors state that moss is dry.", id="who says it, and nothing shows it"),
        pytest.param("Moss is dry.", "We conclude that moss is dry.", id="a conclusion"),
        pytest.param("As the authors age, moss dries.", "As we age, moss dries.", id="we who are all people"),
        pytest.param("Moss is dry.", "Moss is dry, and fern is not.", id="the last clause"),
    ],
)
def test_no_word_is_empty(sentence: str, evidence: str) -> None:
    assert check_copied(sentence, evidence)
    assert check_copied(evidence, evidence) == []
