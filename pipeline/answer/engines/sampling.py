"""Choose tokens under a grammar without asking it about the whole vocabulary. [edge]

llama.cpp's chain of samplers asks the grammar about every token of the vocabulary at every step, which can take as long as the
forward pass of a small model. Nearly always the likeliest token fits, or one of the next few. So the grammar is asked about
those first, and about all only where none of them fits. At temperature 0 the token chosen is the same as the chain's.
"""

import ctypes
import math
from collections import deque
from typing import Any

import numpy as np

Logits = np.ndarray[Any, np.dtype[np.float32]]
ASKED_FIRST = (1, 64, 4096)
"""Of how many of the likeliest tokens the grammar is asked, before it is asked of all."""
REPEAT_WINDOW = 64
"""How many tokens back a repetition is looked for: llama-cpp-python's own number."""
CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
"""llama.h, llama_token_data."""


class GrammarSampler:
    """The likeliest token that the grammar admits, after a penalty on those written lately; close it when done."""

    def __init__(self, vocab: Any, grammar: str, repeat_penalty: float) -> None:
        """`vocab` is llama.cpp's own. Raises ValueError for a grammar that is no GBNF."""
        from llama_cpp import llama_cpp as library

        self._library = library
        self._sampler = library.llama_sampler_init_grammar(vocab, grammar.encode(), b"root")
        if not self._sampler:
            raise ValueError("llama.cpp can't read the grammar")
        self._penalty = np.float32(repeat_penalty)
        self._recent: deque[int] = deque(maxlen=REPEAT_WINDOW)

    def choose(self, logits: Logits) -> int:
        """(vocabulary,) of one step. Raises ValueError where the grammar admits no token at all."""
        penalised = self._penalise(logits)
        for count in (*ASKED_FIRST, len(penalised)):
            tokens = _likeliest(penalised, count)
            admitted = self._admitted(tokens, penalised)
            if admitted.any():
                return int(tokens[admitted.argmax()])
        raise ValueError("the grammar admits no token here")

    def accept(self, token: int) -> None:
        """Go on from this token."""
        self._library.llama_sampler_accept(self._sampler, token)
        self._recent.append(token)

    def close(self) -> None:
        self._library.llama_sampler_free(self._sampler)

    def _penalise(self, logits: Logits) -> Logits:
        """As llama_sampler_penalties does, in the same float32 steps."""
        penalised = logits.copy()
        recent = list(dict.fromkeys(self._recent))
        known = penalised[recent]
        penalised[recent] = np.where(known <= 0, known * self._penalty, known / self._penalty)
        return penalised

    def _admitted(
        self, tokens: np.ndarray[Any, np.dtype[np.intp]], logits: Logits
    ) -> np.ndarray[Any, np.dtype[np.bool]]:
        """Which of the tokens the grammar admits: it sets the logits of the others to minus infinity."""
        candidates = np.zeros(len(tokens), CANDIDATE)
        candidates["id"], candidates["logit"] = tokens, logits[tokens]
        data = candidates.ctypes.data_as(ctypes.POINTER(self._library.llama_token_data))
        array = self._library.llama_token_data_array(data=data, size=len(tokens), selected=-1, sorted=False)
        self._library.llama_sampler_apply(self._sampler, ctypes.byref(array))
        return np.asarray(candidates["logit"] > -np.inf)


def _likeliest(logits: Logits, count: int) -> np.ndarray[Any, np.dtype[np.intp]]:
    """By falling logit; of equal ones the first, as llama.cpp's greedy choice has it."""
    if count == 1:
        return np.array([logits.argmax()])
    if count >= len(logits):
        return np.argsort(-logits, kind="stable")
    floor = np.partition(logits, len(logits) - count)[len(logits) - count]
    tokens = np.flatnonzero(logits >= floor)
    return tokens[np.argsort(-logits[tokens], kind="stable")]


def chance_of(logits: Logits, yes: int, no: int) -> float:
    """The probability of the one token against the other, 0 to 1."""
    return 1 / (1 + math.exp(min(float(logits[no]) - float(logits[yes]), 700.0)))
