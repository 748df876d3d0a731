"""The data dictionary says what is in the files, and the page in the docs says what the dictionary says."""

from pathlib import Path

from pipeline.export.dictionary import read_dictionary, render_dictionary

DOC = Path(__file__).parents[2] / "docs" / "data.md"


def test_the_page_in_the_docs_is_fresh() -> None:
    assert DOC.read_text(encoding="utf-8") == render_dictionary(), "make docs writes it anew"


def test_every_file_and_column_has_a_meaning_and_stands_once() -> None:
    files = read_dictionary()
    assert len({file.name for file in files}) == len(files)
    for file in files:
        assert file.about.endswith(".")
        assert f"### `{file.name}`" in render_dictionary()
        assert len({column.name for column in file.columns}) == len(file.columns)
        assert all(column.about for column in file.columns)


def test_rows_are_sorted_by_columns_that_are_there() -> None:
    for file in read_dictionary():
        if file.columns:
            assert set(file.order.split(", ")) <= {column.name for column in file.columns}, file.name
