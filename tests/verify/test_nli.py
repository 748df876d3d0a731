"""An NLI cross-encoder as judge: a real one, tiny and untrained, made by the test."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ModelError
from pipeline.verify.nli import NliJudge

WORDS = "reefs recover slowly from bleaching . quantum kernels classify images they do".split()
PAIRS = [
    (
        "reefs recover slowly",
        "quantum kernels classify images . reefs recover slowly from bleaching . they do . they do .",
    ),
    ("quantum kernels classify images", "reefs recover ."),
    ("reefs recover", ""),
]


def make_model(folder: Path, labels: dict[int, str]) -> Path:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from torch import manual_seed
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate([*special, *dict.fromkeys(WORDS)])}, "[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    names = {
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "mask_token": "[MASK]",
    }
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **names).save_pretrained(folder)  # type: ignore[no-untyped-call]
    manual_seed(3)
    config: Any = BertConfig(
        vocab_size=len(special) + len(set(WORDS)),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        id2label=labels,
        label2id={name: n for n, name in labels.items()},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.mark.models
def test_the_entailment_of_the_best_neighbouring_sentences_is_the_judgement(tmp_path: Path) -> None:
    judge = NliJudge(make_model(tmp_path / "nli", {0: "contradiction", 1: "Entailment", 2: "neutral"}), 0.3)
    found = judge(PAIRS)
    assert [one.check for one in found] == ["nli"] * 3
    assert all((one.log_odds is not None and one.log_odds >= 0) == one.holds == (not one.reasons) for one in found)
    assert (found[2].holds, found[2].log_odds) == (False, min(one.log_odds or 0.0 for one in found))
    assert found == judge(PAIRS)
    assert judge.name.startswith("nli nli@") and judge.name.endswith("threshold=0.3")


@pytest.mark.models
def test_a_cross_encoder_without_the_labels_of_nli_is_named(tmp_path: Path) -> None:
    judge = NliJudge(make_model(tmp_path / "rank", {0: "relevance", 1: "other", 2: "none"}), 0.3)
    with pytest.raises(ModelError, match="knows none, other, relevance and no entailment"):
        judge(PAIRS)


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"verify\.judge: .* holds no weights"):
        NliJudge(tmp_path, 0.8)


def test_a_folder_that_is_no_model_is_named_at_its_first_use(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match=r"verify\.judge: .* can't be loaded"):
        NliJudge(tmp_path, 0.8)(PAIRS)
