"""Whether a sentence is a sentence of its source, word for word. Pure.

No word of a finding can be left out, brought in or bent by a rule that knows words alone: *just* in "not just", *to* in "attempts to
improve", the `?` of a question, *will*, the `M` of MW, the sign of an exponent. So all of them stay as they are, and in their order. What
may differ is how a sentence begins, where that tells only who reports it and how it follows on the one before, and how it is set:
blanks, quotation marks, dashes.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, chain

HERE = r"(?:here|in this (?:paper|work|study|article|preprint|letter|report)),?\s+"
JOINER = re.compile(
    r"(?:(?:also|additionally|besides|consequently|finally|first|firstly|furthermore|hence|however|importantly|in addition|in conclusion"
    r"|in particular|in summary|indeed|interestingly|lastly|moreover|nevertheless|nonetheless|notably|overall|remarkably|second|secondly"
    r"|specifically|surprisingly|therefore|third|thirdly|thus),|(?:results?|findings?|conclusions?):)\s+",
    re.IGNORECASE,
)
"""How a sentence follows on the one before, or the label of its part of the abstract."""
PLACE = re.compile(rf"{HERE}(?=we\b)", re.IGNORECASE)
REPORT = re.compile(
    r"(?:we|the authors|(?:this|our|the present) (?:paper|work|study|article|preprint|analysis)"
    r"|(?:(?:our|the|these) )?(?:(?:extensive|experimental|empirical) )?(?:results|findings|experiments|evaluations?|analyses))\s+"
    r"(?:(?:also|further|then|thus|therefore|finally|first)\s+)?(?:ha(?:s|ve)\s+)?"
    r"(?:shows?|showed|shown|finds?|found|reports?|reported|demonstrates?|demonstrated|observes?|observed|proves?|proved|reveals?"
    r"|revealed|establish(?:es|ed)?|confirms?|confirmed)\s+that\s+",
    re.IGNORECASE,
)
"""Who reports it, as a fact: what is suggested, asked or hoped keeps its opening."""
ATTRIBUTION = re.compile(
    r"(?:according to (?:the authors|(?:the|this) (?:preprint|paper|study)),"
    r"|(?:the authors|(?:the|this) (?:preprint|paper|study)) (?:reports?|states?|writes?|says?)(?: that|:))\s+",
    re.IGNORECASE,
)
"""What a copy may be opened with: that the source says so, and not that it was found."""
OPENINGS = (JOINER, PLACE, REPORT)
"""What may go from the start of the evidence, in this order."""
AUTHORS_OPEN = re.compile(rf"(?:(?i:{HERE}))?(?:[Ww]e|[Oo]ur)\b")
"""A sentence in which `we` are the authors, and no one else."""
AUTHORS = {"we": "the authors", "us": "the authors", "our": "the authors'"}
"""What the authors' words for themselves become where it is not they who speak; `US` is no such word."""
LETTERS = str.maketrans("“”„«»‘’‚‐‑‒–—−", '"""""\'\'\'------')
CAPITAL = re.compile(r"^[^\W\d_](?=[^\W\d_A-Z]*(?:[\s,'-]|$))")
"""The first letter of a plain word; `MW` and `CD4` are none."""
END = re.compile(r"[.!?][\"')]*$")
MOST_SHOWN = 8
"""Words of a stretch that a reason shows."""


def without_attribution(sentence: str, evidence: str) -> str:
    """The sentence without an opening that only says that its source says so, where the evidence has no such opening."""
    return sentence if ATTRIBUTION.match(evidence) else _without(ATTRIBUTION, sentence)


def tell_alike(sentence: str, evidence: str) -> str:
    """The evidence, opened as the sentence is where that makes no difference."""
    ours = _tokens(sentence)
    return min(_ways_to_tell(evidence), key=lambda told: len(_differences(ours, _tokens(told))))


def check_copied(sentence: str, evidence: str) -> list[str]:
    """Reasons: words left out of the evidence, brought in, or told otherwise."""
    return _differences(_tokens(sentence), _tokens(tell_alike(sentence, evidence)))


def _ways_to_tell(evidence: str) -> Iterator[str]:
    """The evidence with and without its openings, and with `the authors` for `we` where that opens it."""
    for told in dict.fromkeys(accumulate(OPENINGS, lambda text, opening: _without(opening, text), initial=evidence)):
        yield told
        if AUTHORS_OPEN.match(told):
            yield re.sub(r"\b(?:[Ww]e|us|[Oo]ur)\b", lambda match: AUTHORS[match[0].lower()], told)


def _without(opening: re.Pattern[str], text: str) -> str:
    match = opening.match(text)
    return text[match.end() :] if match else text


def _tokens(text: str) -> list[str]:
    """What stands between blanks, letter for letter, but for how it is set, a capital that begins a sentence, and a missing full stop."""
    plain = re.sub(r"(?<=\d)\s+%", "%", text.translate(LETTERS).strip())
    ended = plain if END.search(plain) else f"{plain}."
    return CAPITAL.sub(lambda match: match[0].lower(), ended).split()


def _differences(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    codes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    said = [(_show(ours[i:j]), _show(theirs[k:m])) for kind, i, j, k, m in codes if kind != "equal"]
    return [
        f"it says {one}, the evidence {other}"
        if one and other
        else f"it brings in {one}"
        if one
        else f"it leaves out {other}"
        for one, other in said
    ]


def _show(tokens: Sequence[str]) -> str:
    shown = tokens if len(tokens) <= MOST_SHOWN else chain(tokens[:MOST_SHOWN], ("…",))
    return repr(" ".join(shown)) if tokens else ""
