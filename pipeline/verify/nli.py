"""An NLI cross-encoder as judge: the probability that a source entails a claim. [edge]"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import ModelError
from pipeline.models.transformer import hash_weights, load_model
from pipeline.records import Opinion
from pipeline.verify.judge import to_opinion
from pipeline.words import sentence_spans

SETTING = "verify.judge"
WINDOW = 3
"""Sentences that are read at a time: such models were trained on premises of a sentence or a few."""


class NliJudge:
    """A sentence-transformers CrossEncoder with the labels of NLI, loaded by path with the hub switched off, at its first use."""

    def __init__(self, folder: Path, threshold: float) -> None:
        self._folder = folder
        self._threshold = threshold
        self.name = f"nli {folder.name}@{hash_weights(folder, setting=SETTING)} threshold={threshold}"

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        """The most that any three neighbouring sentences of the source entail the claim."""
        windows = [(place, text, claim) for place, (claim, source) in enumerate(pairs) for text in _windows(source)]
        best = [0.0] * len(pairs)
        if windows:
            asked = [(text, claim) for _, text, claim in windows]
            chances = np.asarray(self._model.predict(asked, apply_softmax=True, show_progress_bar=False), float)
            for (place, _, _), chance in zip(windows, chances[:, self._entailment].tolist(), strict=True):
                best[place] = max(best[place], chance)
        return [to_opinion("nli", chance, self._threshold) for chance in best]

    @cached_property
    def _model(self) -> Any:
        return load_model("CrossEncoder", self._folder, setting=SETTING)

    @cached_property
    def _entailment(self) -> int:
        labels = {str(name).lower(): int(number) for number, name in self._model.config.id2label.items()}
        if "entailment" not in labels:
            raise ModelError(
                f"{SETTING}: {self._folder} knows {', '.join(sorted(labels))} and no entailment",
                "name a cross-encoder that was trained for NLI",
            )
        return labels["entailment"]


def _windows(source: str) -> list[str]:
    spans = sentence_spans(source)
    return [
        source[spans[place][0] : spans[min(place + WINDOW, len(spans)) - 1][1]]
        for place in range(max(1, len(spans) - WINDOW + 1))
        if spans
    ]
