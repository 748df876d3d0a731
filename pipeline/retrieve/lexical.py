"""BM25 over titles and abstracts, by the bm25s library; the index lies on disk under the archive's fingerprint. [edge]"""

import logging
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import bm25s
import numpy as np
import Stemmer

from pipeline.hashes import content_hash

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it would tell of every index at level DEBUG

INDEX_FORMAT = "bm25s-1 english-snowball"


class LexicalIndex:
    """A BM25 index; document n is the n-th id that it was built from."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def open(cls, folder: Path, fingerprint: str, load_texts: Callable[[], Sequence[str]]) -> Self:
        """Open the index of this archive state, building it first where it is not there; older ones are removed."""
        home = folder / content_hash(INDEX_FORMAT, fingerprint)
        if not (home / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _build(load_texts()).save(home)
            (home / "complete").touch()
        return cls(bm25s.BM25.load(home, mmap=True, show_progress=False))

    @classmethod
    def of_texts(cls, texts: Sequence[str]) -> Self:
        """Build an index in memory; it leaves nothing on disk."""
        return cls(_build(texts))

    def scores(self, text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """BM25 score of every document, (documents,) float32; 0 where no term matches."""
        [terms] = _tokenize([text], as_ids=False)
        known = [term for term in terms if term in self._index.vocab_dict]
        if not known:
            return np.zeros(self._index.scores["num_docs"], np.float32)
        return np.asarray(self._index.get_scores(known), np.float32)


def _build(texts: Sequence[str]) -> Any:
    index = bm25s.BM25()
    tokens = _tokenize(texts)
    if not tokens.vocab:  # stop words alone: the library can't index nothing, and no query holds an empty term
        tokens = bm25s.tokenization.Tokenized(ids=[[0], *([] for _ in texts[1:])], vocab={"": 0})
    index.index(tokens, show_progress=False)
    return index


def _tokenize(texts: Sequence[str], as_ids: bool = True) -> Any:
    return bm25s.tokenize(
        list(texts), stopwords="en", stemmer=Stemmer.Stemmer("english"), return_ids=as_ids, show_progress=False
    )
