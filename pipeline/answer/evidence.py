"""Pick the sentences of the passages that bear on a question, without a language model. Pure but for the encoder passed in."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from pipeline.embed.encoder import Vectors
from pipeline.records import Evidence, Passage, Preprint
from pipeline.words import salient_stems, sentence_spans, subject_stems

EVIDENCE = "evidence-5"
"""Version of the choice below; a change of any rule changes it, and every draft is then made anew."""
MIN_WORDS = 6
PER_PREPRINT = 2
LATER = 0.1
MIN_SCORE = 0.35
"""Below it a sentence does not bear on the question."""

COMPARED = r"(?:better|worse|higher|lower|faster|slower|larger|smaller|comparable|reduced|improved)"
RESULT = re.compile(
    r"\d+(?:\.\d+)?\s?\\?%|\d+\.\d+|\d\s?(?:\+\s?-|±|\\pm)\s?\d"
    r"|\b(?:(?:achiev|reach|outperform|surpass|attain|converg|exceed|scor|yield|speed)(?:es|s|ed)|improves|reduces|rais(?:es|ed)"
    r"|(?:struggl|fail|increas|decreas|lower|degrad)(?:es|s|ed)|rose|fell|(?:could|did|does|do) not"
    r"|no (?:significant )?(?:advantage|difference|gain|improvement)"
    rf"|performed|produced|showed|found|(?:was|were|is|are) (?:\w+ )?{COMPARED}|{COMPARED} than"
    r"|(?:fewer|more \w+|less \w+) than|had the (?:low|high)est|times (?:fewer|faster|lower)"
    r"|(?:reduced|improved|increased|enhanced) \w+(?: \w+){0,4} by)\b",
    re.IGNORECASE,
)
"""A sentence that states what was measured."""
LABEL = re.compile(
    r"(?P<before>background|context|introduction|objectives?|purpose|aims?|motivation|methods?|materials and methods|data)\W"
    r"|(?P<after>results?|findings)\W"
)
"""The label of a part of an abstract, at the start of a sentence, in small letters."""
OWN = re.compile(
    r"\b(?:we|here|(?:this|the present|present|the|our) (?:study|work|paper|article|letter|review|report|survey|thesis|research|project)"
    r"|(?:the|these) authors?|in this|(?:objective|aim|purpose|goal)s? of|our (?:results?|method|approach|model|findings|analysis|data)"
    r"|(?:is|are|was|were) (?:\w+ly )?(?:studied|investigated|examined|analy[sz]ed|measured|performed|compared|presented"
    r"|reported|shown|found|observed|detected|assessed|evaluated|introduced|developed|derived|calculated|counted|proposed"
    r"|demonstrated|discussed))\b",
    re.IGNORECASE,
)
"""Where an abstract turns from what was known to what its authors did."""
LATEST = 0.7
"""Share of an abstract within which that turn is looked for."""
SCENE = re.compile(
    r"\b(?:the code|available at|github|in recent years|much recent attention|remains? a challenge|plays? an? \w+ role"
    r"|is the most common|have emerged|future work|opening the way|pave the way|chart a path|we hope|is organi[sz]ed"
    r"|(?:has|have) been proposed|(?:has|have) raised|(?:is|are) (?:well )?known to|increasingly|promising|let the authors"
    r"|is an? (?:\w+, )*\w+ dataset"
    r"|comprise[sd]|(?:was|were) trained (?:on|with)|more \w+ information can|still (?:an open|unclear|unknown)|whether"
    r"|aims? (?:to|at)|aim is|with the aim|to the authors' knowledge|typically|is one of the main"
    r"|(?:study|authors|paper|chapter|work|article) (?:also )?"
    r"(?:asks?|examine[sd]?|explore[sd]?|evaluate[sd]?|investigate[sd]?|benchmarks?|compares?|looks? at|tests?|presents?|introduces?"
    r"|proposes?|targets?|stud(?:y|ied|ies)|shows? how))\b",
    re.IGNORECASE,
)
"""A sentence that sets the scene, or says what was tried and not what came of it."""


def pick_evidence(
    question: str,
    read: Sequence[tuple[Passage, Preprint]],
    encode: Callable[[Sequence[str]], Vectors],
    per_preprint: int = PER_PREPRINT,
) -> tuple[Evidence, ...]:
    """The best sentences of every preprint, in the order of the preprints, then by falling score.

    Score: half the sentence's and half the preprint's cosine to the question, plus 0.1 × the share of the question's
    subject words that the sentence holds, plus 0.2 for a sentence that states a result, minus 0.2 for one that sets the
    scene or comes before the authors' own work, plus up to 0.1 the later it stands. The preprint's share counts because a result
    is often told without naming the subject again, and the place because abstracts begin with what was known and end with what
    was found.
    """
    candidates = [
        (passage, preprint, start, end)
        for passage, preprint in read
        for start, end in sentence_spans(preprint.abstract)
        if len(preprint.abstract[start:end].split()) >= MIN_WORDS
    ]
    if not candidates:
        return ()
    vectors = encode([question, *(preprint.abstract[start:end] for _, preprint, start, end in candidates)])
    cosines = np.asarray(vectors[1:] @ vectors[0], float).tolist()
    subjects = subject_stems(question)
    scored: dict[str, list[Evidence]] = {passage.archive_id: [] for passage, _ in read}
    own = {passage.archive_id: own_work_from(preprint.abstract) for passage, preprint in read}
    for (passage, preprint, start, end), cosine in zip(candidates, cosines, strict=True):
        text = preprint.abstract[start:end]
        place = LATER * start / len(preprint.abstract)
        known = start < own[passage.archive_id]
        score = round((cosine + passage.similarity) / 2 + _bonus(text, subjects, known) + place, 4)
        if score >= MIN_SCORE:
            scored[passage.archive_id].append(Evidence(passage.archive_id, text, start, end, score))
    return tuple(
        evidence
        for found in scored.values()
        for evidence in sorted(found, key=lambda one: (-one.score, one.start))[:per_preprint]
    )


def own_work_from(abstract: str) -> int:
    """Where the first sentence begins that tells of the authors' own work; 0 where it can't be told from the rest.

    A sign that comes late is none: such an abstract told of the work before, without a word for who did it.
    """
    starts = (start for start, end in sentence_spans(abstract) if OWN.search(abstract[start:end]))
    first = next(starts, 0)
    return first if first <= LATEST * len(abstract) else 0


def _bonus(text: str, subjects: frozenset[str], known: bool) -> float:
    held = len(subjects & set(salient_stems(text))) / len(subjects) if subjects else 0.0
    label = LABEL.match(text.lower())
    if known or (label and label["before"]):
        return 0.1 * held - 0.2
    result = bool(RESULT.search(text) or (label and label["after"]))
    return 0.1 * held + 0.2 * result - (0.1 if result else 0.2) * bool(SCENE.search(text))
