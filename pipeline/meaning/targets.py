"""What can be found by meaning and stands on the map: questions first, then the preprints that have a page. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.hashes import content_hash, text_hash
from pipeline.records import Answer, Preprint, Question
from pipeline.render.news import STATUSES
from pipeline.render.shelf import bring
from pipeline.render.tex import to_text

STRETCH = 512
"""Answers and preprints that are held at a time."""
MOST_QUESTIONS, MOST_POINTS = 1_000, 2_000
"""On the map: what a page can hold and a reader can tell apart."""


@dataclass(frozen=True, slots=True)
class Target:
    """A page, and the text whose vector stands for it."""

    kind: Literal["question", "preprint"]
    path: str
    """From the site's root, ending in a slash."""
    title: str
    """Without TeX."""
    note: str
    """Of a question how it is answered, of a preprint its id and year."""
    text_hash: str
    topics: tuple[str, ...] = ()
    cited: bool = False
    """Of a preprint: whether a newest answer cites it."""
    cites: tuple[str, ...] = ()
    """Of a question: paths of the preprints that its newest answer cites."""


def list_targets(
    questions: Iterable[Question], answers: Mapping[str, Answer], preprints: Mapping[str, Preprint]
) -> tuple[Target, ...]:
    """The active questions in their order, then the preprints: those that answers cite first, each by id."""
    active = [one for one in questions if one.status == "active"]
    asked = [_of_question(one, answer) for one, answer in _with_answers(active, answers)]
    cited = {path for one in asked for path in one.cites}
    found = [_of_preprint(one, cited) for one in _in_stretches(preprints)]
    return (*asked, *sorted(found, key=lambda one: (not one.cited, one.path)))


def _with_answers(
    questions: Sequence[Question], answers: Mapping[str, Answer]
) -> Iterator[tuple[Question, Answer | None]]:
    for start in range(0, len(questions), STRETCH):
        stretch = questions[start : start + STRETCH]
        bring(answers, [one.slug for one in stretch])
        yield from ((one, answers.get(one.slug)) for one in stretch)


def _in_stretches(preprints: Mapping[str, Preprint]) -> Iterator[Preprint]:
    ids = list(preprints)
    for start in range(0, len(ids), STRETCH):
        bring(preprints, ids[start : start + STRETCH])
        yield from (preprints[one] for one in ids[start : start + STRETCH])


def choose_for_map(
    targets: Sequence[Target], questions: int = MOST_QUESTIONS, points: int = MOST_POINTS
) -> list[Target]:
    """As many questions as may stand on the map, then preprints that these cite; which ones hangs on their paths alone.

    So the choice stays from night to night, but for what comes and goes.
    """
    asked = _first([one for one in targets if one.kind == "question"], questions)
    cited = {path for one in asked for path in one.cites}
    return [*asked, *_first([one for one in targets if one.path in cited], points - len(asked))]


def _first(targets: list[Target], most: int) -> list[Target]:
    """All of them in their order; of more than `most` the first by a hash."""
    chosen = {one.path for one in sorted(targets, key=lambda one: content_hash(one.path))[:most]}
    return [one for one in targets if one.path in chosen]


def _of_question(question: Question, answer: Answer | None) -> Target:
    return Target(
        "question",
        f"q/{question.slug}/",
        question.question,
        STATUSES[answer.status if answer else "pending"],
        content_hash(question.question),
        question.topics,
        cites=tuple(f"p/{source.archive_id}/" for source in (answer.sources if answer else ()) if source.cited),
    )


def _of_preprint(preprint: Preprint, cited: Collection[str]) -> Target:
    path = f"p/{preprint.archive_id}/"
    return Target(
        "preprint",
        path,
        to_text(preprint.title),
        f"{preprint.archive_id}, {preprint.month[:4]}",
        text_hash(preprint),
        cited=path in cited,
    )
