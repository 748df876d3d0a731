"""What is measured of a ranking, and that the night's own search is what is measured."""

import math

import pytest

from pipeline.eval.labelled_set import LabelledSet
from pipeline.eval.retrieval import Ranked, corpus_of, evaluate_retrieval, measure
from pipeline.progress import silent
from pipeline.records import Question
from pipeline.retrieve.search import search
from pipeline.settings import RetrieveSettings
from tests.fakes import FakeEncoder
from tests.retrieve.rerankers import ReversingReranker

LABELLED = LabelledSet(
    {
        "kernels": "Quantum kernels. Kernels classify images of handwritten digits.",
        "reefs": "Coral reefs. Reefs recover slowly after bleaching.",
        "both": "Quantum sensing of reefs. Sensors watch coral bleaching from space.",
        "empty": "",
    },
    {"q1": "coral reefs and bleaching", "q2": "quantum kernels"},
    {"q1": {"reefs": 2, "both": 1, "kernels": 0}, "q2": {"kernels": 1}},
    ("test",),
)


@pytest.mark.parametrize(
    ("ranking", "ndcg", "recall"),
    [
        pytest.param(["reefs", "both", "kernels"], 1.0, 1.0, id="the best there can be"),
        pytest.param(
            ["both", "reefs"], (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)), 1.0, id="the lesser one first"
        ),
        pytest.param(["kernels", "empty", "both"], (1 / 2) / (2 + 1 / math.log2(3)), 0.5, id="one, at rank 3"),
        pytest.param([f"x{n}" for n in range(10)] + ["reefs"], 0.0, 0.5, id="rank 11 counts for recall alone"),
        pytest.param([f"x{n}" for n in range(20)] + ["reefs"], 0.0, 0.0, id="rank 21 counts for nothing"),
        pytest.param([], 0.0, 0.0, id="nothing found"),
    ],
)
def test_a_ranking_is_as_good_as_its_formula_says(ranking: list[str], ndcg: float, recall: float) -> None:
    found = measure({"q1": LABELLED.judgements["q1"]}, {"q1": ranking})
    assert (found.ndcg_at_10, found.recall_at_20) == pytest.approx((ndcg, recall))


def test_a_query_that_finds_nothing_counts() -> None:
    assert measure(LABELLED.judgements, {"q1": ["reefs", "both"], "q2": []}) == Ranked(0.5, 0.5)


def test_each_leg_and_both_are_measured() -> None:
    told: list[tuple[str, int, int]] = []
    report = evaluate_retrieval(
        LABELLED, FakeEncoder().encode, RetrieveSettings(), progress=lambda *event: told.append(event)
    )
    assert report.ranked == dict.fromkeys(("lexical", "dense", "fused"), Ranked(1.0, 1.0))
    assert (report.queries, report.documents) == (2, 4)
    assert told == [("encode", 4, 4), *((way, done, 2) for way in report.ranked for done in (1, 2))]


def test_what_a_reranker_does_is_measured_beside_what_it_was_given() -> None:
    report = evaluate_retrieval(LABELLED, FakeEncoder().encode, RetrieveSettings(), ReversingReranker())
    assert list(report.ranked) == ["lexical", "dense", "fused", "reranked"]
    assert report.ranked["reranked"].ndcg_at_10 < report.ranked["fused"].ndcg_at_10


def test_both_together_are_ranked_as_the_night_ranks_them() -> None:
    settings = RetrieveSettings(dense_weight=0.3)
    corpus = corpus_of(LABELLED.documents, FakeEncoder().encode, silent)
    questions = [Question(name, text, ()) for name, text in LABELLED.queries.items()]
    found = search(corpus, FakeEncoder().encode, questions, settings, 100)
    runs = {one.slug: [hit.archive_id for hit in hits] for one, hits in zip(questions, found, strict=True)}
    report = evaluate_retrieval(LABELLED, FakeEncoder().encode, settings)
    assert report.ranked["fused"] == measure(LABELLED.judgements, runs)
