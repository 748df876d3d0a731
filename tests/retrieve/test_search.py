"""Search over a small archive, with the stand-in for the encoder."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from pipeline.embed.encoder import Vectors
from pipeline.errors import SettingsError
from pipeline.hashes import text_hash
from pipeline.records import Preprint, Question, Version
from pipeline.retrieve.search import Corpus, Hit, open_corpus, search
from pipeline.settings import RetrieveSettings
from pipeline.store.database import Connection, open_database
from pipeline.store.preprints import save_embeddings
from tests.archive import keep_preprints
from tests.fakes import FakeEncoder
from tests.retrieve.rerankers import ReversingReranker

SETTINGS = RetrieveSettings(passages=8, candidates=100, lexical_weight=1.0, dense_weight=1.0, same_work=1.0)


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


def found(folder: Path, question: Question, k: int = 8, weights: dict[str, float] | None = None) -> list[str]:
    with opened(folder) as corpus:
        changed = SETTINGS.model_copy(update=weights)
        [hits] = search(corpus, FakeEncoder().encode, [question], changed, k)
    return [hit.archive_id[-1] for hit in hits]


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
        [[hit]] = search(corpus, FakeEncoder().encode, [asked(query)], SETTINGS, 1)
        lexical = float(corpus.index.scores(query)[0])
    assert hit.fused == pytest.approx(1.0), "the best of both legs"
    one, other = FakeEncoder().encode([query, text])
    assert hit == Hit("AG-2024.01-0001", hit.similarity, lexical, hit.fused)
    assert hit.similarity == pytest.approx(float(one @ other))


def test_facets_are_searched_for_together(tmp_path: Path) -> None:
    assert found(tmp_path, asked("which quantum?", facets=("coral", "space")), 1) == ["3"]


def test_an_archive_without_vectors_has_no_corpus(connection: Connection, tmp_path: Path) -> None:
    keep_preprints(connection, [PENDING])
    assert open_corpus(connection, FakeEncoder(), tmp_path) is None


# --- filters and further queries reach both legs -----------------------------------------------------------------

LEGS = pytest.mark.parametrize(
    "weights",
    [
        pytest.param({"lexical_weight": 1.0, "dense_weight": 0.0}, id="lexical"),
        pytest.param({"lexical_weight": 0.0, "dense_weight": 1.0}, id="dense"),
    ],
)


@LEGS
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(asked("coral reefs bleaching"), ["2", "3"], id="none"),
        pytest.param(asked("coral reefs bleaching", categories=("quant-ph",)), ["3"], id="category"),
        pytest.param(asked("coral reefs bleaching", since=date(2024, 1, 3)), ["3"], id="since"),
    ],
)
def test_a_filter_reaches_each_leg(
    tmp_path: Path, weights: dict[str, float], question: Question, expected: list[str]
) -> None:
    assert [one for one in found(tmp_path, question, weights=weights) if one in "23"] == expected
    assert set(found(tmp_path, question, weights=weights)) <= {*expected, *("1" if not question.since else "")}


@LEGS
def test_an_alias_reaches_each_leg(tmp_path: Path, weights: dict[str, float]) -> None:
    assert found(tmp_path, asked("digits", aliases=("coral", "bleaching")), 2, weights)[0] != "1"


def test_facets_reach_the_lexical_leg(tmp_path: Path) -> None:
    question = asked("which quantum?", facets=("coral | reef", "space"))
    assert found(tmp_path, question, 1, {"dense_weight": 0.0}) == ["3"]


# --- many questions, copies, and a reranker ----------------------------------------------------------------------


def test_many_questions_find_what_each_finds_alone_and_are_encoded_together(tmp_path: Path) -> None:
    questions = [asked("quantum kernels", aliases=("digits",)), asked("coral reefs"), asked("nothing of it")]
    encoder = FakeEncoder()
    calls: list[int] = []

    def encode(texts: Sequence[str]) -> Vectors:
        calls.append(len(texts))
        return encoder.encode(texts)

    with opened(tmp_path) as corpus:
        together = list(search(corpus, encode, questions, SETTINGS, 8))
        alone = [hits for one in questions for hits in search(corpus, encode, [one], SETTINGS, 8)]
    assert calls == [4, 2, 1, 1]
    assert [[hit.archive_id for hit in hits] for hits in together] == [
        [hit.archive_id for hit in hits] for hits in alone
    ]
    for one, other in zip(chain(*together), chain(*alone), strict=True):
        assert (one.similarity, one.lexical, one.fused) == pytest.approx((other.similarity, other.lexical, other.fused))


def test_no_question_finds_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as corpus:
        assert list(search(corpus, FakeEncoder().encode, [], SETTINGS, 8)) == []


def test_a_copy_takes_no_place_from_another_work(tmp_path: Path) -> None:
    copy = a_preprint(5, CORAL.title, f"{CORAL.abstract} Reefs.", "q-bio.PE")
    question = asked("coral reefs bleaching recover")
    with open_database(None) as connection:
        keep(connection, [QUANTUM, CORAL, BOTH, copy], [])
        corpus = open_corpus(connection, FakeEncoder(), tmp_path)
        assert corpus
        ranked = {}
        for limit in (0.9, 1.0):
            settings = SETTINGS.model_copy(update={"same_work": limit, "passages": 2})
            [hits] = search(corpus, FakeEncoder().encode, [question], settings, 8)
            ranked[limit] = [hit.archive_id[-1] for hit in hits]
    assert sorted(ranked[1.0][:2]) == ["2", "5"]
    assert ranked[0.9] == [ranked[1.0][0], "3", ranked[1.0][1], *ranked[1.0][3:]]


def test_a_reranker_reads_titles_and_abstracts_of_the_first_candidates_and_orders_them(tmp_path: Path) -> None:
    question, reranker = asked("quantum reefs"), ReversingReranker()
    with opened(tmp_path) as corpus:
        [before] = search(corpus, FakeEncoder().encode, [question], SETTINGS, 8)
        settings = SETTINGS.model_copy(update={"rerank": 2})
        [after] = search(corpus, FakeEncoder().encode, [question], settings, 8, reranker)
        texts = corpus.read([hit.archive_id for hit in before[:2]])
    assert reranker.asked == [("quantum reefs", texts)]
    assert texts[0] == f"{BOTH.title}. {BOTH.abstract}"
    assert [hit.archive_id for hit in after] == [before[place].archive_id for place in (1, 0, 2)]
    assert [hit.reranked for hit in after] == [1.0, 0.0, None]


def test_two_legs_without_a_weight_are_refused(tmp_path: Path) -> None:
    settings = RetrieveSettings(lexical_weight=0, dense_weight=0)
    with opened(tmp_path) as corpus, pytest.raises(SettingsError, match="are both 0"):
        next(search(corpus, FakeEncoder().encode, [Question("slug", "Why?", ())], settings, 3))
