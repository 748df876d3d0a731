"""Search one state of the archive: both legs loaded once, then any number of questions."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from pipeline.embed.encoder import Encoder, Vectors
from pipeline.records import Question
from pipeline.retrieve.filters import admitted
from pipeline.retrieve.fuse import reciprocal_rank_fusion, top
from pipeline.retrieve.lexical import LexicalIndex
from pipeline.settings import RetrieveSettings
from pipeline.store.database import Connection
from pipeline.store.preprints import load_facets, load_fingerprint, load_texts, load_vectors


@dataclass(frozen=True, slots=True)
class Hit:
    """A preprint found, with what each leg said."""

    archive_id: str
    similarity: float
    """Cosine, -1 to 1."""
    lexical: float
    """BM25 score, 0 where no term matched."""
    fused: float


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything retrieval needs of one state of the archive, in the order of the ids."""

    ids: list[str]
    vectors: Vectors
    index: LexicalIndex
    facets: list[tuple[str, list[str], date]]


def open_corpus(connection: Connection, encoder: Encoder, index_folder: Path) -> Corpus | None:
    """Load the archive for searching; None while it holds no vectors."""
    ids, vectors = load_vectors(connection, encoder=encoder.name)
    if not ids:
        return None
    _, fingerprint = load_fingerprint(connection, encoder=encoder.name)
    index = LexicalIndex.open(index_folder, fingerprint, lambda: load_texts(connection, encoder=encoder.name))
    return Corpus(ids, vectors, index, load_facets(connection, encoder=encoder.name))


def search(corpus: Corpus, encoder: Encoder, question: Question, settings: RetrieveSettings, k: int) -> list[Hit]:
    """The k best preprints for a question, best first.

    Aliases and facets are further lexical and dense queries; the similarity shown is always that of the question itself.
    """
    queries = [question.question, *question.aliases]
    allowed = admitted(question, corpus.facets)
    vectors = encoder.encode(queries)
    cosine = corpus.vectors @ vectors.T
    legs = []
    for column, query in enumerate(queries):
        dense = np.where(allowed, cosine[:, column], -1).astype(np.float32)
        lexical = np.where(allowed, corpus.index.scores(query), 0).astype(np.float32)
        legs.append((settings.dense_weight, top(dense, settings.candidates)))
        legs.append((settings.lexical_weight, top(lexical, settings.candidates)))
    if question.facets:
        together = np.where(allowed, corpus.index.scores(" ".join(question.facets)), 0).astype(np.float32)
        legs.append((settings.lexical_weight, top(together, settings.candidates)))
    fused = reciprocal_rank_fusion(legs)
    best = sorted(fused, key=lambda document: (-fused[document], document))[:k]
    lexical = corpus.index.scores(question.question)
    return [Hit(corpus.ids[n], float(cosine[n, 0]), float(lexical[n]), fused[n]) for n in best]
