"""Models of the sentence-transformers library: loaded by path with the hub switched off, known by the hash of their weights. [edge]"""

import os
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import ModelError
from pipeline.hashes import content_hash, file_sha256
from pipeline.models.threads import wait_briefly


def hash_weights(folder: Path, *, setting: str) -> str:
    """12 hexadecimal digits over the weights, without loading them. Raises ModelError, naming the setting, where there are none."""
    weights = sorted([*folder.rglob("*.safetensors"), *folder.rglob("pytorch_model*.bin")])
    if not weights:
        raise ModelError(
            f"{setting}: {folder} holds no weights",
            "name a folder with config.json and model.safetensors, or run antigravity model pull for one of the catalogue",
        )
    return content_hash(*map(file_sha256, weights))[:12]


def load_model(
    kind: Literal["SentenceTransformer", "CrossEncoder"], folder: Path, *, setting: str, **options: Any
) -> Any:
    """The model, on the processor. Raises ModelError, naming the setting, where the folder holds no whole one."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    wait_briefly()
    import sentence_transformers
    from safetensors import SafetensorError
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
    try:
        return getattr(sentence_transformers, kind)(str(folder), device="cpu", local_files_only=True, **options)
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise ModelError(
            f"{setting}: {folder} can't be loaded: {error}", "check that the folder holds a whole model"
        ) from error
