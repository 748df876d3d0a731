"""Names, weighty words and their order against the evidence."""

import pytest

from pipeline.verify.terms import check_names, check_order, check_person, check_terms, check_whole, coverage

EVIDENCE = "Hybrid QNNs with EfficientNetB0 reach higher accuracy than ResNet-50 on MNIST, as Google's team notes."
ORDER = ["its words come in another order than in the evidence, so it may turn it round"]
JOINED = ["it joins words of two clauses that the evidence keeps apart"]


@pytest.mark.parametrize(
    ("sentence", "unnamed"),
    [
        pytest.param("Hybrid QNNs beat ResNet-50 on MNIST.", [], id="all there"),
        pytest.param("A QNN reaches higher accuracy.", ["QNN"], id="the singular where only the plural is there"),
        pytest.param("Hybrid models reach higher accuracy.", [], id="no name"),
        pytest.param("Hybrid QNNs beat VGG on MNIST.", ["VGG"], id="an acronym nobody wrote"),
        pytest.param("Hybrid QNNs (HQCNNs) beat ResNet-50.", ["HQCNNs"], id="an invented acronym"),
        pytest.param("They beat ResNet-101 on CIFAR-10.", ["ResNet-101", "CIFAR-10"], id="another variant of a name"),
        pytest.param("They beat EfficientNetB7.", ["EfficientNetB7"], id="another letter of a name"),
        pytest.param("It works, as Microsoft notes.", ["Microsoft"], id="another company"),
        pytest.param("VGG beats VGG.", ["VGG"], id="one name twice is one reason"),
        pytest.param("The 3D model works.", ["3D"], id="digits with letters"),
        pytest.param("The AS model works.", ["AS"], id="an acronym that is a stop word of the evidence"),
    ],
)
def test_every_name_must_stand_in_the_evidence(sentence: str, unnamed: list[str]) -> None:
    assert check_names(sentence, EVIDENCE) == [f"the evidence does not name {name}" for name in unnamed]


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        pytest.param("The QCNN works.", "The QCNN’s accuracy was a sign that it works.", id="a possessive"),
        pytest.param("It uses Grover's search.", "Grover's search is used.", id="a possessive at the start"),
        pytest.param("It is 2.5x faster with 0.2M parameters.", "It is 2.5x faster with 0.2M parameters.", id="2.5x"),
    ],
)
def test_a_name_is_found_in_whatever_form_the_evidence_has_it(sentence: str, evidence: str) -> None:
    assert check_names(sentence, evidence) == []


@pytest.mark.parametrize(
    ("sentence", "evidence", "share"),
    [
        pytest.param("Quantum noise helps.", "Noise helps quantum models.", 1.0, id="all, in any order"),
        pytest.param("Quantum noise helps.", "Noise hurts.", 1 / 3, id="one of three"),
        pytest.param("networks, network", "A network.", 1.0, id="forms of one word"),
        pytest.param("It is what it is.", "It is what it is.", 0.0, id="only stop words"),
        pytest.param("", "", 0.0, id="nothing"),
    ],
)
def test_coverage_is_the_share_of_weighty_words(sentence: str, evidence: str, share: float) -> None:
    assert coverage(sentence, evidence) == pytest.approx(share)


LONG = "Variational quantum circuits trained with noise generalise well on small handwritten digit image sets."


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        pytest.param(LONG, "", id="copied"),
        pytest.param("Quantum circuits trained with noise generalise on digit images.", "", id="shortened"),
        pytest.param(f"The authors report: {LONG}", "", id="words that tell who says it"),
        pytest.param(LONG.replace("small", "large"), "large", id="one word of twelve turned round"),
        pytest.param(LONG.replace("noise", "dropout"), "dropout", id="one word of twelve replaced"),
        pytest.param(f"{LONG[:-1]} of chest radiographs.", "chest, radiographs", id="the question's subject added"),
        pytest.param(f"All {LONG.lower()}", "all", id="a stop word that widens the claim"),
        pytest.param(LONG.replace("trained with", "trained without"), "without", id="a stop word that turns it round"),
        pytest.param(
            "One two three four five six seven.", "one, two, three, four, five", id="the first five are named"
        ),
    ],
)
def test_no_weighty_word_may_be_brought_in(sentence: str, missing: str) -> None:
    expected = [f"the evidence does not speak of {missing}"] if missing else []
    assert check_terms(sentence, LONG, 0.85) == expected


def test_words_of_reporting_are_let_in_only_as_far_as_the_coverage_allows() -> None:
    evidence = "Quantum noise generalises."
    assert check_terms("This study shows quantum noise generalises.", evidence, 0.6) == []
    assert check_terms("This study shows quantum noise generalises.", evidence, 0.85) == [
        "the evidence does not speak of study, shows"
    ]


