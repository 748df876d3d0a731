"""A second look at the best candidates: a cross-encoder of the sentence-transformers library, by path, hub off. [edge]"""

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from pipeline.answer.engines import Engine
from pipeline.errors import ModelError
from pipeline.hashes import content_hash, file_sha256
from pipeline.models.catalogue import find_entry
from pipeline.models.folder import locate
from pipeline.retrieve.relevance import RelevanceReranker
from pipeline.settings import LANGUAGE_MODEL, RetrieveSettings

BATCH = 16
"""Pairs per forward pass."""


class Reranker(Protocol):
    """Tells how well texts answer a question, by reading both together."""

    @property
    def name(self) -> str:
        """Identity: part of the key of what was retrieved with it."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """A score a text, in the order given; higher is better, and only comparable within one call."""


def open_reranker(settings: RetrieveSettings, models: Path, open_engine: Callable[[], Engine]) -> Reranker | None:
    """The reranker that the settings name, not loaded yet; None where they name none.

    Raises ModelError where it is not there.
    """
    if not settings.reranker:
        return None
    if settings.reranker == LANGUAGE_MODEL:
        return RelevanceReranker(open_engine())
    return CrossEncoderReranker(reranker_folder(settings.reranker, models))


def reranker_folder(name: str, models: Path) -> Path:
    """Where the cross-encoder lies: a name of the catalogue, or a folder. Raises ModelError where it doesn't."""
    entry = find_entry(name)
    if entry and entry.kind != "reranker":
        raise ModelError(
            f"retrieve.reranker = {name!r} is no reranker", "name one of the kind `reranker`: antigravity model list"
        )
    folder = locate(entry, models) if entry else Path(name)
    if (folder / "config.json").is_file():
        return folder
    raise ModelError(
        f"retrieve.reranker = {name!r}: no cross-encoder there",
        f"run antigravity model pull {entry.name}"
        if entry
        else f"use {LANGUAGE_MODEL!r}, a name that antigravity model list shows, or a folder that holds config.json",
    )


class CrossEncoderReranker:
    """A cross-encoder with one score a pair; the model is loaded at its first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        weights = sorted([*folder.glob("*.safetensors"), *folder.glob("pytorch_model*.bin")])
        if not weights:
            raise ModelError(f"retrieve.reranker: {folder} holds no weights", "name a folder with model.safetensors")
        self.name = f"{folder.name}@{content_hash(*map(file_sha256, weights))[:12]}"

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """The model's one logit of every pair."""
        import torch

        scores = self._model.predict(
            [(question, text) for text in texts],
            batch_size=BATCH,
            show_progress_bar=False,
            activation_fn=torch.nn.Identity(),
        )
        return [float(score) for score in scores]

    @cached_property
    def _model(self) -> Any:
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
        from safetensors import SafetensorError
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        try:
            model = CrossEncoder(str(self._folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
            raise ModelError(
                f"retrieve.reranker: {self._folder} can't be loaded: {error}",
                "check that the folder holds a whole model",
            ) from error
        if model.num_labels != 1:
            raise ModelError(
                f"retrieve.reranker: {self._folder} tells {model.num_labels} classes apart, and gives no score",
                "use a cross-encoder with one output, trained to rank passages",
            )
        return model
