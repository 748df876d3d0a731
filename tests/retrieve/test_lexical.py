"""The BM25 index: what it finds, and how it lies on disk."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.retrieve.lexical import LexicalIndex

TEXTS = [
    "Quantum kernels. Quantum kernels classify images of handwritten digits.",
    "Coral reefs. Reefs recover after bleaching.",
    "Image classification. Networks classify an image.",
]


def opened(folder: Path, fingerprint: str = "one", texts: list[str] = TEXTS) -> LexicalIndex:
    return LexicalIndex.open(folder, fingerprint, lambda: texts)


def not_loaded() -> list[str]:
    raise AssertionError("the index was built again")


@pytest.mark.parametrize(
    ("query", "matching"),
    [
        pytest.param("quantum", [0], id="one word"),
        pytest.param("classifies IMAGES", [0, 2], id="another form, another case"),
        pytest.param("reef recovery unknownword", [1], id="a word that nobody wrote"),
        pytest.param("unknownword", [], id="only words that nobody wrote"),
        pytest.param("the of and", [], id="only stop words"),
        pytest.param("", [], id="nothing"),
        pytest.param('"; DROP TABLE -- (((', [], id="signs"),
    ],
)
def test_only_texts_that_share_a_term_score(tmp_path: Path, query: str, matching: list[int]) -> None:
    scores = opened(tmp_path / "lexical").scores(query)
    assert scores.dtype == np.float32
    assert scores.shape == (3,)
    assert np.flatnonzero(scores > 0).tolist() == matching
    assert (scores >= 0).all()


def test_a_rarer_and_repeated_term_scores_higher(tmp_path: Path) -> None:
    index = opened(tmp_path / "lexical")
    assert index.scores("quantum")[0] > index.scores("image")[0]


def test_an_index_is_built_once_for_a_state_and_scores_alike_when_opened_again(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    built = opened(folder).scores("quantum images")
    assert np.array_equal(LexicalIndex.open(folder, "one", not_loaded).scores("quantum images"), built)


def test_another_state_of_the_archive_builds_a_new_index_and_removes_the_old(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    opened(folder)
    [old] = folder.iterdir()
    assert opened(folder, "two", TEXTS[:2]).scores("quantum").shape == (2,)
    [new] = folder.iterdir()
    assert old != new


def test_an_index_whose_building_was_killed_is_built_again(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    opened(folder)
    [home] = folder.iterdir()
    (home / "complete").unlink()
    for file in home.iterdir():
        file.write_bytes(b"half")
    assert np.flatnonzero(opened(folder).scores("reefs")).tolist() == [1]


def test_a_text_without_any_term_never_scores(tmp_path: Path) -> None:
    index = opened(tmp_path / "lexical", texts=["the of", "Quantum kernels.", "--"])
    assert (index.scores("quantum the") > 0).tolist() == [False, True, False]


def test_an_index_in_memory_scores_as_one_on_disk_does(tmp_path: Path) -> None:
    on_disk = opened(tmp_path / "lexical").scores("quantum images")
    assert np.array_equal(LexicalIndex.of_texts(TEXTS).scores("quantum images"), on_disk)


def test_texts_of_stop_words_alone_never_score() -> None:
    index = LexicalIndex.of_texts(["The of and", "It is"])
    assert index.scores("the reefs").tolist() == [0.0, 0.0]
