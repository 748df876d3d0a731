"""A small vocabulary with vectors of its own, as an encoder would make them."""

import json

import numpy as np

from pipeline.meaning.table import LEVELS, Codes, Floats, StaticTable, distil
from pipeline.meaning.wordpiece import WordPiece, parse_wordpiece

WORDS = "the of qubit qubits coral reef reefs decoder heart grow fast ##s ##ing how error ? β"
PIECES = ("[PAD]", "[unused1]", "[UNK]", *WORDS.split(), "日", "я")


def tokenizer_json(kind: str = "WordPiece") -> str:
    """As a model's folder holds it."""
    return json.dumps(
        {
            "normalizer": {
                "type": "BertNormalizer",
                "clean_text": True,
                "handle_chinese_chars": True,
                "strip_accents": None,
                "lowercase": True,
            },
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "model": {
                "type": kind,
                "unk_token": "[UNK]",
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": {piece: place for place, piece in enumerate(PIECES)},
            },
        }
    )


def unpack(codes: Codes) -> Floats:
    """The values of `pack` in levels, -2.5 to 2.5, as the reader's browser reads them."""
    values = np.stack([codes // LEVELS**place % LEVELS for place in range(3)], axis=-1)
    return np.asarray(values.reshape(len(codes), -1) - (LEVELS - 1) / 2)


def wordpiece() -> WordPiece:
    found = parse_wordpiece(tokenizer_json())
    assert found
    return found


def table() -> StaticTable:
    """Over the words alone, with random vectors that are as long as a real encoder's."""
    pieces = wordpiece().restrict(list(range(2, 2 + 1 + len(WORDS.split()))))
    return distil(pieces, np.random.default_rng(0).normal(size=(len(pieces.pieces), 256)))
