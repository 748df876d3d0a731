"""Which sentences of the passages are picked as evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.answer.evidence import own_work_from, pick_evidence
from pipeline.records import Passage, Preprint, Version
from tests.fakes import FakeEncoder

QUESTION = "How accurate are quantum networks on MNIST images?"
ON_TOPIC = "Quantum networks reach 99.67% accuracy on MNIST images of digits."
ALSO = "Quantum networks on MNIST images need more parameters for every new class."
WEAKER = "Networks for images of many kinds were trained on quantum hardware."
SHORT = "Quantum networks on MNIST."
FAR = "Coral reefs recover slowly after severe bleaching events everywhere."


def read(*abstracts: str, similarity: float = 0.5) -> list[tuple[Passage, Preprint]]:
    """Passages with their preprints, numbered from 1."""
    return [
        (
            Passage(str(number), 1, "hash", number, similarity, 0.0, 0.0),
            Preprint("arxiv", str(number), "T", text, (), (), (Version(1, None),), "2024.01", archive_id=str(number)),
        )
        for number, text in enumerate(abstracts, 1)
    ]


def picked(*abstracts: str, per_preprint: int = 2, similarity: float = 0.5) -> list[tuple[str, str]]:
    """(number of the preprint, sentence) of the evidence."""
    passages = read(*abstracts, similarity=similarity)
    return [(one.archive_id, one.text) for one in pick_evidence(QUESTION, passages, FakeEncoder().encode, per_preprint)]


@pytest.mark.parametrize(
    ("abstracts", "expected"),
    [
        pytest.param([f"{FAR} {ON_TOPIC}"], [("1", ON_TOPIC)], id="a sentence about something else is left out"),
        pytest.param([f"{SHORT} {ON_TOPIC}"], [("1", ON_TOPIC)], id="so is one of a few words"),
        pytest.param([f"{WEAKER} {ALSO} {ON_TOPIC}"], [("1", ON_TOPIC), ("1", ALSO)], id="the two best, best first"),
        pytest.param([ALSO, ON_TOPIC], [("1", ALSO), ("2", ON_TOPIC)], id="preprints keep their order"),
        pytest.param([FAR, ON_TOPIC], [("2", ON_TOPIC)], id="a preprint may have none"),
        pytest.param([FAR], [], id="none at all"),
        pytest.param([""], [], id="an empty abstract"),
        pytest.param([], [], id="no preprint"),
    ],
)
def test_evidence_is_what_bears_on_the_question(abstracts: list[str], expected: list[tuple[str, str]]) -> None:
    assert picked(*abstracts) == expected


def test_as_many_sentences_are_picked_as_asked_for() -> None:
    assert len(picked(f"{ALSO} {ALSO} {ON_TOPIC}", per_preprint=3)) == 3


def test_evidence_says_where_it_stands_and_how_it_scores() -> None:
    abstract = f"{FAR} {ON_TOPIC}"
    [found] = pick_evidence(QUESTION, read(abstract, similarity=0.45), FakeEncoder().encode)
    question, sentence = FakeEncoder().encode([QUESTION, ON_TOPIC])
    held, result, later = (
        4 / 5,
        0.2,
        0.1 * (len(FAR) + 1) / len(abstract),
    )  # "quantum", "networks", "MNIST", "images"; not "accurate"
    assert (found.archive_id, found.text, found.start, found.end) == ("1", ON_TOPIC, len(FAR) + 1, len(abstract))
    assert found.score == pytest.approx((float(question @ sentence) + 0.45) / 2 + 0.1 * held + result + later, abs=1e-4)


def test_a_sentence_of_a_nearer_preprint_scores_more() -> None:
    assert picked(FAR, similarity=0.9) == [("1", FAR)]
    assert picked(FAR, similarity=0.2) == []


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param(
            "Quantum networks reached better results on MNIST images of all kinds.",
            "Quantum networks use other results on MNIST images of all kinds.",
            id="a result before none",
        ),
        pytest.param(
            "Quantum networks gain 59\\%-74\\% over others on MNIST images of all kinds.",
            "Quantum networks gain some more over others on MNIST images of all kinds.",
            id="per cent as TeX writes it",
        ),
        pytest.param(
            "We train quantum networks on MNIST images and keep the noise.",
            "We hope quantum networks on MNIST images and keep the noise.",
            id="what was done before what is hoped",
        ),
    ],
)
def test_of_two_sentences_the_one_that_tells_more_comes_first(better: str, worse: str) -> None:
    assert picked(f"{worse} {better}") == [("1", better), ("1", worse)]


@pytest.mark.parametrize(
    ("abstract", "begins"),
    [
        pytest.param("Reefs bleach. We find that they recover.", "We find that they recover.", id="we"),
        pytest.param("Reefs bleach. In this paper reefs recover.", "In this paper reefs recover.", id="this paper"),
        pytest.param("Reefs bleach. The authors count them.", "The authors count them.", id="told by others"),
        pytest.param(
            "Reefs bleach. The objective of it was to count.", "The objective of it was to count.", id="an objective"
        ),
        pytest.param(
            "Reefs bleach. They were counted. We find 10.", "They were counted. We find 10.", id="what was done to them"
        ),
        pytest.param("It has been shown. We find 10.", "We find 10.", id="what others showed is none"),
        pytest.param(
            "Reefs bleach. Ten of them were white. We hope.",
            "Reefs bleach. Ten of them were white. We hope.",
            id="too late",
        ),
        pytest.param("We count reefs. They bleach.", "We count reefs. They bleach.", id="from the start"),
        pytest.param("Reefs bleach. They recover.", "Reefs bleach. They recover.", id="nowhere, so all counts"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_where_the_own_work_of_an_abstract_begins(abstract: str, begins: str) -> None:
    assert abstract[own_work_from(abstract) :] == begins


def test_a_number_that_was_known_before_comes_after_what_was_done() -> None:
    known = "Quantum networks on MNIST images of all kinds reach 99.67% accuracy, as others showed."
    done = "We propose other quantum networks for the same MNIST images of all kinds."
    assert picked(f"{known} {done}") == [("1", done), ("1", known)]
    assert picked(f"We know this. {known} {done}")[0] == ("1", known)


@pytest.mark.parametrize("label", ["METHODS:", "Background:", "OBJECTIVE -"])
def test_a_part_that_is_labelled_as_no_result_comes_last(label: str) -> None:
    sentence = "Quantum networks reach 99.67% accuracy on MNIST images of all kinds."
    assert picked(f"{label} {sentence} RESULTS: {ALSO}")[0] == ("1", f"RESULTS: {ALSO}")


def test_of_two_equal_sentences_the_later_comes_first_since_findings_end_an_abstract() -> None:
    found = pick_evidence(QUESTION, read(f"{ON_TOPIC} {ON_TOPIC}"), FakeEncoder().encode)
    assert [one.start for one in found] == [len(ON_TOPIC) + 1, 0]


@given(st.lists(st.sampled_from([ON_TOPIC, ALSO, WEAKER, SHORT, FAR, "e.g. 5 %", "—"]), max_size=6))
def test_evidence_is_always_a_verbatim_piece_of_the_abstract(sentences: list[str]) -> None:
    abstract = " ".join(sentences)
    for found in pick_evidence(QUESTION, read(abstract), FakeEncoder().encode, per_preprint=9):
        assert abstract[found.start : found.end] == found.text
