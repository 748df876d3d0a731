"""Which reranker the settings name; and a real, tiny cross-encoder with random weights."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.answer.engines import Engine
from pipeline.errors import ModelError
from pipeline.models.catalogue import require_entry
from pipeline.retrieve.relevance import RelevanceReranker
from pipeline.retrieve.reranker import CrossEncoderReranker, open_reranker, reranker_folder
from pipeline.settings import RetrieveSettings
from pipeline.settings_paths import LANGUAGE_MODEL
from tests.fakes import FakeEngine

NAMED = "ms-marco-minilm-l6-v2"


def unused() -> Engine:
    raise AssertionError("no language model is needed")


def test_none_is_opened_where_none_is_named(tmp_path: Path) -> None:
    assert open_reranker(RetrieveSettings(), tmp_path, unused) is None


def test_the_language_model_can_be_named() -> None:
    found = open_reranker(RetrieveSettings(reranker=LANGUAGE_MODEL), Path("models"), FakeEngine)
    assert isinstance(found, RelevanceReranker)


@pytest.mark.parametrize(
    ("name", "message", "mend"),
    [
        pytest.param("nowhere", "'nowhere': no cross-encoder there", "config.json", id="no folder"),
        pytest.param(NAMED, f"'{NAMED}': no cross-encoder there", f"model pull {NAMED}", id="not pulled yet"),
        pytest.param("nli-deberta-v3-small", "is no reranker", "model list", id="a model for something else"),
    ],
)
def test_what_is_not_there_is_refused_by_name(tmp_path: Path, name: str, message: str, mend: str) -> None:
    with pytest.raises(ModelError) as refused:
        open_reranker(RetrieveSettings(reranker=name), tmp_path, unused)
    assert message in refused.value.what and mend in (refused.value.mend or "")


def test_a_pulled_one_is_found_by_its_name(tmp_path: Path) -> None:
    folder = tmp_path / require_entry(NAMED).name
    folder.mkdir()
    (folder / "config.json").write_text("{}", encoding="utf-8")
    assert reranker_folder(NAMED, tmp_path) == folder
    with pytest.raises(ModelError, match="holds no weights"):
        open_reranker(RetrieveSettings(reranker=NAMED), tmp_path, unused)


def test_the_identity_is_that_of_the_weights(tmp_path: Path) -> None:
    for name, weights in (("one", b"1"), ("copy/one", b"1"), ("other/one", b"2")):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "model.safetensors").write_bytes(weights)
    one, copy, other = (CrossEncoderReranker(tmp_path / name).name for name in ("one", "copy/one", "other/one"))
    assert one == copy != other


# --- a real one --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """A BERT of 2 layers with random weights and as many outputs as asked for, saved as its library saves it."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "reefs", "recover", "kernels", "slowly", "how", "fast", "."]

    def save(outputs: int) -> Path:
        folder = tmp_path_factory.mktemp(f"tiny-{outputs}")
        vocabulary = {word: number for number, word in enumerate(words)}
        BertTokenizer(vocab=vocabulary, model_max_length=32).save_pretrained(folder)
        torch.manual_seed(7)
        config = BertConfig(
            vocab_size=len(words),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=32,
            initializer_range=0.5,
        )
        config.num_labels = outputs
        BertForSequenceClassification(config).save_pretrained(folder)
        return folder

    return save


@pytest.mark.models
def test_a_cross_encoder_reads_question_and_text_together(tiny: Callable[[int], Path]) -> None:
    reranker = open_reranker(RetrieveSettings(reranker=str(tiny(1))), Path("models"), unused)
    assert reranker
    texts = ["reefs recover slowly .", "kernels .", "reefs recover " * 40, ""]
    scores = reranker.score("how fast", texts)
    assert len(set(scores)) == len(texts)
    assert reranker.score("how fast", texts[::-1])[::-1] == pytest.approx(scores, abs=1e-5)
    assert reranker.score("kernels", texts) != pytest.approx(scores, abs=1e-3)
    assert reranker.score("how fast", []) == []
    assert os.environ["HF_HUB_OFFLINE"] == "1"


@pytest.mark.models
def test_a_cross_encoder_with_classes_is_refused(tiny: Callable[[int], Path]) -> None:
    with pytest.raises(ModelError, match="tells 3 classes apart"):
        CrossEncoderReranker(tiny(3)).score("how fast", ["reefs"])


@pytest.mark.models
@pytest.mark.parametrize("damage", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_damaged_one_is_an_error_that_can_be_mended(tiny: Callable[[int], Path], tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(tiny(1), folder)
    (folder / damage).write_bytes(b"not a model")
    with pytest.raises(ModelError, match="can't be loaded") as told:
        CrossEncoderReranker(folder).score("how fast", ["reefs"])
    assert str(folder) in str(told.value)


@pytest.mark.models
def test_code_that_lies_beside_a_model_is_not_run(tiny: Callable[[int], Path], tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    shutil.copytree(tiny(1), folder)
    file = folder / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    code = {"AutoConfig": "evil.Config", "AutoModelForSequenceClassification": "evil.Model"}
    file.write_text(json.dumps(config | {"model_type": "evil", "auto_map": code}), encoding="utf-8")
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'run')!r}, 'w')\n", encoding="utf-8")
    with pytest.raises(ModelError, match="can't be loaded"):
        CrossEncoderReranker(folder).score("how fast", ["reefs"])
    assert not (tmp_path / "run").exists()
