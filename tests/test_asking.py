"""Questions that are answered once: as the night would answer them, and stored nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.asking import ask_once
from pipeline.records import Question
from pipeline.retrieve.search import open_corpus
from pipeline.steps import Night, answer, retrieve, verify
from pipeline.store.answers import load_latest_answers
from tests.nights import embedded, make_archive


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Night]:
    with embedded(make_archive(tmp_path)) as found:
        yield found


def test_a_question_is_answered_as_the_night_answers_it(opened: Night) -> None:
    questions = opened.questions()
    told: list[int] = []
    corpus = open_corpus(opened.connection, opened.encoder, opened.index_folder)
    replies = ask_once(opened, corpus, questions, told.append)
    assert load_latest_answers(opened.connection) == {}
    for step in (retrieve, answer, verify):
        step(opened)
    kept = load_latest_answers(opened.connection)
    assert [one.answer.findings for one in replies] == [kept[one.slug].findings for one in questions]
    assert [one.answer.sources for one in replies] == [kept[one.slug].sources for one in questions]
    assert [set(one.preprints) for one in replies] == [
        {source.archive_id for source in one.answer.sources} for one in replies
    ]
    assert told == list(range(1, len(questions) + 1))


def test_without_a_corpus_nothing_is_found(opened: Night) -> None:
    [reply] = ask_once(opened, None, [Question("", "Do reefs grow?", ())])
    assert (reply.answer.reason, reply.preprints, reply.problem) == ("nothing_to_weigh", {}, "")
