"""Check sentences that say it in other words than their source, with the help of a judge. Pure but for the models passed in.

What can be told word by word stays as strict as for a copy (`verdict.py`): numbers, names, negations, directions, hedges,
qualifiers, and the words of the question, which a model likes to carry into findings about something else. A sentence that has no
word of its own is a copy, and stays one: no judge makes up for what it leaves out. Whether the rest says the same is put to the
judge, beside our own signals (`support.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pipeline.embed.encoder import Vectors
from pipeline.records import DraftSentence, Evidence, Opinion, Preprint, Verdict
from pipeline.verify.brought import check_brought
from pipeline.verify.comparison import check_partners
from pipeline.verify.condition import check_condition
from pipeline.verify.copied import check_copied
from pipeline.verify.judge import Judge
from pipeline.verify.numbers import check_numbers
from pipeline.verify.polarity import check_polarity
from pipeline.verify.support import check_support
from pipeline.verify.terms import check_names, check_order, check_person, check_sentence_form, check_terms
from pipeline.verify.voice import check_voice
from pipeline.words import salient_stems, sentence_spans, subject_stems, words

PARAPHRASE = "paraphrase-6"
"""Version of the rules below; a change of any changes it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence of a draft held against one preprint."""

    sentence: str
    preprint: Preprint
    evidence: Evidence
    opinions: tuple[Opinion, ...]
    """What the checks of words say."""

    @property
    def holds(self) -> bool:
        """Whether none of them says otherwise."""
        return all(one.holds for one in self.opinions)


def check_paraphrases(
    sentences: Sequence[DraftSentence],
    question: str,
    preprints: Mapping[str, Preprint],
    encode: Callable[[Sequence[str]], Vectors],
    judge: Judge,
) -> list[Verdict]:
    """A verdict on each sentence against the preprints that it cites; a citation that does not carry it is left out of the evidence.

    The judge is asked once, about everything that the other checks let through.
    """
    cited = {one: _sentences_of(preprints[one]) for sentence in sentences for one in sentence.citations}
    texts = list(dict.fromkeys([*(one.text for one in sentences), *(one.text for one in chain(*cited.values()))]))
    rows = dict(zip(texts, encode(texts), strict=True))
    readings = [
        [_read(sentence.text, question, preprints[one], cited[one], rows) for one in sentence.citations if cited[one]]
        for sentence in sentences
    ]
    asked = [reading for reading in chain.from_iterable(readings) if reading.holds]
    supports = check_support([(one.sentence, one.preprint.text) for one in asked], encode, judge) if asked else []
    found = {id(reading): support for reading, support in zip(asked, supports, strict=True)}
    verdicts = []
    for held in readings:
        carried = [one for one in held if one.holds and found[id(one)].accepted]
        shown = carried or held
        opinions = tuple(
            opinion for one in shown for opinion in (*one.opinions, *(found[id(one)].opinions if one.holds else ()))
        )
        reasons = () if carried else _reasons(opinions)
        verdicts.append(Verdict(bool(carried), reasons, tuple(one.evidence for one in shown), PARAPHRASE, opinions))
    return verdicts


def _reasons(opinions: Sequence[Opinion]) -> tuple[str, ...]:
    said = dict.fromkeys(reason for one in opinions for reason in one.reasons)
    return tuple(said) or ("the checks together find it too unlikely that the source says so",)


def _sentences_of(preprint: Preprint) -> list[Evidence]:
    """Every sentence of its abstract, with its place."""
    text = preprint.abstract
    return [Evidence(preprint.archive_id, text[start:end], start, end) for start, end in sentence_spans(text)]


def _read(
    sentence: str, question: str, preprint: Preprint, sentences: Sequence[Evidence], rows: Mapping[str, Vectors]
) -> Reading:
    """Beside the nearest of the abstract's sentences, at least one; `rows`: the unit vector of each text."""
    nearest = max(sentences, key=lambda one: float(rows[one.text] @ rows[sentence]))
    return Reading(sentence, preprint, nearest, _check_words(sentence, question, preprint, nearest))


def _check_words(sentence: str, question: str, preprint: Preprint, evidence: Evidence) -> tuple[Opinion, ...]:
    whole = preprint.text
    found = {
        "form": check_sentence_form(sentence),
        "person": check_person(sentence, evidence.text),
        "numbers": check_numbers(sentence, evidence.text),
        "names": check_names(sentence, whole),
        "question": check_question_words(sentence, question, whole),
        "polarity": check_polarity(sentence, evidence.text),
        "partners": _check_sides(sentence, evidence.text),
        "voice": check_voice(sentence, evidence.text),
        "condition": check_condition(sentence, evidence.text),
        "brought": check_brought(sentence, evidence.text, whole),
        "copy": check_copy(sentence, evidence.text),
    }
    return tuple(Opinion(check, not reasons, tuple(reasons)) for check, reasons in found.items())


def _check_sides(sentence: str, evidence: str) -> list[str]:
    swapped = check_partners(sentence, evidence) < 0
    return ["the evidence puts the other side of the comparison above"] if swapped else []


def check_copy(sentence: str, evidence: str) -> list[str]:
    """Reasons: every word is its evidence's, so it is no paraphrase, and as a copy it turns something round or leaves it out."""
    if check_terms(sentence, evidence, min_coverage=0.0):
        return []
    return check_order(sentence, evidence) or check_copied(sentence, evidence)


def check_question_words(sentence: str, question: str, source: str) -> list[str]:
    """Reasons: words of the question that the sentence takes up and the source never says."""
    carried = subject_stems(question) - set(salient_stems(source))
    taken = [word for word in dict.fromkeys(words(sentence)) if set(salient_stems(word)) & carried]
    return [f"it speaks of {', '.join(taken)}, as the question does; the source does not"] if taken else []
