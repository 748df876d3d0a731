"""A tokenizer's file, and the pieces that readers type."""

import json

import pytest

from pipeline.meaning import wordpiece as module
from pipeline.meaning.wordpiece import parse_wordpiece, typed_pieces
from tests.meaning.tables import PIECES, tokenizer_json, wordpiece


def test_a_tokenizers_file_is_read() -> None:
    found = wordpiece()
    assert found.pieces == PIECES
    assert (found.unknown, found.prefix, found.longest) == ("[UNK]", "##", 100)
    assert (found.clean, found.apart, found.strip, found.lower) == (True, True, True, True)


def test_accents_go_with_the_case_unless_told() -> None:
    told = json.loads(tokenizer_json())
    told["normalizer"] |= {"lowercase": False}
    cased = parse_wordpiece(json.dumps(told))
    told["normalizer"] |= {"strip_accents": True}
    stripped = parse_wordpiece(json.dumps(told))
    assert cased and stripped
    assert (cased.lower, cased.strip) == (False, False)
    assert (stripped.lower, stripped.strip) == (False, True)


@pytest.mark.parametrize(
    "text", [tokenizer_json("BPE"), json.dumps({"model": None}), "{}"], ids=["pairs of bytes", "no model", "nothing"]
)
def test_another_kind_of_tokenizer_is_none(text: str) -> None:
    assert parse_wordpiece(text) is None


def test_only_pieces_that_readers_type_are_kept_and_the_unknown_one() -> None:
    kept = wordpiece().restrict(typed_pieces(wordpiece())).pieces
    assert kept[0] == "[UNK]"
    assert {"the", "##s", "?", "β"} <= set(kept)
    assert not {"[PAD]", "[unused1]", "日", "я"} & set(kept)


def test_a_vocabulary_that_is_too_large_to_load_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PIECES", 5)
    assert typed_pieces(wordpiece()) == []
