"""WordPiece tokenizers, told in so few words that a browser can follow them: `site_templates/assets/meaning-worker.js` does it.

BERT's own order (Devlin et al. 2018): clean the text, put CJK characters apart, strip accents, lower the case; split at white space
and punctuation; then cut each word, from its front, into the longest pieces that the vocabulary has. Pure.
"""

import json
import unicodedata
from dataclasses import dataclass, replace

SCRIPTS = ("LATIN", "GREEK", "MICRO", "SCRIPT", "DOUBLE-STRUCK")
"""How the names of letters begin that are typed here: those of words, and those of formulas."""
MOST_PIECES = 32_000
"""A larger vocabulary is too much for a reader to load."""


@dataclass(frozen=True, slots=True)
class WordPiece:
    """A vocabulary, and how a text is made ready for it."""

    pieces: tuple[str, ...]
    """By id; one that goes on in a word begins with `prefix`. The most common come first."""
    unknown: str
    prefix: str
    longest: int
    """Characters of the longest word that is looked up at all."""
    clean: bool
    apart: bool
    """Whether each CJK character stands alone."""
    strip: bool
    """Whether accents are stripped."""
    lower: bool

    def restrict(self, places: list[int]) -> "WordPiece":
        """The same with these pieces only, which get new ids."""
        return replace(self, pieces=tuple(self.pieces[place] for place in places))


def parse_wordpiece(text: str) -> WordPiece | None:
    """From a `tokenizer.json`; None where it is no WordPiece tokenizer of BERT's kind."""
    told = json.loads(text)
    model, normalizer, splitter = (told.get(part) or {} for part in ("model", "normalizer", "pre_tokenizer"))
    kinds = (model.get("type"), normalizer.get("type"), splitter.get("type"))
    if kinds != ("WordPiece", "BertNormalizer", "BertPreTokenizer"):
        return None
    lower, strip = bool(normalizer["lowercase"]), normalizer.get("strip_accents")
    return WordPiece(
        pieces=tuple(sorted(model["vocab"], key=model["vocab"].__getitem__)),
        unknown=model["unk_token"],
        prefix=model["continuing_subword_prefix"],
        longest=model["max_input_chars_per_word"],
        clean=bool(normalizer["clean_text"]),
        apart=bool(normalizer["handle_chinese_chars"]),
        strip=lower if strip is None else bool(strip),  # as BERT has it: accents go with the case unless told
        lower=lower,
    )


def typed_pieces(wordpiece: WordPiece) -> list[int]:
    """Ids of the pieces that readers of Latin script type, and of the unknown one; none where they are too many.

    BERT's English vocabulary has the letters of many other scripts, one by one; alone they say little.
    """
    found = [place for place, piece in enumerate(wordpiece.pieces) if _is_typed(piece, wordpiece)]
    return found if len(found) <= MOST_PIECES else []


def _is_typed(piece: str, wordpiece: WordPiece) -> bool:
    if piece == wordpiece.unknown:
        return True
    if piece.startswith("[") and piece.endswith("]") and len(piece) > 2:  # [PAD], [unused7]
        return False
    return all(
        unicodedata.name(one, "").startswith(SCRIPTS) if unicodedata.category(one)[0] == "L" else ord(one) < 0x3000
        for one in piece.removeprefix(wordpiece.prefix)
    )
