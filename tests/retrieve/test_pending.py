"""Which questions are searched for again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import steps
from pipeline.records import Question
from pipeline.retrieve.pending import retrieve_pending
from pipeline.retrieve.reranker import Reranker
from pipeline.settings import RetrieveSettings
from pipeline.steps import Night
from pipeline.store.answers import load_passages
from tests.nights import make_archive, night
from tests.retrieve.rerankers import ReversingReranker

SETTINGS = RetrieveSettings()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Night]:
    with night(make_archive(tmp_path / "archive")) as opened:
        steps.ingest(opened)
        steps.embed(opened)
        yield opened


def find(
    opened: Night,
    *questions: Question,
    settings: RetrieveSettings = SETTINGS,
    reranker: Reranker | None = None,
    told: list[tuple[int, int]] | None = None,
) -> int:
    def tell(done: int, total: int) -> None:
        if told is not None:
            told.append((done, total))

    connection, encoder, folder = opened.connection, opened.encoder, opened.index_folder
    return retrieve_pending(connection, encoder, reranker, settings, folder, questions, tell)


def test_a_question_is_searched_for_once(opened: Night) -> None:
    told: list[tuple[int, int]] = []
    questions = opened.questions()
    assert find(opened, *questions, told=told) == len(questions) == 3
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert (find(opened, *questions, told=told), len(told)) == (0, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Do other networks classify images?"},
        {"aliases": ("Quantum networks",)},
        {"facets": ("quantum",)},
        {"categories": ("quant-ph",)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_a_question_asks_for_makes_it_be_searched_for_again(opened: Night, change: dict[str, Any]) -> None:
    first = opened.questions()[0]
    assert find(opened, first) == 1
    assert find(opened, replace(first, body="Other notes.", topics=("art",), order=1)) == 0
    assert find(opened, replace(first, **change)) == 1


def test_another_way_of_searching_makes_it_be_searched_for_again(opened: Night) -> None:
    first = opened.questions()[0]
    assert find(opened, first) == 1
    assert find(opened, first, settings=RetrieveSettings(passages=4)) == 1
    assert len(load_passages(opened.connection, slug=first.slug)) == 4
    assert find(opened, first, reranker=ReversingReranker()) == 1


def test_an_empty_archive_gives_a_question_no_passages(tmp_path: Path) -> None:
    with night(make_archive(tmp_path / "empty", [])) as opened:
        first = opened.questions()[0]
        assert find(opened, first) == 1
        assert load_passages(opened.connection, slug=first.slug) == ()
        assert find(opened, first) == 0
