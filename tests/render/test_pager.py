"""Long lists in pages."""

import pytest

from pipeline.render.pager import Pager, in_pages


def test_a_list_is_cut_into_pages_and_an_empty_one_has_one() -> None:
    assert list(in_pages("abcde", 2)) == [(Pager(1, 3), "ab"), (Pager(2, 3), "cd"), (Pager(3, 3), "e")]
    assert list(in_pages("ab", 2)) == [(Pager(1, 1), "ab")]
    assert list(in_pages("", 2)) == [(Pager(1, 1), "")]


@pytest.mark.parametrize(
    ("number", "total", "shown"),
    [
        (1, 1, (1,)),
        (1, 4, (1, 2, 3, 4)),
        (1, 9, (1, 2, 3, None, 9)),
        (5, 9, (1, None, 3, 4, 5, 6, 7, None, 9)),
        (4, 9, (1, 2, 3, 4, 5, 6, None, 9)),
        (9, 9, (1, None, 7, 8, 9)),
    ],
)
def test_it_names_the_ends_and_what_is_near(number: int, total: int, shown: tuple[int | None, ...]) -> None:
    assert Pager(number, total).numbers == shown


def test_the_first_page_has_the_address_of_the_list() -> None:
    first, second = Pager(1, 2), Pager(2, 2)
    assert (first.path("gaps/"), second.path("gaps/")) == ("gaps/index.html", "gaps/2/index.html")
    assert (first.folder, second.folder) == ("", "../")
    assert (first.title("Gaps"), second.title("Gaps")) == ("Gaps", "Gaps, page 2")
