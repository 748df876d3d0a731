"""The encoder in the box, as it is shipped."""

import json
import os
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.embed.encoder import SentenceEncoder, Vectors, encoder_name, model_folder
from pipeline.errors import ModelError
from pipeline.settings import EmbedSettings

pytestmark = pytest.mark.models

ROOT = Path(__file__).parents[2]
SAMPLE = resources.files("pipeline") / "sample" / "preprints.jsonl"
TEXTS = [
    f"{record['title']}. {record['abstract']}"
    for record in map(json.loads, SAMPLE.read_text(encoding="utf-8").splitlines()[:24])
]
DIMENSIONS = 384

WATCHED = """
import json, os, socket, sys
tried = []

def refuse(*address, **_):
    tried.append(repr(address[-1]))
    raise OSError("no network in this test")

socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = socket.getaddrinfo = refuse
from pipeline.embed.encoder import SentenceEncoder, encoder_name
from pipeline.settings import EmbedSettings

said = {"name": encoder_name(EmbedSettings())}
encoder = SentenceEncoder(EmbedSettings())
said["loaded early"] = sorted({"torch", "transformers", "sentence_transformers"} & set(sys.modules))
if "encode" in sys.argv:
    said["shape"] = encoder.encode(["one text", "another"]).shape
    from huggingface_hub import constants
    said["hub is off"] = constants.HF_HUB_OFFLINE
print(json.dumps(said | {"tried": tried}))
"""
"""A process of its own, since libraries that other tests loaded can't be unloaded."""


def watched(*arguments: str) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.fixture(scope="module")
def exact() -> Vectors:
    return SentenceEncoder(EmbedSettings(precision="float32")).encode(TEXTS)


def test_vectors_are_float32_rows_of_length_1(exact: Vectors) -> None:
    assert exact.shape == (len(TEXTS), DIMENSIONS)
    assert exact.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(exact, axis=1), 1, atol=1e-5)


def test_bfloat16_tells_the_same_and_is_as_long(exact: Vectors) -> None:
    rough = SentenceEncoder(EmbedSettings(precision="bfloat16")).encode(TEXTS)
    assert rough.shape == exact.shape
    assert rough.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rough, axis=1), 1, atol=1e-5)
    assert (exact * rough).sum(axis=1).min() >= 0.999


def test_a_text_has_the_same_vector_in_any_company(exact: Vectors) -> None:
    alone = SentenceEncoder(EmbedSettings(precision="float32", batch_size=1)).encode(TEXTS[:3])
    np.testing.assert_allclose(alone, exact[:3], atol=1e-5)


def test_texts_on_one_subject_are_nearer_than_others() -> None:
    encoder = SentenceEncoder(EmbedSettings())
    same, near, far = encoder.encode(
        [
            "Decoders for the surface code",
            "Correcting errors of a quantum computer in real time",
            "Coral reefs recover slowly after bleaching",
        ]
    )
    assert same @ near > same @ far + 0.1


def test_only_max_tokens_of_a_text_are_read() -> None:
    encoder = SentenceEncoder(EmbedSettings(max_tokens=16, precision="float32"))
    first, second = encoder.encode([f"{'quantum ' * 30}{end}" for end in ("coral", "reef")])
    np.testing.assert_allclose(first, second, atol=1e-6)


def test_progress_is_told_and_no_texts_give_no_vectors() -> None:
    told: list[int] = []
    encoder = SentenceEncoder(EmbedSettings())
    assert encoder.encode([], told.append).shape == (0, 0)
    assert (len(encoder.encode(["one", ""], told.append)), told) == (2, [2])


def test_the_name_is_known_without_loading_a_library_or_asking_anyone() -> None:
    name = encoder_name(EmbedSettings())
    assert watched() == {"name": name, "loaded early": [], "tried": []}
    assert name.startswith("all-MiniLM-L6-v2@")
    assert name.endswith("/256")


def test_the_hub_is_off_and_no_connection_is_tried() -> None:
    said = watched("encode")
    assert (said["hub is off"], said["tried"], said["shape"]) == (True, [], [2, DIMENSIONS])


def test_what_makes_other_vectors_makes_another_name() -> None:
    assert encoder_name(EmbedSettings(max_tokens=128)) != encoder_name(EmbedSettings())
    assert encoder_name(EmbedSettings(precision="float32", batch_size=1)) == encoder_name(EmbedSettings())


def test_a_folder_of_the_operator_is_a_model_too(exact: Vectors) -> None:
    settings = EmbedSettings(model=str(model_folder(EmbedSettings())), precision="float32")
    np.testing.assert_allclose(SentenceEncoder(settings).encode(TEXTS[:2]), exact[:2], atol=1e-5)


@pytest.mark.parametrize("model", ["nowhere", "box:no-such-model"])
def test_what_is_no_model_folder_is_refused_by_name(model: str, tmp_path: Path) -> None:
    name = model if model.startswith("box:") else str(tmp_path / model)
    with pytest.raises(ModelError, match=r"embed\.model.*no sentence-transformers model there") as told:
        SentenceEncoder(EmbedSettings(model=name))
    assert "modules.json" in told.value.mend


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ModelError, match="holds no weights"):
        SentenceEncoder(EmbedSettings(model=str(tmp_path)))


@pytest.mark.parametrize("damage", ["weights", "list of modules", "configuration"])
def test_a_damaged_model_is_an_error_that_can_be_mended(damage: str, tmp_path: Path) -> None:
    for file in model_folder(EmbedSettings()).rglob("*"):
        if file.is_file():
            copy = tmp_path / file.relative_to(model_folder(EmbedSettings()))
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.symlink_to(file)
    name = {"weights": "model.safetensors", "list of modules": "modules.json", "configuration": "config.json"}[damage]
    (tmp_path / name).unlink()
    (tmp_path / name).write_bytes(b"not a model")
    with pytest.raises(ModelError, match="can't be loaded") as told:
        SentenceEncoder(EmbedSettings(model=str(tmp_path))).encode(["a text"])
    assert str(tmp_path) in str(told.value)
