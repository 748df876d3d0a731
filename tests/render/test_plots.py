"""Plots as SVG."""

import sys
from typing import Any

import pytest
from lxml import etree

from pipeline.render.plots import INKS, render_plot, whole_ticks

DAYS = ["2026-11-19", "2026-11-20", "2026-11-21"]
SERIES: dict[str, list[float | None]] = {"answered": [1, 2, None], "in part <b>": [0, 0, 3]}


def plot(theme: str = "light") -> Any:
    return etree.fromstring(render_plot(DAYS, SERIES, theme))


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert render_plot(DAYS, SERIES, "light") == render_plot(DAYS, SERIES, "light")
    assert render_plot(DAYS, SERIES, "light") != render_plot(DAYS, {"answered": [1, 2, 3]}, "light")


def test_a_plot_names_its_lines_and_days_in_its_themes_colours() -> None:
    for theme, (paper, ink, _) in INKS.items():
        raw = render_plot(DAYS, SERIES, theme).decode()
        shown = " ".join(plot(theme).itertext())
        assert all(name in shown for name in ("answered", "in part <b>", *DAYS))
        assert paper in raw and ink in raw


def test_nothing_in_a_plot_runs_or_loads_or_tells_the_day_of_its_making() -> None:
    raw = render_plot(DAYS, SERIES, "dark").decode()
    assert not list(plot().iter(etree.Comment, "{*}script", "{*}image", "{*}foreignObject"))
    assert not any(name.startswith("on") or name.endswith("href") for one in plot().iter("*") for name in one.attrib)
    assert "url(http" not in raw and "@import" not in raw


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([1.0, 3.0], [0, 1, 2, 3]),
        ([0.0], [0, 1]),
        ([12.0], [0, 3, 6, 9, 12]),
        ([100.0, 7.0], [0, 20, 40, 60, 80, 100]),
        ([0.5, 1.0], None),
        ([], None),
    ],
)
def test_counts_have_whole_ticks(values: list[float], ticks: list[int] | None) -> None:
    assert whole_ticks(values) == ticks


def test_python_imports_as_before() -> None:
    assert not [finder for finder in sys.meta_path if not hasattr(finder, "find_spec")]
