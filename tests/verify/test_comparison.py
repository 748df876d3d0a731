"""Comparisons, and partners that were swapped."""

import pytest

from pipeline.verify.comparison import Comparison, check_partners, comparison_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Kernels outperform trees.", ("kernel", "tree", 1), id="a verb"),
        pytest.param("Kernels underperform trees.", ("kernel", "tree", -1), id="the other verb"),
        pytest.param("Kernels are outperformed by trees.", ("kernel", "tree", -1), id="its passive"),
        pytest.param(
            "Kernels are clearly surpassed by trees.", ("kernel", "tree", -1), id="its passive, with a word between"
        ),
        pytest.param("Kernels are faster than trees.", ("kernel", "tree", 1), id="faster"),
        pytest.param("Kernels are slower than trees.", ("kernel", "tree", -1), id="slower"),
        pytest.param("Kernels are more accurate than trees.", ("kernel", "tree", 1), id="more accurate"),
        pytest.param("Kernels are less accurate than trees.", ("kernel", "tree", -1), id="less accurate"),
        pytest.param("Kernels are not faster than trees.", ("kernel", "tree", -1), id="not faster"),
        pytest.param("Risk was higher compared with men.", ("risk", "men", 1), id="compared with"),
    ],
)
def test_a_comparison_is_read(text: str, expected: tuple[str, str, int]) -> None:
    left, right, sign = expected
    assert comparison_in(text) == Comparison(frozenset({left}), frozenset({right}), sign)


@pytest.mark.parametrize("text", ["Kernels classify images.", "Rather that than trees.", ""])
def test_no_comparison_is_none(text: str) -> None:
    assert comparison_in(text) is None


@pytest.mark.parametrize(
    ("claim", "sentence", "expected"),
    [
        pytest.param("Kernels outperform trees.", "Quantum kernels outperform trees.", 1, id="the same"),
        pytest.param("Trees outperform kernels.", "Kernels outperform trees.", -1, id="swapped"),
        pytest.param("Trees are slower than kernels.", "Kernels are faster than trees.", 1, id="swapped, and turned"),
        pytest.param("Kernels are slower than trees.", "Kernels are faster than trees.", -1, id="turned"),
        pytest.param("Kernels beat trees.", "Kernels are better than trees.", 1, id="a verb and an adjective"),
        pytest.param(
            "Men die more often than women.", "Death was more frequent in women than in men.", -1, id="in a phrase"
        ),
        pytest.param("Kernels outperform trees.", "Corals outperform algae.", 0, id="other partners"),
        pytest.param("Kernels outperform trees.", "Kernels and trees were compared.", 0, id="no comparison there"),
        pytest.param("Kernels classify.", "Kernels outperform trees.", 0, id="no comparison here"),
    ],
)
def test_partners_on_the_wrong_sides_are_seen(claim: str, sentence: str, expected: int) -> None:
    assert check_partners(claim, sentence) == expected
