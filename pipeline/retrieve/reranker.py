"""A second look at the best candidates: a cross-encoder of the sentence-transformers library, by path, hub off. [edge]"""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from pipeline.answer.engines import Engine
from pipeline.errors import ModelError
from pipeline.models.catalogue import find_entry
from pipeline.models.folder import folder_of
from pipeline.models.transformer import hash_weights, load_model
from pipeline.retrieve.relevance import RelevanceReranker
from pipeline.settings import RetrieveSettings
from pipeline.settings_paths import LANGUAGE_MODEL

SETTING = "retrieve.reranker"
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
    folder = folder_of(name, kind="reranker", setting=SETTING, models=models)
    if (folder / "config.json").is_file():
        return folder
    raise ModelError(
        f"{SETTING} = {name!r}: no cross-encoder there",
        f"run antigravity model pull {name}"
        if find_entry(name)
        else f"use {LANGUAGE_MODEL!r}, a name that antigravity model list shows, or a folder that holds config.json",
    )


class CrossEncoderReranker:
    """A cross-encoder with one score a pair; the model is loaded at its first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = f"{folder.name}@{hash_weights(folder, setting=SETTING)}"

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
        model = load_model("CrossEncoder", self._folder, setting=SETTING)
        if model.num_labels != 1:
            raise ModelError(
                f"{SETTING}: {self._folder} tells {model.num_labels} classes apart, and gives no score",
                "use a cross-encoder with one output, trained to rank passages",
            )
        return model
