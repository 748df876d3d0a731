"""What comes out of one layer of a language model, and nothing computed beyond it. [edge]

llama.cpp asks before every step of its computation whether its result is wanted, and goes on after it only where it is told to.
"""

import ctypes
from typing import Any

import numpy as np

from pipeline.answer.engines.sampling import Logits


class Layer:
    """For a context of its own, whose drafts would end here; keep it as long as the context."""

    def __init__(self, number: int, width: int) -> None:
        """`number`: how many layers a token goes through, fewer than the model has; `width`: numbers that each hands on."""
        from llama_cpp import llama_cpp as library
        from llama_cpp._ggml import libggml

        libggml.ggml_get_name.argtypes, libggml.ggml_get_name.restype = [ctypes.c_void_p], ctypes.c_char_p
        libggml.ggml_nbytes.argtypes, libggml.ggml_nbytes.restype = [ctypes.c_void_p], ctypes.c_size_t
        libggml.ggml_backend_tensor_get.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t]
        self.number = number
        self._name = f"l_out-{number - 1}".encode()
        self._width = width
        self._library = libggml
        self._seen: list[Logits] = []
        self.callback = library.ggml_backend_sched_eval_callback(self._see)

    def take(self, count: int) -> Logits:
        """(tokens, width) of the last evaluation, of so many tokens. Raises RuntimeError where the model has no such layer."""
        rows, self._seen = np.concatenate(self._seen or [np.empty((0, self._width), np.float32)]), []
        if len(rows) != count:
            raise RuntimeError(f"the model tells nothing of its layer {self.number}")
        return rows

    def _see(self, tensor: Any, asked: bool, _: Any) -> bool:
        """llama.h, ggml_backend_sched_eval_callback: is it wanted; or, where it is there, whether to go on."""
        if self._library.ggml_get_name(tensor) != self._name:
            return not asked
        if not asked:
            rows = np.empty((self._library.ggml_nbytes(tensor) // 4 // self._width, self._width), np.float32)
            self._library.ggml_backend_tensor_get(tensor, rows.ctypes.data, 0, rows.nbytes)
            self._seen.append(rows)
        return asked
