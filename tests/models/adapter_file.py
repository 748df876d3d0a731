"""A GGUF file of LoRA weights, as llama.cpp reads it: gguf.md of ggml, version 3."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.floating[Any]]]
ALIGNMENT = 32
FLOAT, STRING = 6, 8
"""Types of a value."""


def write_adapter(file: Path, architecture: str, tensors: Mapping[str, Numbers], alpha: float = 1.0) -> None:
    """`tensors`: by name, the last dimension first in the file, as ggml has it."""
    values = {"general.type": "adapter", "general.architecture": architecture, "adapter.type": "lora"}
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(values) + 1)
    for key, value in values.items():
        head += _text(key) + struct.pack("<I", STRING) + _text(value)
    head += _text("adapter.lora.alpha") + struct.pack("<If", FLOAT, alpha)
    data = b""
    for name, numbers in tensors.items():
        head += _text(name) + struct.pack(f"<I{numbers.ndim}Q", numbers.ndim, *reversed(numbers.shape))
        head += struct.pack("<IQ", 0, len(data))
        data += _padded(numbers.astype("<f4").tobytes())
    file.write_bytes(_padded(head) + data)


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def _padded(content: bytes) -> bytes:
    return content + b"\0" * (-len(content) % ALIGNMENT)
