"""The files that a browser finds by meaning with."""

import json

import numpy as np

from pipeline.meaning.targets import Target
from pipeline.render.meaning_files import MeaningFiles, meaning_files
from tests.meaning.tables import table

TARGETS = [
    *(Target("question", f"q/{number}/", f"Reef {number}?", "answered", f"q{number}") for number in range(70)),
    *(Target("preprint", f"p/{number}/", f"Reef <{number}>", "AG-1, 2024", f"p{number}") for number in range(10)),
]
RANDOM = np.random.default_rng(3)
VECTORS = {one.text_hash: RANDOM.normal(size=256) for one in TARGETS}


def index_of(files: MeaningFiles) -> dict[str, object]:
    told: dict[str, object] = json.loads(files.pages[0].content)
    return told


def test_the_index_names_every_file_and_what_a_reader_loads() -> None:
    files = meaning_files(table(), TARGETS, VECTORS)
    told = index_of(files)
    contents = {page.path.removeprefix("meaning/"): page.content for page in files.pages}
    loaded = told["files"]
    assert isinstance(loaded, dict)
    assert isinstance(told["titles"], list)
    assert set(contents) == {"index.json", *loaded.values(), *told["titles"]}
    assert told["bytes"] == files.bytes == sum(len(contents[name]) for name in loaded.values())
    assert (told["questions"], told["preprints"]) == (70, 10)
    pieces = contents[loaded["vocabulary"]].decode().split("\n")
    assert tuple(pieces) == table().wordpiece.pieces
    assert len(contents[loaded["pieces"]]) == len(pieces) * (2 + 64)
    assert len(contents[loaded["pages"]]) == 80 * 64


def test_titles_lie_on_shelves_in_the_order_of_the_pages() -> None:
    files = meaning_files(table(), TARGETS, VECTORS)
    shelves = [json.loads(page.content) for page in files.pages if "titles" in page.path]
    assert [len(one) for one in shelves] == [64, 16]
    assert [entry for shelf in shelves for entry in shelf] == [[one.path, one.title, one.note] for one in TARGETS]


def test_a_page_that_changes_leaves_the_other_files_as_they_are() -> None:
    before = {page.path for page in meaning_files(table(), TARGETS, VECTORS).pages}
    changed = {**VECTORS, "p9": RANDOM.normal(size=256)}
    after = {page.path for page in meaning_files(table(), TARGETS, changed).pages}
    assert [path for path in before - after if not path.startswith("meaning/pages")] == []
    assert len(after - before) == 1


def test_what_does_not_fit_is_left_out_from_the_end_and_told() -> None:
    whole = meaning_files(table(), TARGETS, VECTORS)
    files = meaning_files(table(), TARGETS, VECTORS, most_bytes=whole.bytes - 11 * 64)
    assert (files.questions, files.preprints, files.left_out) == (69, 0, 11)
    assert files.bytes <= whole.bytes - 11 * 64


def test_a_page_without_a_vector_is_no_page_of_it() -> None:
    files = meaning_files(table(), TARGETS, {"q1": VECTORS["q1"]})
    assert (files.questions, files.preprints, files.left_out) == (1, 0, 0)
    assert meaning_files(table(), TARGETS, {}).questions == 0


def test_the_same_pages_give_the_same_bytes() -> None:
    assert meaning_files(table(), TARGETS, VECTORS) == meaning_files(table(), TARGETS, VECTORS)
