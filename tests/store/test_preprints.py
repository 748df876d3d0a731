"""Preprints, replaced texts and vectors in the database."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from pipeline.errors import LedgerError
from pipeline.hashes import record_hash, text_hash
from pipeline.records import Preprint, Version
from pipeline.store.database import Connection
from pipeline.store.preprints import (
    Known,
    load_counts,
    load_facets,
    load_fingerprint,
    load_harvest,
    load_known,
    load_preprints,
    load_text_vectors,
    load_texts,
    load_vectors,
    pending_embeddings,
    pending_texts,
    save_embeddings,
    save_harvest,
    save_preprints,
)
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


def replaced_texts(connection: Connection) -> list[Any]:
    return connection.execute("SELECT archive_id, number, title, abstract FROM versions ORDER BY ALL").fetchall()


# --- preprints ---------------------------------------------------------------------------------------------------


def test_preprints_come_back_as_they_went_in_by_id(connection: Connection, preprint: Preprint) -> None:
    withdrawn = replace(BARE, source_id="a/9901002", archive_id="AG-1999.01-0002", withdrawn="Withdrawn", retold=True)
    save_preprints(connection, [preprint, withdrawn, BARE])
    loaded = load_preprints(connection, [preprint.archive_id, BARE.archive_id, withdrawn.archive_id, "AG-0000.00-0000"])
    assert list(loaded.values()) == [BARE, withdrawn, preprint]
    assert list(loaded) == [BARE.archive_id, withdrawn.archive_id, preprint.archive_id]


@pytest.mark.parametrize("text", ["O'Neil; DROP TABLE preprints --", "日本語 🪸", "$source $1 ? %s", 'a\\b"c"'])
def test_text_of_any_kind_is_only_text(connection: Connection, text: str) -> None:
    one = replace(BARE, title=text, abstract=text, authors=(text,), comments=text)
    save_preprints(connection, [one])
    assert load_preprints(connection, [one.archive_id]) == {one.archive_id: one}


def test_nothing_asked_for_and_nothing_saved_are_fine(connection: Connection) -> None:
    save_preprints(connection, [])
    assert load_preprints(connection, []) == {}
    assert load_known(connection, source="arxiv", source_ids=[]) == {}


def test_saving_again_changes_nothing(connection: Connection, preprint: Preprint) -> None:
    save_preprints(connection, [preprint])
    save_preprints(connection, [preprint])
    assert load_preprints(connection, [preprint.archive_id]) == {preprint.archive_id: preprint}
    assert load_counts(connection) == (1, date(2024, 5, 3))
    assert replaced_texts(connection) == []


def test_a_text_that_is_replaced_is_kept_under_the_version_it_belonged_to(
    connection: Connection, preprint: Preprint
) -> None:
    save_preprints(connection, [preprint, BARE])
    revised = replace(preprint, abstract="Rewritten.", versions=(*preprint.versions, Version(4, date(2024, 6, 1))))
    save_preprints(connection, [revised])
    assert load_preprints(connection, [preprint.archive_id]) == {preprint.archive_id: revised}
    assert replaced_texts(connection) == [(preprint.archive_id, 3, preprint.title, preprint.abstract)]


def test_a_change_that_leaves_the_text_keeps_no_old_text(connection: Connection, preprint: Preprint) -> None:
    save_preprints(connection, [preprint])
    save_preprints(connection, [replace(preprint, doi="10.1/other")])
    assert replaced_texts(connection) == []


def test_what_is_known_is_known_by_source_and_its_id(connection: Connection, preprint: Preprint) -> None:
    save_preprints(connection, [preprint, BARE])
    known = Known(preprint.archive_id, text_hash(preprint), record_hash(preprint), latest=3)
    assert load_known(connection, source="arxiv", source_ids=[preprint.source_id, "2401.99999"]) == {
        preprint.source_id: known
    }
    assert load_known(connection, source="biorxiv", source_ids=[preprint.source_id]) == {}


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
    save_preprints(connection, preprints)
    assert load_counts(connection) == counts


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"archive_id": "AG-1999.01-0002"}, id="a second id for a preprint"),
        pytest.param({"source_id": "hep-th/9901002"}, id="an id for a second preprint"),
        pytest.param({"source": "biorxiv"}, id="an id for a preprint of another source"),
    ],
)
def test_an_id_never_comes_to_mean_another_preprint_though_the_ledger_was_lost(
    connection: Connection, change: dict[str, Any]
) -> None:
    save_preprints(connection, [BARE])
    with pytest.raises(LedgerError, match=r"holds arxiv hep-th/9901001 as AG-1999\.01-0001.*\n.*backup"):
        save_preprints(connection, [replace(BARE, title="Other", **change)])
    assert load_preprints(connection, [BARE.archive_id, "AG-1999.01-0002"]) == {BARE.archive_id: BARE}


# --- harvests ----------------------------------------------------------------------------------------------------


def test_a_harvest_is_remembered_by_source_and_overwritten(connection: Connection) -> None:
    assert load_harvest(connection, source="arxiv") is None
    save_harvest(connection, source="arxiv", fingerprint="old")
    save_harvest(connection, source="arxiv", fingerprint="new")
    assert (load_harvest(connection, source="arxiv"), load_harvest(connection, source="biorxiv")) == ("new", None)


# --- what retrieval reads ----------------------------------------------------------------------------------------


def test_texts_facets_and_vectors_stand_in_one_order_and_leave_out_what_has_no_vector(
    connection: Connection, preprint: Preprint
) -> None:
    pending = replace(BARE, source_id="b", archive_id="AG-1999.01-0002", title="Not embedded yet")
    save_preprints(connection, [preprint, pending, BARE])
    embed(connection, preprint, BARE)
    texts = [f"{one.title}. {one.abstract}" for one in (BARE, preprint)]
    ids, vectors = load_vectors(connection, encoder=ENCODER)
    assert ids == [BARE.archive_id, preprint.archive_id]
    assert load_texts(connection, encoder=ENCODER) == texts
    assert load_facets(connection, encoder=ENCODER) == [
        (BARE.archive_id, [], date(1999, 1, 1)),
        (preprint.archive_id, ["quant-ph", "cs.LG"], date(2024, 1, 28)),
    ]
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, FakeEncoder().encode(texts))


def test_two_preprints_of_one_text_share_its_vector(connection: Connection) -> None:
    twin = replace(BARE, source="biorxiv", archive_id="AG-1999.01-0002")
    save_preprints(connection, [BARE, twin])
    assert pending_embeddings(connection, encoder=ENCODER) == [(text_hash(BARE), "Strings. We study strings.")]
    embed(connection, BARE)
    assert pending_embeddings(connection, encoder=ENCODER) == []
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
    save_preprints(connection, [preprint, BARE])
    preprints, before = load_fingerprint(connection, encoder=ENCODER)
    save_preprints(connection, [replace(BARE, **change)])
    after = load_fingerprint(connection, encoder=ENCODER)
    assert (preprints, after[0], after[1] != before) == (2, 2, changes_it)


def test_the_fingerprint_changes_with_a_preprint_more_and_with_a_vector_more(connection: Connection) -> None:
    states = [load_fingerprint(connection, encoder=ENCODER)]
    save_preprints(connection, [BARE])
    states.append(load_fingerprint(connection, encoder=ENCODER))
    embed(connection, BARE)
    states.append(load_fingerprint(connection, encoder=ENCODER))
    assert [preprints for preprints, _ in states] == [0, 1, 1]
    assert len({fingerprint for _, fingerprint in states}) == 3


# --- vectors -----------------------------------------------------------------------------------------------------


def test_vectors_belong_to_one_encoder(connection: Connection) -> None:
    save_preprints(connection, [BARE])
    embed(connection, BARE)
    assert pending_embeddings(connection, encoder="other") == [(text_hash(BARE), "Strings. We study strings.")]
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
