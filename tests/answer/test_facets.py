"""The parts of a question, and who speaks of them."""

from dataclasses import replace

import pytest

from pipeline.answer.facets import held_together, label, mentions, parts_of
from pipeline.records import Preprint, Question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        pytest.param(
            "Do quantum models improve the performance of chest X-ray classifiers?",
            ("quantum", "chest", "X-ray", "classifiers"),
            id="the subjects in order, each as it is written",
        ),
        pytest.param("Is noise, or a noisy network, useful?", ("noise", "noisy", "network"), id="stems that differ"),
        pytest.param("Which network trains networks?", ("network", "trains"), id="one stem once"),
        pytest.param("How well does it work?", (), id="no subject"),
        pytest.param(
            "Do models really often emit light above 10 TeV?", ("emit", "light"), id="no filler, figure or unit"
        ),
        pytest.param(
            "Are noisy networks the ones that people trust?",
            ("noisy", "networks", "trust"),
            id="no word that stands for another",
        ),
    ],
)
def test_parts_are_read_off_the_question(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(Question("slug", question, ())) == parts


def test_facets_of_the_front_matter_count_alone() -> None:
    question = Question("slug", "Do quantum models help?", (), facets=("chest X-ray | CXR", "quantum"))
    assert parts_of(question) == ("chest X-ray | CXR", "quantum")


@pytest.mark.parametrize(("facet", "name"), [("chest X-ray | CXR", "chest X-ray"), (" quantum ", "quantum"), ("|", "")])
def test_a_facet_is_named_by_its_first_wording(facet: str, name: str) -> None:
    assert label(facet) == name


@pytest.mark.parametrize(
    ("text", "facet", "held"),
    [
        pytest.param("We classify chest X-rays.", "chest X-ray | CXR", True, id="first wording, another form"),
        pytest.param("We use CXR images.", "chest X-ray | CXR", True, id="second wording"),
        pytest.param("An X-ray image of the chest.", "chest X-ray", True, id="words apart in one sentence"),
        pytest.param("We scan the chest. An X-ray is cheap.", "chest X-ray", False, id="words in two sentences"),
        pytest.param("We scan the chest.", "chest X-ray", False, id="half of the words"),
        pytest.param("Anything at all.", "|", False, id="an empty facet"),
        pytest.param("In the end.", "the in", False, id="a facet of stop words"),
        pytest.param("", "quantum", False, id="no text"),
    ],
)
def test_a_text_mentions_a_facet_where_one_sentence_holds_all_its_words(text: str, facet: str, held: bool) -> None:
    assert mentions(text, facet) is held


def test_a_preprint_holds_facets_in_title_and_abstract(preprint: Preprint) -> None:
    one = replace(preprint, title="Quantum noise", abstract="We train on MNIST. It converges")
    assert held_together(one, ("quantum", "MNIST", "chest X-ray | CXR")) == {"quantum", "MNIST"}