def test_a_sentence_without_any_weighty_word_says_nothing() -> None:
    assert check_terms("It is what it is.", LONG, 0.85) == ["it says nothing of weight"]


FRAGMENT = ["it is no whole sentence"]
SHORTENED = ["it leaves out too much of what the evidence says"]


@pytest.mark.parametrize(
    ("sentence", "reasons"),
    [
        pytest.param(LONG, [], id="copied"),
        pytest.param(LONG.replace("well ", "").replace("small ", ""), [], id="two words of thirteen left out"),
        pytest.param(f"“{LONG}”", [], id="in quotation marks"),
        pytest.param("Variational quantum circuits generalise well.", SHORTENED, id="its condition left out"),
        pytest.param(LONG[:-1], FRAGMENT, id="without its end"),
        pytest.param("Circuits generalise well.", FRAGMENT, id="of three words"),
        pytest.param("", FRAGMENT, id="empty"),
    ],
)
def test_a_sentence_is_whole_and_keeps_most_of_its_evidence(sentence: str, reasons: list[str]) -> None:
    assert check_whole(sentence, LONG) == reasons


@pytest.mark.parametrize(
    ("sentence", "evidence", "said"),
    [
        pytest.param("We reach 99% on MNIST.", "Here we reach 99% on MNIST.", ["We"], id="we"),
        pytest.param("Models of our group reach 99%.", "The models of our group reach 99%.", ["our"], id="our"),
        pytest.param("We reach 99%.", "We reach 99%.", [], id="copied to the letter: it is shown as a quote"),
        pytest.param("The models reach 99%.", "We find that the models reach 99%.", [], id="without a we"),
        pytest.param("In the US the models reach 99%.", "The models reach 99% in the US.", [], id="the country"),
    ],
)
def test_a_sentence_does_not_speak_as_the_authors_do(sentence: str, evidence: str, said: list[str]) -> None:
    assert check_person(sentence, evidence) == [
        f"it says “{word}”, as if it were the authors of the preprint" for word in said
    ]


@pytest.mark.parametrize(
    ("sentence", "evidence", "reasons"),
    [
        pytest.param(
            "Quantum kernels outperform classical kernels.",
            "Quantum kernels outperform classical kernels.",
            [],
            id="copied",
        ),
        pytest.param(
            "Classical kernels outperform quantum kernels.",
            "Quantum kernels outperform classical kernels.",
            ORDER,
            id="the two sides swapped",
        ),
        pytest.param(
            "Classical kernels outperform quantum kernels.",
            "Quantum kernels outperform classical kernels, and quantum kernels need less data.",
            ORDER,
            id="swapped, though the words come again later",
        ),
        pytest.param(
            "Training precedes pruning.",
            "Pruning precedes training in all runs.",
            ORDER,
            id="what came first comes last",
        ),
        pytest.param(
            "Noise was added after training.",
            "Noise was added before training, not after.",
            ORDER,
            id="before and after",
        ),
        pytest.param(
            "Width improves accuracy but depth does not improve it.",
            "Width does not improve accuracy but depth does improve it.",
            ORDER,
            id="a negation moved to the other side",
        ),
        pytest.param(
            "Width improves accuracy and depth may improve speed.",
            "Width may improve accuracy and depth improves speed.",
            ORDER,
            id="a hedge moved to the other side",
        ),
        pytest.param(
            "Kernels reach 80%.", "Networks reach 90% while kernels reach 80%.", [], id="the second clause whole"
        ),
        pytest.param(
            "Networks reach 80%.",
            "Networks reach 90% while kernels reach 80%.",
            JOINED,
            id="the subject of one clause with the number of the other",
        ),
        pytest.param(
            "Pruning reduces accuracy.",
            "Pruning reduces cost and improves accuracy.",
            JOINED,
            id="verb and object of two",
        ),
        pytest.param(
            "Pruning reduces cost and accuracy.",
            "Pruning reduces cost, improves accuracy and speed.",
            [],
            id="where the sentence has a link too the words alone can't tell",
        ),
        pytest.param(
            "Networks reach 90% on images.",
            "On small sets, deep networks reach about 90% on natural images.",
            [],
            id="words left out within one clause",
        ),
        pytest.param("Nothing shared here.", "Other words only.", [], id="nothing shared"),
        pytest.param("", "", [], id="nothing"),
    ],
)
def test_shared_words_keep_their_order_and_their_clause(sentence: str, evidence: str, reasons: list[str]) -> None:
    assert check_order(sentence, evidence) == reasons
