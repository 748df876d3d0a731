"""In which order questions are worked on, so that a night that ends early did what matters most. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from pipeline.records import Answer, Passage, Question

WITHDRAWN, NEW, CHANGED, OLDEST = range(4)
"""The order: answers that rest on what was withdrawn, questions without an answer, changed evidence, then the oldest."""


def order_of_work(
    questions: Sequence[Question],
    withdrawn: Collection[str],
    answers: Mapping[str, Answer],
    passages: Mapping[str, Sequence[Passage]],
) -> tuple[Question, ...]:
    """The questions by urgency; those of one kind by the day of their answer, the oldest first, else in the order given."""

    def urgency(question: Question) -> tuple[int, date]:
        answer = answers.get(question.slug)
        if answer is None:
            return NEW, date.min
        if question.slug in withdrawn:
            return WITHDRAWN, answer.answered_on
        found = {one.archive_id for one in passages.get(question.slug, ())}
        changed = found != {source.archive_id for source in answer.sources}
        return CHANGED if changed else OLDEST, answer.answered_on

    return tuple(sorted(questions, key=urgency))
