"""How the newest answer stands to the archive of today, by what retrieval finds and who would answer now. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.history import maker_changes
from pipeline.records import Answer, Change, ChangeKind, Passage, Preprint, Provenance, Question, State, StateName

NAMES: dict[ChangeKind, StateName] = {
    "source_withdrawn": "source_withdrawn",
    "source_revised": "source_revised",
    "source_came": "evidence_changed",
    "source_left": "evidence_changed",
    "question_edited": "question_edited",
    "model_changed": "model_superseded",
    "prompt_changed": "model_superseded",
    "encoder_changed": "model_superseded",
    "checks_changed": "model_superseded",
}
"""What each change makes of an answer, the gravest first."""


def state_of(
    answer: Answer,
    question: Question,
    passages: Sequence[Passage] | None,
    preprints: Mapping[str, Preprint],
    now: Provenance,
    *,
    settled: bool,
) -> State:
    """The state, with everything that happened since.

    `passages` are tonight's, None where retrieval has not looked yet (an archive just brought back); `now` is who would
    answer tonight. A settled answer was weighed against all of that already, and stands; but one that cites a withdrawn
    preprint says so for as long as it does.
    """
    changes = tuple(_withdrawn_since(answer, preprints, settled=settled))
    if not settled:
        changes += (
            *_revised_since(answer, preprints),
            *(_evidence_since(answer, passages) if passages is not None else ()),
            *(
                [Change("question_edited", "", answer.question, question.question)]
                if _edited(answer, now, question)
                else []
            ),
            *maker_changes(answer.provenance, now),
        )
    if not changes:
        return State()
    kinds = {change.kind for change in changes}
    return State(next(name for kind, name in NAMES.items() if kind in kinds), changes)


def _withdrawn_since(answer: Answer, preprints: Mapping[str, Preprint], *, settled: bool) -> Iterator[Change]:
    for source in answer.sources:
        preprint = preprints.get(source.archive_id)
        if preprint and preprint.withdrawn and (source.cited or not (source.withdrawn or settled)):
            yield Change("source_withdrawn", source.archive_id)


def _revised_since(answer: Answer, preprints: Mapping[str, Preprint]) -> Iterator[Change]:
    for source in answer.sources:
        preprint = preprints.get(source.archive_id)
        if preprint and preprint.latest.number > source.version:
            yield Change("source_revised", source.archive_id, f"v{source.version}", f"v{preprint.latest.number}")


def _evidence_since(answer: Answer, passages: Sequence[Passage]) -> Iterator[Change]:
    was, found = [one.archive_id for one in answer.sources], [one.archive_id for one in passages]
    yield from (Change("source_came", one) for one in found if one not in was)
    yield from (Change("source_left", one) for one in was if one not in found)


def _edited(answer: Answer, now: Provenance, question: Question) -> bool:
    was = answer.provenance.question_key
    return answer.question != question.question or bool(was and was != now.question_key)
