"""How an answer stands to the archive of today."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.records import Change, Passage, Preprint, Provenance, Question, State, Version
from pipeline.state import state_of
from tests.render.samples import ACCURACY, ANSWERED, COSTS, IDLE, NETWORKS, PROVENANCE

STANDING = {one.archive_id: one for one in (NETWORKS, replace(COSTS, withdrawn=None), IDLE)}
NOW = replace(PROVENANCE, question_key="asked")
ANSWER = replace(ANSWERED, provenance=NOW)


def found(*preprints: Preprint) -> list[Passage]:
    return [Passage(one.archive_id, one.latest.number, "", n, 0.5, 0, 0) for n, one in enumerate(preprints, 1)]


def state(
    preprints: Mapping[str, Preprint] = STANDING,
    passages: Sequence[Passage] | None = None,
    question: Question = ACCURACY,
    now: Provenance = NOW,
    settled: bool = False,
) -> State:
    return state_of(
        ANSWER,
        question,
        found(NETWORKS, COSTS, IDLE) if passages is None else passages,
        preprints,
        now,
        settled=settled,
    )


def changed(preprint: Preprint, **fields: Any) -> dict[str, Preprint]:
    return STANDING | {preprint.archive_id: replace(STANDING[preprint.archive_id], **fields)}


def test_an_answer_that_nothing_overtook_is_fresh() -> None:
    assert state() == State("fresh", ())


def test_where_retrieval_has_not_looked_yet_the_evidence_is_not_called_changed() -> None:
    brought_back = state_of(ANSWER, ACCURACY, None, STANDING, NOW, settled=False)
    assert brought_back == State()


CAME = replace(IDLE, archive_id="AG-2026.01-0001")
NEWER = {"versions": (*NETWORKS.versions, Version(4, date(2026, 1, 1)))}
WITHDRAWN = Change("source_withdrawn", NETWORKS.archive_id)


@pytest.mark.parametrize(
    ("given", "name", "changes"),
    [
        pytest.param(
            {"preprints": changed(NETWORKS, withdrawn="W.")}, "source_withdrawn", (WITHDRAWN,), id="withdrawn"
        ),
        pytest.param(
            {"preprints": changed(NETWORKS, **NEWER)},
            "source_revised",
            (Change("source_revised", NETWORKS.archive_id, "v3", "v4"),),
            id="revised",
        ),
        pytest.param(
            {"passages": found(NETWORKS, COSTS, CAME)},
            "evidence_changed",
            (Change("source_came", CAME.archive_id), Change("source_left", IDLE.archive_id)),
            id="other evidence",
        ),
        pytest.param(
            {"question": replace(ACCURACY, question="How exact?")},
            "question_edited",
            (Change("question_edited", "", ACCURACY.question, "How exact?"),),
            id="another wording",
        ),
        pytest.param(
            {"now": replace(NOW, question_key="other")},
            "question_edited",
            (Change("question_edited", "", ACCURACY.question, ACCURACY.question),),
            id="other facets",
        ),
        pytest.param(
            {"now": replace(NOW, prompt="draft.v2")},
            "model_superseded",
            (Change("prompt_changed", "", "draft.v1@0", "draft.v2"),),
            id="another prompt",
        ),
        pytest.param(
            {"preprints": changed(NETWORKS, withdrawn="W."), "now": replace(NOW, encoder="large")},
            "source_withdrawn",
            (WITHDRAWN, Change("encoder_changed", "", "mini@1/256", "large")),
            id="the gravest names it",
        ),
    ],
)
def test_what_happened_since_names_the_state(given: Any, name: str, changes: tuple[Change, ...]) -> None:
    assert state(**given) == State(name, changes)  # type: ignore[arg-type]  # one of the names


def test_a_settled_answer_stands_whatever_changed_but_for_a_withdrawn_preprint_that_it_cites() -> None:
    assert state(now=replace(NOW, prompt="draft.v2"), passages=[], settled=True) == State()
    assert state(changed(IDLE, withdrawn="W."), settled=True) == State()
    assert state(changed(NETWORKS, withdrawn="W."), settled=True) == State("source_withdrawn", (WITHDRAWN,))
