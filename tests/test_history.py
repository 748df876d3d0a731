"""Revisions compared: the same claims, and the causes of a change."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.history import maker_changes, same_claims, why_changed
from pipeline.records import Answer, Change, Finding, Sentence
from tests.render.samples import ANSWERED, COSTS, IDLE, NETWORKS, PROVENANCE, REACHES, SLOWER, source_of

CLAIM = Sentence("Quantum networks reach 99.67% accuracy.", (NETWORKS.archive_id,), "supported", (REACHES,))
QUOTE = replace(CLAIM, verdict="quoted")


def finding(*sentences: Sentence, heading: str = "Measured results") -> Finding:
    return Finding(heading, sentences)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        pytest.param(CLAIM, CLAIM, True, id="nothing"),
        pytest.param(CLAIM, replace(CLAIM, text="Quantum networks reach an accuracy of 99.67%."), True, id="wording"),
        pytest.param(CLAIM, replace(CLAIM, text="Quantum networks reach 99.6% accuracy."), False, id="a number"),
        pytest.param(CLAIM, replace(CLAIM, text="Reefs take 99.67% of the light."), False, id="other words"),
        pytest.param(CLAIM, replace(CLAIM, evidence=(SLOWER,)), False, id="other evidence"),
        pytest.param(CLAIM, replace(CLAIM, citations=(COSTS.archive_id,)), False, id="another citation"),
        pytest.param(CLAIM, QUOTE, False, id="the verdict"),
        pytest.param(CLAIM, replace(CLAIM, hedged=True), False, id="a hedge"),
        pytest.param(
            QUOTE, replace(QUOTE, text="Quantum networks reach 99.67% accuracy"), False, id="a quote's letters"
        ),
    ],
)
def test_claims_are_the_same_where_only_their_wording_varies(before: Sentence, after: Sentence, same: bool) -> None:
    assert same_claims([finding(before)], [finding(after)]) is same
    assert same_claims([finding(after)], [finding(before)]) is same


def test_order_and_headings_are_no_claims_but_their_number_is() -> None:
    second = replace(CLAIM, text="They may be slower than others.", evidence=(SLOWER,))
    assert same_claims([finding(CLAIM, second)], [finding(second, heading="Costs"), finding(CLAIM)])
    assert not same_claims([finding(CLAIM, second)], [finding(CLAIM)])
    assert same_claims([], [])


CAME = replace(IDLE, archive_id="AG-2026.01-0001")
LEFT = Change("source_left", IDLE.archive_id, "only retrieved")


def with_sources(**changes: dict[str, Any]) -> Answer:
    """The answer, its sources changed by their archive ids."""
    return replace(ANSWERED, sources=tuple(replace(one, **changes.get(one.archive_id, {})) for one in ANSWERED.sources))


@pytest.mark.parametrize(
    ("after", "why"),
    [
        pytest.param(ANSWERED, (Change("written_anew"),), id="nothing that is known"),
        pytest.param(
            replace(ANSWERED, question="Why?"),
            (Change("question_edited", "", ANSWERED.question, "Why?"),),
            id="the question's wording",
        ),
        pytest.param(
            replace(ANSWERED, provenance=replace(PROVENANCE, question_key="new")),
            (Change("question_edited"),),
            id="the question's facets",
        ),
        pytest.param(
            with_sources(**{NETWORKS.archive_id: {"withdrawn": True}}),
            (Change("source_withdrawn", NETWORKS.archive_id),),
            id="a withdrawal",
        ),
        pytest.param(
            with_sources(**{COSTS.archive_id: {"withdrawn": False}}),
            (Change("source_reinstated", COSTS.archive_id),),
            id="a withdrawal taken back",
        ),
        pytest.param(
            with_sources(**{NETWORKS.archive_id: {"version": 4, "title": "Anew"}}),
            (Change("source_revised", NETWORKS.archive_id, "v3", "v4"),),
            id="a new version",
        ),
        pytest.param(
            with_sources(**{NETWORKS.archive_id: {"category": "cs.AI"}}),
            (Change("source_relabelled", NETWORKS.archive_id),),
            id="another category",
        ),
        pytest.param(
            replace(ANSWERED, sources=(*ANSWERED.sources[:2], source_of(CAME, 40))),
            (Change("source_came", CAME.archive_id, "", "cited"), LEFT),
            id="a preprint for another",
        ),
        pytest.param(
            replace(ANSWERED, sources=ANSWERED.sources[:2], provenance=replace(PROVENANCE, checks="verdict-2")),
            (LEFT, Change("checks_changed", "", "verdict-1", "verdict-2")),
            id="two causes",
        ),
    ],
)
def test_every_cause_of_a_revision_is_named(after: Answer, why: tuple[Change, ...]) -> None:
    before = replace(ANSWERED, provenance=replace(PROVENANCE, question_key="old"))
    keyed = after.provenance.question_key or "old"
    assert why_changed(before, replace(after, provenance=replace(after.provenance, question_key=keyed))) == why


def test_an_answer_from_before_questions_had_keys_is_not_called_edited() -> None:
    after = replace(ANSWERED, provenance=replace(PROVENANCE, question_key="new"))
    assert why_changed(ANSWERED, after) == (Change("written_anew"),)


def test_who_answers_is_told_apart_even_by_one_name() -> None:
    after = replace(PROVENANCE, model_sha256="cd34", prompt="draft.v2@0", encoder="large")
    assert list(maker_changes(PROVENANCE, after)) == [
        Change("model_changed", "", "tiny (ab12)", "tiny (cd34)"),
        Change("prompt_changed", "", "draft.v1@0", "draft.v2@0"),
        Change("encoder_changed", "", "mini@1/256", "large"),
    ]
    hotter = replace(PROVENANCE, sampling="temperature 1")
    assert list(maker_changes(PROVENANCE, hotter)) == [
        Change("model_changed", "", "tiny (ab12)", "tiny (ab12), temperature 1")
    ]
    assert list(maker_changes(PROVENANCE, replace(PROVENANCE, answer_key="other", preprints=1))) == []
