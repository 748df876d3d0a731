"""Words of a text, as the checks and the choice of evidence count them. Pure."""

import re
from functools import lru_cache
from itertools import pairwise

import nupunkt
import Stemmer

WORD = re.compile(r"[^\W_]+(?:[.,]\d+|['’][^\W\d_]+)*", re.UNICODE)
"""A run of letters and digits; decimals stay whole, hyphens part words: `X-ray` is `x`, `ray`; `0.70` is one."""

STOPWORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being below between both
    but by can could did do does doing down during each few for from further had has have having he her here
    hers him his how i if in into is it its itself just may might more most must my no nor not now of off on
    once only or other our out over own per same shall she should so some such than that the their them then
    there these they this those through to too under until up upon us very was we were what when where which
    while who whom why will with within without would you your yet whether via
    """.split()
)
GENERIC = frozenset(
    """
    able address affect aim amount answer approach are author authors base better change compare compared
    comparison consider current currently demonstrate different do does effect effective effectively enable
    evidence exist far find finding findings general give good help high higher improve improved improvement
    improvements include large level long low lower make match method methods model models much need needed
    needs new number obtain paper performance possible practice preprint problem propose proposed provide
    question reach reduce reduced report reported require required result results set show shown shows small
    specific still study suggest system systems take task tasks test tested use used useful using well work
    works would
    """.split()
)
"""Words that say little about what a question is about."""

MERGED = re.compile(
    r"\b(?!(?:approx|incl|resp|Assoc|Astron|Astrophys|Commun|Theor)\.)(?:[a-z]{4,}|[A-Z][a-z]{4,})[.!?]\s+(?=[A-Z])"
)
"""A sentence end that nupunkt misses, since it takes words such as `tasks.` and `Cancer.` for abbreviations."""
DOTTED = re.compile(r"\b(?:\w\.){2,}$")
"""`H.E.S.S.` or `i.i.d.`: no sentence end where a small letter follows."""

_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Snowball stem of a lower-case word."""
    return str(_stemmer.stemWord(word))


def is_text(text: str) -> bool:
    """Whether it can be written as UTF-8: half of a pair of surrogates can't, nor a file's name in another encoding."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def words(text: str) -> list[str]:
    """Lower-case words in order."""
    return [word.lower() for word in WORD.findall(text)]


def salient_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, repeats kept."""
    return [stem(word) for word in words(text) if word not in STOPWORDS]


def subject_stems(text: str) -> frozenset[str]:
    """Stems of the words that say what a question is about."""
    return frozenset(stem(word) for word in words(text) if word not in STOPWORDS and word not in GENERIC)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of every sentence of a text, without the white space around it."""
    spans: list[tuple[int, int]] = []
    for first, last in nupunkt.sent_spans(text):
        for start, end in pairwise([first, *(match.end() for match in MERGED.finditer(text, first, last)), last]):
            sentence = text[start:end].strip()
            if not sentence:
                continue
            start = text.index(sentence, start)
            end = start + len(sentence)
            if spans and sentence[0].islower() and DOTTED.search(text, *spans[-1]):
                start, _ = spans.pop()
            spans.append((start, end))
    return spans
