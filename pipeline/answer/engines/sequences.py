"""Several sequences in one context of llama.cpp, evaluated together. [edge]

Each has a buffer of keys and values of its own: in a common one (`kv_unified`) every token is compared with the tokens of all
sequences, which costs more than what prompts have in common can save (docs/decisions/0011-many-replies-at-once.md). Where a layer is
read they have a common one after all: only so does llama.cpp keep the tokens in their order.
"""

import ctypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.answer.engines import Tap
from pipeline.answer.engines.batch import Piece
from pipeline.answer.engines.gguf import Model
from pipeline.answer.engines.layer import Layer
from pipeline.answer.engines.sampling import Logits
from pipeline.errors import ModelError

BATCH_TOKENS = 512
"""Evaluated at a time: the most that llama.cpp puts through the model at once."""


class Sequences:
    """A context; close it when done, before its model."""

    batch_tokens = BATCH_TOKENS

    def __init__(self, model: Model, count: int, room: int, threads: int, tap: Tap | None = None) -> None:
        """`room`: tokens that each sequence can hold; `tap`: evaluate up to its layer, and tell what comes out of it instead of logits.

        Raises RuntimeError where there is no memory for them, and ModelError where the adapter does not fit the model.
        """
        from llama_cpp import llama_cpp as library

        parameters = library.llama_context_default_params()
        parameters.n_ctx = count * room
        parameters.n_batch = parameters.n_ubatch = BATCH_TOKENS
        parameters.n_seq_max = count
        parameters.kv_unified = tap is not None
        parameters.flash_attn_type = library.LLAMA_FLASH_ATTN_TYPE_ENABLED
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.no_perf = True
        self._layer = Layer(tap.layer, model.width) if tap else None
        if self._layer:
            parameters.cb_eval = self._layer.callback
        self._library = library
        self._context = library.llama_init_from_model(model.handle, parameters)
        if not self._context:
            raise RuntimeError("llama.cpp can't make a context")
        self._adapter = self._adapt(model, tap.adapter) if tap and tap.adapter else None
        self._memory = library.llama_get_memory(self._context)
        self._batch = library.llama_batch_init(BATCH_TOKENS, 0, 1)
        self._vocabulary = model.vocabulary
        self.count = count
        self.room = room
        self.can_forget = model.can_forget

    def close(self) -> None:
        self._library.llama_batch_free(self._batch)
        self._library.llama_free(self._context)
        if self._adapter:
            self._library.llama_adapter_lora_free(self._adapter)

    def evaluate(self, pieces: Sequence[Piece]) -> list[Logits]:
        """(wanted, vocabulary) of every piece, or (wanted, width) of the layer; views that the next evaluation changes.

        Raises RuntimeError where llama.cpp fails; then nothing of the pieces is kept.
        """
        self._fill(pieces)
        if code := self._library.llama_decode(self._context, self._batch):
            for piece in pieces:
                self.forget(piece.sequence, piece.start)
            raise RuntimeError(f"llama_decode returned {code}")
        ends = np.cumsum([piece.wanted for piece in pieces])
        rows = self._layer_rows() if self._layer else self._logits(int(ends[-1]))
        return np.split(rows, ends[:-1])

    def copy(self, source: int, target: int, length: int) -> None:
        """The first tokens of the source, to the target, which is empty."""
        self._library.llama_memory_seq_cp(self._memory, source, target, -1, -1)  # llama.cpp copies all or nothing
        self.forget(target, length)

    def forget(self, sequence: int, start: int) -> None:
        """All tokens from there on."""
        self._library.llama_memory_seq_rm(self._memory, sequence, start, -1)

    def _adapt(self, model: Model, adapter: Path) -> Any:
        """The adapter, put on top of the model's weights in this context alone."""
        library = self._library
        handle = library.llama_adapter_lora_init(model.handle, str(adapter).encode())
        if not handle:
            library.llama_free(self._context)
            raise ModelError(
                f"{adapter} does not fit the model {model.path}", "install antigravity again, or name another judge"
            )
        library.llama_set_adapters_lora(
            self._context, (library.llama_adapter_lora_p_ctypes * 1)(handle), 1, (ctypes.c_float * 1)(1.0)
        )
        return handle

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

    def _logits(self, count: int) -> Any:
        if not count:
            return np.empty((0, self._vocabulary), np.float32)
        return np.ctypeslib.as_array(self._library.llama_get_logits(self._context), shape=(count, self._vocabulary))

    def _layer_rows(self) -> Any:
        count = self._batch.n_tokens
        wanted = [place for place in range(count) if self._batch.logits[place]]
        assert self._layer
        return self._layer.take(count)[wanted]
