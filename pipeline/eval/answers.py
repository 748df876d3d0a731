"""How an archive answers questions of which is known whether it can: what is answered, and what the citations are worth.

Citation recall and precision are ALCE's (Gao et al. 2023, arXiv:2305.14627) with our own check of support as the judge, counted over
all sentences together: recall is the share of sentences that their citations together carry; precision is the share of
citations that stand in such a sentence and are needed there: the preprint carries it alone, or the others do not without it.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.asking import ask_once
from pipeline.errors import PipelineError
from pipeline.eval.labelled import Labelled
from pipeline.records import Answer, Preprint
from pipeline.retrieve.search import Corpus, open_corpus
from pipeline.steps import Night
from pipeline.verify.support import Support

Check = Callable[[Sequence[tuple[str, str]]], Sequence[Support]]
"""Whether a source carries a claim, for many (claim, source)."""
TOGETHER = 32
"""Questions asked at a time: more than an engine writes at a time, so that it is seldom idle."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked, and what came of it."""

    labelled: Labelled
    answer: Answer | None
    """None where it failed."""
    preprints: Mapping[str, Preprint]
    """What was retrieved for it, by archive id."""
    seconds: float
    """Its share of the time that its batch took, from search to answer."""
    problem: str = ""
    """Why there is no answer, or why the model gave no draft for it."""


@dataclass(frozen=True, slots=True)
class Citations:
    """What the citations of an answer are worth."""

    carried: int
    """Sentences that their citations together carry."""
    needed: int
    """Citations that carry their sentence alone, or without which the others do not; in carried sentences only."""
    total: int
    """Citations of all sentences."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured. Answered in part counts as answered; shares are 0 to 1, and None where there is nothing to share."""

    questions: int
    failed: int
    answered_answerable: int
    answered_unanswerable: int
    refused_answerable: int
    refused_unanswerable: int
    partly_answerable: int
    """Of the answered answerable ones."""
    partly_unanswerable: int
    citation_recall: float | None
    citation_precision: float | None
    sources_retrieved: float | None
    """Share of the preprints named for answerable questions that retrieval found for theirs."""
    sources_cited: float | None
    """Share of them that their answers cite."""
    sentences: int
    """Published."""
    cut: int
    """Sentences of drafts that the check did not let through."""
    quoted: int
    """Of the published ones."""
    seconds: float
    tokens: int
    """Of prompts and of drafts."""


def ask_all(
    night: Night, questions: Sequence[Labelled], on_progress: Callable[[int], None] = lambda _: None
) -> Iterator[Asked]:
    """Answer as `antigravity ask` does, drafting as the night does; nothing is stored.

    A question that fails is told of and the others go on. Raises PipelineError where an operator must act.
    """
    corpus = open_corpus(night.connection, night.encoder, night.index_folder)
    if corpus is None:
        raise PipelineError(
            "the archive holds no embedded preprints", "run antigravity ingest and antigravity embed first"
        )
    for start in range(0, len(questions), TOGETHER):

        def tell(done: int, start: int = start) -> None:
            on_progress(start + done)

        yield from _ask(night, corpus, questions[start : start + TOGETHER], tell)


def judge_citations(asked: Asked, check: Check) -> Citations:
    """Ask the judge about every sentence and what it cites, once about each pair."""
    sentences = asked.answer.sentences if asked.answer else ()
    claims = [
        (one.text, [asked.preprints[archive_id].text for archive_id in one.citations])
        for one in sentences
        if one.citations
    ]
    pairs = dict.fromkeys((claim, source) for claim, texts in claims for source in _sources(texts))
    carries = {pair: found.accepted for pair, found in zip(pairs, check(list(pairs)) if pairs else (), strict=True)}
    carried = [(claim, texts) for claim, texts in claims if carries[claim, _join(texts)]]
    needed = sum(
        len(texts) == 1 or carries[claim, text] or not carries[claim, _join(_without(texts, place))]
        for claim, texts in carried
        for place, text in enumerate(texts)
    )
    return Citations(len(carried), needed, sum(len(texts) for _, texts in claims))


def sum_up(judged: Iterable[tuple[Asked, Citations]]) -> Figures:
    """The figures of all questions together."""
    found = list(judged)
    answers = [(one.labelled, one.answer) for one, _ in found if one.answer]
    cells = [(label.answerable, answer.status) for label, answer in answers]
    sentences = [sentence for _, answer in answers for sentence in answer.sentences]
    named = [(source_id, answer) for label, answer in answers for source_id in label.sources]
    retrieved = sum(source_id in {one.source_id for one in answer.sources} for source_id, answer in named)
    cited = sum(source_id in {one.source_id for one in answer.sources if one.cited} for source_id, answer in named)
    return Figures(
        questions=len(found),
        failed=len(found) - len(answers),
        answered_answerable=sum(answerable and status != "not_answered" for answerable, status in cells),
        answered_unanswerable=sum(not answerable and status != "not_answered" for answerable, status in cells),
        refused_answerable=cells.count((True, "not_answered")),
        refused_unanswerable=cells.count((False, "not_answered")),
        partly_answerable=cells.count((True, "partly")),
        partly_unanswerable=cells.count((False, "partly")),
        citation_recall=_share(sum(citations.carried for _, citations in found), len(sentences)),
        citation_precision=_share(
            sum(citations.needed for _, citations in found), sum(citations.total for _, citations in found)
        ),
        sources_retrieved=_share(retrieved, len(named)),
        sources_cited=_share(cited, len(named)),
        sentences=len(sentences),
        cut=sum(len(answer.cut) for _, answer in answers),
        quoted=sum(sentence.verdict == "quoted" for sentence in sentences),
        seconds=round(sum(one.seconds for one, _ in found), 1),
        tokens=sum(answer.provenance.prompt_tokens + answer.provenance.completion_tokens for _, answer in answers),
    )


def _ask(
    night: Night, corpus: Corpus, batch: Sequence[Labelled], on_progress: Callable[[int], None]
) -> Iterator[Asked]:
    """Ask a batch at once; one by one where that fails, so that only those that are at fault are lost."""
    started = time.monotonic()
    try:
        replies = ask_once(night, corpus, [one.question for one in batch], on_progress)
    except PipelineError:
        raise
    except Exception as error:  # noqa: BLE001  # one bad question never stops the run; it is named in the figures
        if len(batch) > 1:
            for one in batch:
                yield from _ask(night, corpus, [one], lambda _: None)
        else:
            yield Asked(batch[0], None, {}, time.monotonic() - started, f"{type(error).__name__}: {error}")
        return
    seconds = (time.monotonic() - started) / len(batch)
    for label, reply in zip(batch, replies, strict=True):
        yield Asked(label, reply.answer, reply.preprints, seconds, reply.problem)


def _sources(texts: Sequence[str]) -> Iterator[str]:
    """All texts together; where there are several, each alone and all without each."""
    yield _join(texts)
    if len(texts) > 1:
        yield from texts
        yield from (_join(_without(texts, place)) for place in range(len(texts)))


def _without(texts: Sequence[str], place: int) -> list[str]:
    return [*texts[:place], *texts[place + 1 :]]


def _join(texts: Sequence[str]) -> str:
    return "\n\n".join(texts)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
