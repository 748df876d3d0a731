"""Search one state of the archive: both legs loaded once, then any number of questions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from pipeline.embed.encoder import Encoder, Vectors
from pipeline.errors import SettingsError
from pipeline.records import Question
from pipeline.retrieve.distinct import give_way
from pipeline.retrieve.filters import admitted
from pipeline.retrieve.fuse import Leg, Scores, fuse
from pipeline.retrieve.lexical import LexicalIndex
from pipeline.retrieve.reranker import Reranker
from pipeline.settings import RetrieveSettings
from pipeline.store.database import Connection
from pipeline.store.preprints import load_filed, load_fingerprint, load_preprints, load_texts, load_vectors

SEARCH = "search.v2"
"""Names the way that the legs are put together: another name makes every question's passages be found anew."""
CELLS = 1 << 26
"""Cosines that are held at a time, 4 bytes each."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A preprint found, with what each leg said."""

    archive_id: str
    similarity: float
    """Cosine, -1 to 1."""
    lexical: float
    """BM25 score, 0 where no term matched."""
    fused: float
    """0 to 1: 1 where it is the best of every leg."""
    reranked: float | None = None
    """Score of the reranker, where it was asked about this preprint."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything retrieval needs of one state of the archive, in the order of the ids."""

    ids: list[str]
    vectors: Vectors
    index: LexicalIndex
    filed: list[tuple[str, list[str], date]]
    """Id, categories and date of first submission."""
    read: Callable[[Sequence[str]], list[str]]
    """Titles and abstracts of the preprints of these ids, for a reranker."""


def open_corpus(connection: Connection, encoder: Encoder, index_folder: Path) -> Corpus | None:
    """Load the archive for searching; None while it holds no vectors."""
    ids, vectors = load_vectors(connection, encoder=encoder.name)
    if not ids:
        return None
    _, fingerprint = load_fingerprint(connection, encoder=encoder.name)
    index = LexicalIndex.open(index_folder, fingerprint, lambda: load_texts(connection, encoder=encoder.name))

    def read(wanted: Sequence[str]) -> list[str]:
        preprints = load_preprints(connection, wanted)
        return [preprints[one].text for one in wanted]

    return Corpus(ids, vectors, index, load_filed(connection, encoder=encoder.name), read)


def search(
    corpus: Corpus,
    encode: Callable[[Sequence[str]], Vectors],
    questions: Sequence[Question],
    settings: RetrieveSettings,
    k: int,
    reranker: Reranker | None = None,
) -> Iterator[list[Hit]]:
    """The k best preprints for each question, best first; all are encoded together, then ranked as they are asked for.

    Aliases and facets are further queries; the similarity and BM25 score shown are always those of the question itself.
    Raises SettingsError where neither leg has a weight: nothing would be found, and every answer taken back.
    """
    if not settings.dense_weight and not settings.lexical_weight:
        raise SettingsError(
            "retrieve.lexical_weight and retrieve.dense_weight are both 0", "give one of them a weight above 0"
        )
    cosines = _cosines(corpus.vectors, encode([text for one in questions for text in _wordings(one)]))
    for question in questions:
        own = [next(cosines) for _ in _wordings(question)]
        words = [corpus.index.scores(text) for text in _lexical_queries(question)]
        fused = fuse(_legs(corpus, question, own, words, settings), settings.candidates)
        order = sorted(fused, key=lambda number: (-fused[number], number))
        reranked = _rerank(corpus, question, order[: settings.rerank], reranker) if reranker else {}
        order = [*sorted(reranked, key=lambda number: -reranked[number]), *order[len(reranked) :]]
        order = give_way(order, corpus.vectors, settings.passages, settings.same_work)
        yield [Hit(corpus.ids[n], float(own[0][n]), float(words[0][n]), fused[n], reranked.get(n)) for n in order[:k]]


def _wordings(question: Question) -> tuple[str, ...]:
    return question.question, *question.aliases


def _lexical_queries(question: Question) -> tuple[str, ...]:
    """The facets together are one more: a preprint that holds them all is what the question is after."""
    return (*_wordings(question), " ".join(question.facets)) if question.facets else _wordings(question)


def _cosines(vectors: Vectors, wanted: Vectors) -> Iterator[Vectors]:
    """For every query a row of cosines to all preprints, by as few matrix products as memory allows."""
    rows = max(1, CELLS // len(vectors))
    for start in range(0, len(wanted), rows):
        yield from wanted[start : start + rows] @ vectors.T


def _legs(
    corpus: Corpus, question: Question, cosines: Sequence[Scores], words: Sequence[Scores], settings: RetrieveSettings
) -> list[Leg]:
    allowed = admitted(question, corpus.filed)
    return [
        *(Leg(settings.dense_weight, -1, np.where(allowed, row, 0)) for row in cosines),
        *(Leg(settings.lexical_weight, 0, np.where(allowed, row, 0)) for row in words),
    ]


def _rerank(corpus: Corpus, question: Question, numbers: Sequence[int], reranker: Reranker) -> dict[int, float]:
    """The reranker's score of each of these preprints."""
    texts = corpus.read([corpus.ids[number] for number in numbers])
    return dict(zip(numbers, reranker.score(question.question, texts), strict=True))
