"""How well retrieval ranks what people judged relevant: nDCG@10 and recall@20 of each leg, of both, and after reranking."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ir_measures
import numpy as np

from pipeline.embed.encoder import Vectors
from pipeline.eval.labelled_set import LabelledSet
from pipeline.progress import Progress, silent
from pipeline.records import Question
from pipeline.retrieve.lexical import LexicalIndex
from pipeline.retrieve.reranker import Reranker
from pipeline.retrieve.search import Corpus, search
from pipeline.settings import RetrieveSettings

BATCH = 256
"""Documents that the encoder is given at a time."""
DEPTH = 100
"""Documents that are ranked for each query."""
NDCG, RECALL = ir_measures.nDCG @ 10, ir_measures.R @ 20


@dataclass(frozen=True, slots=True)
class Ranked:
    """How good one way of ranking is, averaged over the queries, each 0 to 1."""

    ndcg_at_10: float
    """Gain is the judged score, discount the binary logarithm of the rank plus 1 (Järvelin and Kekäläinen 2002)."""
    recall_at_20: float


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """By way of ranking: `lexical`, `dense`, `fused`, and `reranked` where there is a reranker."""

    ranked: Mapping[str, Ranked]
    queries: int
    documents: int


def corpus_of(documents: Mapping[str, str], encode: Callable[[Sequence[str]], Vectors], progress: Progress) -> Corpus:
    """A corpus of these texts, all of them of one day and no category."""
    texts = list(documents.values())
    vectors = []
    for start in range(0, len(texts), BATCH):
        vectors.append(encode(texts[start : start + BATCH]))
        progress("encode", min(start + BATCH, len(texts)), len(texts))
    index = LexicalIndex.of_texts(texts)
    filed: list[tuple[str, list[str], date]] = [(name, [], date.min) for name in documents]
    return Corpus(list(documents), np.concatenate(vectors), index, filed, lambda ids: [documents[name] for name in ids])


def evaluate_retrieval(
    labelled: LabelledSet,
    encode: Callable[[Sequence[str]], Vectors],
    settings: RetrieveSettings,
    reranker: Reranker | None = None,
    progress: Progress = silent,
) -> RetrievalReport:
    """Rank all documents for every query as the night would, one leg at a time, then as the settings put them together."""
    corpus = corpus_of(labelled.documents, encode, progress)
    questions = [Question(name, text, ()) for name, text in labelled.queries.items()]
    vectors = dict(zip(labelled.queries.values(), encode([one.question for one in questions]), strict=True))
    ways: dict[str, tuple[dict[str, float], Reranker | None]] = {
        "lexical": ({"dense_weight": 0.0, "lexical_weight": 1.0, "same_work": 1.0}, None),
        "dense": ({"dense_weight": 1.0, "lexical_weight": 0.0, "same_work": 1.0}, None),
        "fused": ({}, None),
    }
    if reranker:
        ways["reranked"] = ({}, reranker)
    ranked = {}
    for way, (changed, last) in ways.items():
        found = search(
            corpus,
            lambda texts: np.stack([vectors[text] for text in texts]),
            questions,
            settings.model_copy(update=changed),
            DEPTH,
            last,
        )
        runs = {}
        for done, (question, hits) in enumerate(zip(questions, found, strict=True), 1):
            runs[question.slug] = [hit.archive_id for hit in hits]
            progress(way, done, len(questions))
        ranked[way] = measure(labelled.judgements, runs)
    return RetrievalReport(ranked, len(questions), len(corpus.ids))


def measure(judgements: Mapping[str, Mapping[str, int]], runs: Mapping[str, Sequence[str]]) -> Ranked:
    """Compare rankings, best first, with judgements; a query whose ranking is empty counts with 0."""
    run: dict[str, Any] = {  # the measures read scores, and break ties by id: 1 / rank has none
        query: {document: 1 / rank for rank, document in enumerate(documents, 1)} for query, documents in runs.items()
    }
    found = ir_measures.calc_aggregate([NDCG, RECALL], judgements, run)
    return Ranked(found[NDCG], found[RECALL])
