"""The parts of a question, and which abstracts hold them. Pure."""

from collections.abc import Sequence

from pipeline.records import Preprint, Question
from pipeline.words import salient_stems, sentence_spans, subject_stems

FILLER = frozenset(
    """
    actually always anyone anything currently ever everything just mostly never nothing often ones people person rarely really
    someone something sometimes still thing things truly usually
    """.split()
)
"""Words that no abstract is expected to speak of."""
MIN_LETTERS = 4
"""Of a word that is a part of a question by itself: shorter ones are mostly units and abbreviations."""


def parts_of(question: Question) -> tuple[str, ...]:
    """The facets of the front matter; where there are none, the words that say what the question is about, in order."""
    if question.facets:
        return question.facets
    subjects = subject_stems(question.question)
    found: dict[str, str] = {}
    for word in question.question.replace("?", " ").replace(",", " ").split():
        if len(word) < MIN_LETTERS or not word.replace("-", "").isalpha() or word.lower() in FILLER:
            continue
        for stem in salient_stems(word):
            if stem in subjects:
                found.setdefault(stem, word)
    return tuple(dict.fromkeys(found.values()))


def label(facet: str) -> str:
    """How a facet is named on the page: its first wording."""
    return facet.split("|")[0].strip()


def mentions(text: str, facet: str) -> bool:
    """Whether one sentence of the text holds all the words of one wording of the facet (`chest X-ray | CXR`)."""
    sentences = [set(salient_stems(text[start:end])) for start, end in sentence_spans(text)]
    wordings = [set(salient_stems(wording)) for wording in facet.split("|")]
    return any(wording and wording <= sentence for wording in wordings for sentence in sentences)


def held_together(preprint: Preprint, facets: Sequence[str]) -> frozenset[str]:
    """Those of the facets that a preprint's title or abstract mentions."""
    return frozenset(facet for facet in facets if mentions(preprint.text, facet))
