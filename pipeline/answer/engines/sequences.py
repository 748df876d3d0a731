"""Several sequences in one context of llama.cpp, evaluated together. [edge]

Each has a buffer of keys and values of its own: in a common one (`kv_unified`) every token is compared with the tokens of all
sequences, which costs more than what prompts have in common can save (docs/decisions/0011-many-replies-at-once.md).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.answer.engines.batch import Piece
from pipeline.answer.engines.gguf import Model
from pipeline.answer.engines.sampling import Logits

BATCH_TOKENS = 512
"""Evaluated at a time: the most that llama.cpp puts through the model at once."""


class Sequences:
    """A context; close it when done, before its model."""

    batch_tokens = BATCH_TOKENS

    def __init__(self, model: Model, count: int, room: int, threads: int) -> None:
        """`room`: tokens that each sequence can hold. Raises RuntimeError where there is no memory for them."""
        from llama_cpp import llama_cpp as library

        parameters = library.llama_context_default_params()
        parameters.n_ctx = count * room
        parameters.n_batch = parameters.n_ubatch = BATCH_TOKENS
        parameters.n_seq_max = count
        parameters.kv_unified = False
        parameters.flash_attn_type = library.LLAMA_FLASH_ATTN_TYPE_ENABLED
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.no_perf = True
        self._library = library
        self._context = library.llama_init_from_model(model.handle, parameters)
        if not self._context:
            raise RuntimeError("llama.cpp can't make a context")
        self._memory = library.llama_get_memory(self._context)
        self._batch = library.llama_batch_init(BATCH_TOKENS, 0, 1)
        self._vocabulary = model.vocabulary
        self.count = count
        self.room = room
        self.can_forget = model.can_forget

    def close(self) -> None:
        self._library.llama_batch_free(self._batch)
        self._library.llama_free(self._context)

    def evaluate(self, pieces: Sequence[Piece]) -> list[Logits]:
        """(wanted, vocabulary) of every piece; views that the next evaluation changes.

        Raises RuntimeError where llama.cpp fails; then nothing of the pieces is kept.
        """
        self._fill(pieces)
        if code := self._library.llama_decode(self._context, self._batch):
            for piece in pieces:
                self.forget(piece.sequence, piece.start)
            raise RuntimeError(f"llama_decode returned {code}")
        ends = np.cumsum([piece.wanted for piece in pieces])
        rows = self._rows(int(ends[-1]))
        return np.split(rows, ends[:-1])

    def copy(self, source: int, target: int, length: int) -> None:
        """The first tokens of the source, to the target, which is empty."""
        self._library.llama_memory_seq_cp(self._memory, source, target, -1, -1)  # llama.cpp copies all or nothing
        self.forget(target, length)

    def forget(self, sequence: int, start: int) -> None:
        """All tokens from there on."""
        self._library.llama_memory_seq_rm(self._memory, sequence, start, -1)

    def _fill(self, pieces: Sequence[Piece]) -> None:
        batch, place = self._batch, 0
        for piece in pieces:
            last = len(piece.tokens) - piece.wanted
            for offset, token in enumerate(piece.tokens):
                batch.token[place] = token
                batch.pos[place] = piece.start + offset
                batch.n_seq_id[place] = 1
                batch.seq_id[place][0] = piece.sequence
                batch.logits[place] = offset >= last
                place += 1
        batch.n_tokens = place

    def _rows(self, count: int) -> Any:
        if not count:
            return np.empty((0, self._vocabulary), np.float32)
        return np.ctypeslib.as_array(self._library.llama_get_logits(self._context), shape=(count, self._vocabulary))
