"""Asking labelled questions, judging what the answers cite, and summing up."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.answer.prompt import Prompt
from pipeline.embed.encoder import Vectors
from pipeline.errors import ModelError, PipelineError
from pipeline.eval.answers import Asked, Citations, ask_all, judge_citations, sum_up
from pipeline.eval.labelled import Labelled
from pipeline.records import Answer, Cut, Finding, Preprint, Provenance, Question, Sentence, Source, Status, Version
from pipeline.steps import Night, embed, ingest
from pipeline.verify.support import Support
from tests.fakes import FakeEncoder, QuotingEngine
from tests.nights import NOW, make_archive, night

MEDICAL = Labelled(
    Question("", "How accurately do hybrid quantum models classify medical images?", (), facets=("quantum", "image")),
    True,
    ("2405.00156",),
    1,
)
REEFS = Labelled(Question("", "How fast do coral reefs recover after bleaching?", ()), False, (), 2)
DIFFUSION = Labelled(Question("", "Which diffusion models generate medical images?", ()), True, ("2402.16147",), 3)
CURSED = Labelled(Question("", "How is the cursed question answered?", ()), True, (), 4)


class CursedEncoder(FakeEncoder):
    """Fails on one question, as a bug would."""

    def encode(self, texts: Sequence[str], on_progress: Callable[[int], None] = lambda _: None) -> Vectors:
        if CURSED.question.question in texts:
            raise RuntimeError("cursed")
        return super().encode(texts, on_progress)


class MissingEngine(QuotingEngine):
    """A model whose file is gone."""

    def reply(self, prompt: Prompt) -> str:
        raise ModelError("no model", "fetch it")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return make_archive(tmp_path)


def ready(opened: Night) -> Night:
    ingest(opened)
    embed(opened)
    return opened


def test_questions_are_asked_together_and_nothing_is_stored(config: Path) -> None:
    with night(config) as opened:
        ready(opened)
        told: list[int] = []
        asked = list(ask_all(opened, [MEDICAL, DIFFUSION, MEDICAL], told.append))
        [(stored,)] = opened.connection.execute("SELECT count(*) FROM drafts").fetchall()
    assert told == [1, 2, 3]
    assert [one.labelled for one in asked] == [MEDICAL, DIFFUSION, MEDICAL]
    assert stored == 0
    answer = asked[0].answer
    assert answer is not None
    assert len(answer.sources) == 8
    assert set(asked[0].preprints) == {source.archive_id for source in answer.sources}
    assert [cut.text for cut in answer.cut] == ["It cures everything."]


def test_a_question_that_fails_is_told_of_and_those_beside_it_are_answered(config: Path) -> None:
    with night(config, encoder=CursedEncoder()) as opened:
        asked = list(ask_all(ready(opened), [MEDICAL, CURSED, REEFS]))
    assert [bool(one.answer) for one in asked] == [True, False, True]
    assert asked[1].problem == "RuntimeError: cursed"
    figures = sum_up((one, Citations(0, 0, 0)) for one in asked)
    assert (figures.questions, figures.failed) == (3, 1)


def test_an_archive_without_vectors_and_a_model_that_is_gone_are_the_operators_to_mend(config: Path) -> None:
    with night(config, MissingEngine()) as opened:
        with pytest.raises(PipelineError, match="antigravity embed"):
            list(ask_all(opened, [MEDICAL]))
        with pytest.raises(ModelError, match="no model"):
            list(ask_all(ready(opened), [MEDICAL]))


# --- what citations are worth -------------------------------------------------------------------------------------


def preprint(archive_id: str, abstract: str) -> Preprint:
    return Preprint(
        "arxiv", archive_id.lower(), "T", abstract, (), (), (Version(1, None),), "2024.01", archive_id=archive_id
    )


PREPRINTS = {one.archive_id: one for one in (preprint("A", "x"), preprint("B", "y"), preprint("C", "nothing"))}


def written(status: Status, *sentences: tuple[str, tuple[str, ...]], cut: int = 0, retrieved: str = "ABC") -> Answer:
    cited = {archive_id for _, citations in sentences for archive_id in citations}
    return Answer(
        slug="",
        question="Why?",
        status=status,
        reason="",
        answered_by="m",
        answered_on=NOW.date(),
        revision=1,
        opening="",
        findings=(
            Finding(
                "H", tuple(Sentence(text, ids, "quoted" if "!" in text else "supported", ()) for text, ids in sentences)
            ),
        ),
        missing=(),
        bottom_line="",
        cut=(Cut("c", (), "r"),) * cut,
        sources=tuple(Source(one, "arxiv", one.lower(), 1, 50, "cs.AI", "T", one in cited, False) for one in retrieved),
        follow_ups=(),
        provenance=Provenance("m", "0", "p", "s", "e", "c", "k", 3, prompt_tokens=10, completion_tokens=5),
    )


def holds_all_letters(pairs: Sequence[tuple[str, str]]) -> list[Support]:
    """A judge to whom a source carries a claim that has all its words in it."""
    return [Support(set(claim.strip("!").split()) <= set(source.split()), 0.0, (), "") for claim, source in pairs]


def judged(*sentences: tuple[str, tuple[str, ...]]) -> Citations:
    return judge_citations(Asked(MEDICAL, written("answered", *sentences), PREPRINTS, 1.0), holds_all_letters)


@pytest.mark.parametrize(
    ("sentence", "worth"),
    [
        pytest.param(("x", ("A",)), Citations(1, 1, 1), id="one that carries it"),
        pytest.param(("z", ("A",)), Citations(0, 0, 1), id="one that does not"),
        pytest.param(("x y", ("A", "B")), Citations(1, 2, 2), id="two that carry it only together"),
        pytest.param(("x", ("A", "C")), Citations(1, 1, 2), id="one that carries it and one that says nothing"),
        pytest.param(("x y", ("A", "B", "C")), Citations(1, 2, 3), id="two together and one that says nothing"),
        pytest.param(("x z", ("A", "C")), Citations(0, 0, 2), id="none even together"),
        pytest.param(("x", ()), Citations(0, 0, 0), id="none at all"),
    ],
)
def test_a_citation_counts_where_it_carries_the_sentence_or_the_others_do_not_without_it(
    sentence: tuple[str, tuple[str, ...]], worth: Citations
) -> None:
    assert judged(sentence) == worth


def test_a_citation_that_carries_a_sentence_alone_counts_beside_another_that_does_too() -> None:
    both = {"A": PREPRINTS["A"], "D": preprint("D", "x")}
    asked = Asked(MEDICAL, written("answered", ("x", ("A", "D"))), both, 1.0)
    assert judge_citations(asked, holds_all_letters) == Citations(1, 2, 2)


def test_the_judge_is_asked_once_about_each_pair_and_not_at_all_about_nothing() -> None:
    seen: list[tuple[str, str]] = []

    def check(pairs: Sequence[tuple[str, str]]) -> list[Support]:
        seen.extend(pairs)
        return holds_all_letters(pairs)

    judge_citations(Asked(MEDICAL, written("answered", ("x", ("A",)), ("x", ("A",))), PREPRINTS, 1.0), check)
    assert len(seen) == 1
    judge_citations(Asked(MEDICAL, None, {}, 1.0, "failed"), check)
    judge_citations(Asked(MEDICAL, written("not_answered"), PREPRINTS, 1.0), check)
    assert len(seen) == 1


def test_the_figures_count_cells_shares_and_costs() -> None:
    def label(answerable: bool, *sources: str) -> Labelled:
        return Labelled(Question("", "Why?", ()), answerable, sources, 1)

    asked = [
        Asked(label(True, "a", "c", "elsewhere"), written("answered", ("x", ("A",)), ("y!", ("B",))), PREPRINTS, 1.25),
        Asked(label(True, "b"), written("partly", ("z", ("B",)), cut=2), PREPRINTS, 0.5),
        Asked(label(True, "c"), written("not_answered", cut=1), PREPRINTS, 0.25),
        Asked(label(False), written("partly", ("x", ("A", "C"))), PREPRINTS, 0.5),
        Asked(label(False), written("not_answered", retrieved=""), {}, 0.5),
        Asked(label(True, "a"), None, {}, 1.0, "RuntimeError: x"),
    ]
    figures = sum_up((one, judge_citations(one, holds_all_letters)) for one in asked)
    assert (figures.questions, figures.failed) == (6, 1)
    assert (figures.answered_answerable, figures.partly_answerable, figures.refused_answerable) == (2, 1, 1)
    assert (figures.answered_unanswerable, figures.partly_unanswerable, figures.refused_unanswerable) == (1, 1, 1)
    assert (figures.sentences, figures.quoted, figures.cut) == (4, 1, 3)
    assert (figures.citation_recall, figures.citation_precision) == (0.75, 0.6)
    assert (figures.sources_retrieved, figures.sources_cited) == (0.8, 0.4)
    assert (figures.seconds, figures.tokens) == (4.0, 75)


def test_shares_of_nothing_are_none() -> None:
    figures = sum_up([(Asked(REEFS, written("not_answered"), PREPRINTS, 0.0), Citations(0, 0, 0))])
    assert (figures.citation_recall, figures.citation_precision) == (None, None)
    assert (figures.sources_retrieved, figures.sources_cited) == (None, None)
