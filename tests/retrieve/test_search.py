"""Search over a small archive, with the stand-in for the encoder."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from pipeline.hashes import text_hash
from pipeline.records import Preprint, Question, Version
from pipeline.retrieve.search import Corpus, Hit, open_corpus, search
from pipeline.settings import RetrieveSettings
from pipeline.store.database import Connection, open_database
from pipeline.store.preprints import save_embeddings
from tests.archive import keep_preprints
from tests.fakes import FakeEncoder

SETTINGS = RetrieveSettings(passages=8, candidates=100, lexical_weight=1.0, dense_weight=1.0)


def a_preprint(number: int, title: str, abstract: str, category: str) -> Preprint:
    return Preprint(
        source="arxiv",
        source_id=f"2401.{number:05}",
        title=title,
        abstract=abstract,
        authors=(),
        categories=(category,),
        versions=(Version(1, date(2024, 1, number)),),
        month="2024.01",
        archive_id=f"AG-2024.01-{number:04}",
    )


QUANTUM, CORAL, BOTH, PENDING = (
    a_preprint(1, "Quantum kernels", "Kernels classify images of handwritten digits.", "quant-ph"),
    a_preprint(2, "Coral reefs", "Reefs recover slowly after bleaching.", "q-bio.PE"),
    a_preprint(3, "Quantum sensing of reefs", "Sensors watch coral bleaching from space.", "quant-ph"),
    a_preprint(4, "Quantum reefs", "Not embedded yet.", "quant-ph"),
)


def keep(connection: Connection, embedded: list[Preprint], pending: list[Preprint]) -> None:
    keep_preprints(connection, [*embedded, *pending])
    vectors = FakeEncoder().encode([f"{one.title}. {one.abstract}" for one in embedded])
    save_embeddings(
        connection, encoder=FakeEncoder.name, text_hashes=[text_hash(one) for one in embedded], vectors=vectors
    )


@contextmanager
def opened(folder: Path) -> Iterator[Corpus]:
    with open_database(None) as connection:
        keep(connection, [QUANTUM, CORAL, BOTH], [PENDING])
        corpus = open_corpus(connection, FakeEncoder(), folder)
        assert corpus
        yield corpus


def found(folder: Path, question: Question, k: int = 8) -> list[str]:
    with opened(folder) as corpus:
        return [hit.archive_id[-1] for hit in search(corpus, FakeEncoder(), question, SETTINGS, k)]


def asked(text: str, **fields: tuple[str, ...] | date) -> Question:
    return Question("slug", text, (), **fields)  # type: ignore[arg-type]  # front matter by name


@pytest.mark.parametrize(
    ("question", "k", "best"),
    [
        pytest.param(asked("quantum kernels for digits"), 1, ["1"], id="the nearest first"),
        pytest.param(asked("coral reefs and bleaching"), 2, ["2", "3"], id="then the next"),
        pytest.param(asked("coral reefs", categories=("q-bio",)), 8, ["2"], id="only a category that is admitted"),
        pytest.param(asked("coral reefs", since=date(2024, 1, 3)), 8, ["3"], id="only what is new enough"),
        pytest.param(asked("coral reefs", categories=("math",)), 8, [], id="nothing admitted"),
        pytest.param(asked("classify digits"), 8, ["1"], id="nothing that shares no word"),
        pytest.param(asked("classify digits", aliases=("recover",)), 8, ["1", "2"], id="an alias finds more"),
    ],
)
def test_a_question_finds(tmp_path: Path, question: Question, k: int, best: list[str]) -> None:
    assert found(tmp_path, question, k) == best


def test_a_preprint_without_a_vector_is_not_found_and_shifts_no_other(tmp_path: Path) -> None:
    assert sorted(found(tmp_path, asked("quantum reefs"))) == ["1", "2", "3"]


def test_a_hit_tells_what_each_leg_said(tmp_path: Path) -> None:
    query, text = "quantum kernels", "Quantum kernels. Kernels classify images of handwritten digits."
    with opened(tmp_path) as corpus:
        [hit] = search(corpus, FakeEncoder(), asked(query), SETTINGS, 1)
        lexical = float(corpus.index.scores(query)[0])
    one, other = FakeEncoder().encode([query, text])
    assert hit == Hit("AG-2024.01-0001", hit.similarity, lexical, 1 / 61 + 1 / 61)  # first of both legs
    assert hit.similarity == pytest.approx(float(one @ other))


def test_facets_are_searched_for_together(tmp_path: Path) -> None:
    assert found(tmp_path, asked("which quantum?", facets=("coral", "space")), 1) == ["3"]


def test_an_archive_without_vectors_has_no_corpus(connection: Connection, tmp_path: Path) -> None:
    keep_preprints(connection, [PENDING])
    assert open_corpus(connection, FakeEncoder(), tmp_path) is None
