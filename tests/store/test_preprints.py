"""Preprints, replaced texts and vectors in the database."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from pipeline.hashes import text_hash
from pipeline.records import Preprint, Version
from pipeline.store.database import Connection
from pipeline.store.preprints import (
    count_pending_embeddings,
    load_counts,
    load_filed,
    load_fingerprint,
    load_known_source_ids,
    load_preprints,
    load_same_work,
    load_text_vectors,
    load_texts,
    load_vectors,
    pending_embeddings,
    pending_texts,
    save_embeddings,
)
from tests.archive import keep_preprints
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder.name
BARE = Preprint(
    source="arxiv",
    source_id="hep-th/9901001",
    title="Strings",
    abstract="We study strings.",
    authors=(),
    categories=(),
    versions=(Version(1, None),),
    month="1999.01",
    archive_id="AG-1999.01-0001",
)


def embed(connection: Connection, *preprints: Preprint) -> None:
    vectors = FakeEncoder().encode([f"{one.title}. {one.abstract}" for one in preprints])
    save_embeddings(connection, encoder=ENCODER, text_hashes=[text_hash(one) for one in preprints], vectors=vectors)


# --- preprints ---------------------------------------------------------------------------------------------------


def test_preprints_come_back_as_they_went_in_by_id(connection: Connection, preprint: Preprint) -> None:
    withdrawn = replace(BARE, source_id="a/9901002", archive_id="AG-1999.01-0002", withdrawn="Withdrawn", retold=True)
    keep_preprints(connection, [preprint, withdrawn, BARE])
    loaded = load_preprints(connection, [preprint.archive_id, BARE.archive_id, withdrawn.archive_id, "AG-0000.00-0000"])
    assert list(loaded.values()) == [BARE, withdrawn, preprint]
    assert list(loaded) == [BARE.archive_id, withdrawn.archive_id, preprint.archive_id]


def test_of_ids_as_sources_have_them_those_that_the_archive_holds(connection: Connection, preprint: Preprint) -> None:
    twin = replace(BARE, source="osf", archive_id="AG-1999.01-0002")
    keep_preprints(connection, [preprint, BARE, twin])
    assert load_known_source_ids(connection, [BARE.source_id, "2401.99999", BARE.source_id]) == {BARE.source_id}
    assert load_known_source_ids(connection, []) == set()


@pytest.mark.parametrize("text", ["O'Neil; DROP TABLE preprints --", "日本語 🪸", "$source $1 ? %s", 'a\\b"c"'])
def test_text_of_any_kind_is_only_text(connection: Connection, text: str) -> None:
    one = replace(BARE, title=text, abstract=text, authors=(text,), comments=text)
    keep_preprints(connection, [one])
    assert load_preprints(connection, [one.archive_id]) == {one.archive_id: one}


def test_nothing_asked_for_is_fine(connection: Connection) -> None:
    assert load_preprints(connection, []) == {}


@pytest.mark.parametrize(
    ("preprints", "counts"),
    [
        pytest.param([], (0, None), id="empty"),
        pytest.param([BARE], (1, date(1999, 1, 1)), id="no date but the month"),
        pytest.param(
            [
                BARE,
                replace(BARE, source_id="b", archive_id="AG-1999.01-0002", versions=(Version(1, date(2001, 2, 3)),)),
            ],
            (2, date(2001, 2, 3)),
            id="the newest version",
        ),
    ],
)
def test_counts_tell_how_many_and_how_new(connection: Connection, preprints: list[Preprint], counts: Any) -> None:
    keep_preprints(connection, preprints)
    assert load_counts(connection) == counts


# --- one work under several ids ----------------------------------------------------------------------------------


def a_work(number: int, source: str, source_id: str, doi: str | None = None) -> Preprint:
    return replace(BARE, source=source, source_id=source_id, doi=doi, archive_id=f"AG-2024.01-{number:04}")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(
            ("arxiv", "2401.1", "10.1000/Q.182"), ("osf", "abcde", "10.1000/q.182"), True, id="a doi in common"
        ),
        pytest.param(("arxiv", "2401.1", "10.1000/1"), ("osf", "abcde", "10.1000/2"), False, id="two dois"),
        pytest.param(("arxiv", "2401.1", None), ("osf", "abcde", None), False, id="no doi at all"),
        pytest.param(
            ("arxiv", "2401.1", "10.1101/2024.01.02"), ("biorxiv", "10.1101/2024.01.02", None), True, id="its id"
        ),
        pytest.param(
            ("biorxiv", "10.1101/9", "10.48550/arXiv.2401.1"), ("arxiv", "2401.1", None), True, id="arXiv's own"
        ),
        pytest.param(
            ("osf", "abcde", "10.48550/ARXIV.MATH.GT/0309136"), ("arxiv", "math.GT/0309136", None), True, id="old style"
        ),
        pytest.param(("osf", "abcde", "10.48550/arXiv.2401.1"), ("mirror", "2401.1", None), False, id="not of arXiv"),
        pytest.param(("arxiv", "2401.1", "10.1000/1 10.1000/2"), ("osf", "abcde", "10.1000/2"), True, id="one of two"),
        pytest.param(
            ("arxiv", "2401.1", "https://doi.org/10.1000/1"),
            ("osf", "abcde", "doi:10.1000/1"),
            True,
            id="as an address",
        ),
    ],
)
def test_a_doi_tells_that_two_preprints_are_one_work(
    connection: Connection, one: tuple[str, str, str | None], other: tuple[str, str, str | None], same: bool
) -> None:
    first, second = a_work(1, *one), a_work(2, *other)
    keep_preprints(connection, [first, second, a_work(3, "osf", "other", "10.9999/elsewhere")])
    ids = (first.archive_id, second.archive_id)
    for wanted, found in (ids, ids[::-1]):
        assert load_same_work(connection, [wanted]) == ({wanted: (found,)} if same else {})


def test_three_preprints_of_one_work_name_one_another(connection: Connection) -> None:
    works = [a_work(number, source, "10.1101/1", "10.1000/1") for number, source in enumerate("abc", 1)]
    keep_preprints(connection, works)
    first, second, third = (one.archive_id for one in works)
    assert load_same_work(connection, [third, first]) == {first: (second, third), third: (first, second)}


# --- what retrieval reads ----------------------------------------------------------------------------------------


def test_texts_facets_and_vectors_stand_in_one_order_and_leave_out_what_has_no_vector(
    connection: Connection, preprint: Preprint
) -> None:
    pending = replace(BARE, source_id="b", archive_id="AG-1999.01-0002", title="Not embedded yet")
    keep_preprints(connection, [preprint, pending, BARE])
    embed(connection, preprint, BARE)
    texts = [f"{one.title}. {one.abstract}" for one in (BARE, preprint)]
    ids, vectors = load_vectors(connection, encoder=ENCODER)
    assert ids == [BARE.archive_id, preprint.archive_id]
    assert load_texts(connection, encoder=ENCODER) == texts
    assert load_filed(connection, encoder=ENCODER) == [
        (BARE.archive_id, [], date(1999, 1, 1)),
        (preprint.archive_id, ["quant-ph", "cs.LG"], date(2024, 1, 28)),
    ]
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, FakeEncoder().encode(texts))


def test_two_preprints_of_one_text_share_its_vector(connection: Connection) -> None:
    twin = replace(BARE, source="biorxiv", archive_id="AG-1999.01-0002")
    keep_preprints(connection, [BARE, twin])
    assert pending_embeddings(connection, encoder=ENCODER, limit=9) == [(text_hash(BARE), "Strings. We study strings.")]
    embed(connection, BARE)
    assert pending_embeddings(connection, encoder=ENCODER, limit=9) == []
    assert load_vectors(connection, encoder=ENCODER)[0] == [BARE.archive_id, twin.archive_id]


def test_an_empty_archive_has_no_vectors(connection: Connection) -> None:
    ids, vectors = load_vectors(connection, encoder=ENCODER)
    assert (ids, vectors.shape) == ([], (0, 0))


@pytest.mark.parametrize(
    ("change", "changes_it"),
    [
        pytest.param({"title": "Other"}, True, id="title"),
        pytest.param({"categories": ("hep-th",)}, True, id="categories"),
        pytest.param({"withdrawn": "Withdrawn."}, True, id="withdrawal"),
        pytest.param({"versions": (Version(1, date(1999, 1, 2)),)}, True, id="versions"),
        pytest.param({"doi": "10.1/2"}, False, id="doi"),
        pytest.param({"comments": "5 pages"}, False, id="comments"),
    ],
)
def test_the_fingerprint_changes_with_what_retrieval_reads(
    connection: Connection, preprint: Preprint, change: dict[str, Any], changes_it: bool
) -> None:
    keep_preprints(connection, [preprint, BARE])
    preprints, before = load_fingerprint(connection, encoder=ENCODER)
    keep_preprints(connection, [replace(BARE, **change)])
    after = load_fingerprint(connection, encoder=ENCODER)
    assert (preprints, after[0], after[1] != before) == (2, 2, changes_it)


def test_the_fingerprint_changes_with_a_preprint_more_and_with_a_vector_more(connection: Connection) -> None:
    states = [load_fingerprint(connection, encoder=ENCODER)]
    keep_preprints(connection, [BARE])
    states.append(load_fingerprint(connection, encoder=ENCODER))
    embed(connection, BARE)
    states.append(load_fingerprint(connection, encoder=ENCODER))
    assert [preprints for preprints, _ in states] == [0, 1, 1]
    assert len({fingerprint for _, fingerprint in states}) == 3


# --- vectors -----------------------------------------------------------------------------------------------------


def test_vectors_belong_to_one_encoder(connection: Connection) -> None:
    keep_preprints(connection, [BARE])
    embed(connection, BARE)
    assert pending_embeddings(connection, encoder="other", limit=9) == [(text_hash(BARE), "Strings. We study strings.")]
    assert load_vectors(connection, encoder="other")[0] == []


def test_a_text_embedded_twice_keeps_its_first_vector(connection: Connection) -> None:
    first, second = np.eye(2, dtype=np.float32)
    save_embeddings(connection, encoder=ENCODER, text_hashes=["a"], vectors=first[None])
    save_embeddings(connection, encoder=ENCODER, text_hashes=["a", "b"], vectors=np.stack([second, second]))
    loaded = load_text_vectors(connection, encoder=ENCODER, text_hashes=["b", "a", "unknown"])
    assert {name: vector.tolist() for name, vector in loaded.items()} == {"a": [1.0, 0.0], "b": [0.0, 1.0]}


def test_no_texts_leave_no_vectors(connection: Connection) -> None:
    save_embeddings(connection, encoder=ENCODER, text_hashes=[], vectors=FakeEncoder().encode([]))
    assert load_text_vectors(connection, encoder=ENCODER, text_hashes=["a"]) == {}


def test_pending_texts_are_those_without_a_vector(connection: Connection) -> None:
    save_embeddings(connection, encoder=ENCODER, text_hashes=["a"], vectors=np.ones((1, 2), np.float32))
    assert pending_texts(connection, encoder=ENCODER, text_hashes=["a", "b", "b"]) == {"b"}
    assert pending_texts(connection, encoder="other", text_hashes=["a"]) == {"a"}
    assert pending_texts(connection, encoder=ENCODER, text_hashes=[]) == set()


def test_pending_embeddings_come_by_hash_a_few_at_a_time(connection: Connection, preprint: Preprint) -> None:
    others = [replace(BARE, title=f"T{number}", archive_id=f"AG-1999.01-{number:04}") for number in range(2, 6)]
    keep_preprints(connection, [preprint, BARE, *others])
    hashes = sorted(text_hash(one) for one in [preprint, BARE, *others])
    assert count_pending_embeddings(connection, encoder=ENCODER) == 6
    found = []
    while batch := pending_embeddings(connection, encoder=ENCODER, limit=4):
        found.append([mark for mark, _ in batch])
        vectors = FakeEncoder().encode([text for _, text in batch])
        save_embeddings(connection, encoder=ENCODER, text_hashes=found[-1], vectors=vectors)
    assert found == [hashes[:4], hashes[4:]]
    assert count_pending_embeddings(connection, encoder=ENCODER) == 0
