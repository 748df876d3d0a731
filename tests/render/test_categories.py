"""Names of categories."""

import pytest

from pipeline.render.categories import category_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("cs.LG", "Machine Learning"),
        ("quant-ph", "Quantum Physics"),
        ("q-bio.PE", "Populations and Evolution"),
        ("astro-ph", "Astrophysics"),
        ("chao-dyn", "Chaotic Dynamics"),
    ],
)
def test_a_category_of_arxiv_has_its_name(code: str, name: str) -> None:
    assert category_name(code) == name


@pytest.mark.parametrize("code", ["neuroscience", "cs.XX", "unclassified", ""])
def test_another_one_is_its_own_name(code: str) -> None:
    assert category_name(code) == code
