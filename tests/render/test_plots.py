"""Lines over days, as geometry."""

from typing import Any

import pytest

from pipeline.render.plots import BOTTOM, DOTTED, HEIGHT, LEFT, RIGHT, TOP, WIDTH, draw_chart, format_number, nice_steps

DAYS = ["2026-11-01", "2026-11-02", "2026-11-21"]


def test_days_stand_as_far_apart_as_they_are_and_values_rise_from_the_bottom() -> None:
    chart = draw_chart(DAYS, {"answered": [0, 2, 4]})
    [line] = chart.lines
    across = [dot.x for dot in line.dots]
    assert across == [LEFT, pytest.approx(LEFT + (WIDTH - LEFT - RIGHT) / 20, abs=0.1), WIDTH - RIGHT]
    assert [dot.y for dot in line.dots] == [HEIGHT - BOTTOM, (HEIGHT - BOTTOM + TOP) / 2, TOP]
    assert line.path == f"M{across[0]} 220.0 L{across[1]} 117.0 L{across[2]} 14.0"
    assert [tick.text for tick in chart.heights] == ["0", "1", "2", "3", "4"]
    assert (line.last, line.dots[1].text) == ("4", "answered, 2 November 2026: 2")


def test_a_day_without_a_value_breaks_the_line() -> None:
    [line] = draw_chart(["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"], {"recall": [0.5, None, 0.5, 1]}).lines
    assert len(line.dots) == 3
    assert line.path.count("M") == line.path.count("L") == 1
    [empty] = draw_chart(DAYS, {"recall": [None, None, None]}).lines
    assert (empty.path, empty.dots, empty.last) == ("", (), "–")


def test_of_many_days_only_the_last_has_a_dot() -> None:
    days = [f"2026-11-{day:02}" for day in range(1, DOTTED + 2)]
    [line] = draw_chart(days, {"answered": list(range(DOTTED + 1))}).lines
    assert [dot.text for dot in line.dots] == ["answered, 13 November 2026: 12"]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (["2026-11-01", "2026-11-02"], ["1 Nov", "2 Nov"]),
        (["2026-02-27", "2026-03-01"], ["27 Feb", "28 Feb", "1 Mar"]),
        (["2026-01-01", "2026-12-31"], ["1 Jan", "2 Apr", "2 Jul", "1 Oct", "31 Dec"]),
    ],
)
def test_a_few_days_are_told_of(days: list[str], told: list[str]) -> None:
    assert [tick.text for tick in draw_chart(days, {"answered": [1] * len(days)}).days] == told


@pytest.mark.parametrize(
    ("top", "whole", "steps"),
    [
        (3, True, [0, 1, 2, 3]),
        (0, True, [0, 1]),
        (12, True, [0, 5, 10, 15]),
        (145, True, [0, 50, 100, 150]),
        (100, True, [0, 20, 40, 60, 80, 100]),
        (1, False, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0.31, False, [0, 0.1, 0.2, 0.3, 0.4]),
        (50.3, False, [0, 20, 40, 60]),
    ],
)
def test_steps_are_round(top: float, whole: bool, steps: list[float]) -> None:
    assert nice_steps(top, whole=whole) == steps


@pytest.mark.parametrize(
    ("value", "text"),
    [(12.0, "12"), (0.84, "0.84"), (0.12345, "0.123"), (None, "–"), (0.0, "0"), (300.0, "300"), (1500.4, "1,500.4")],
)
def test_numbers_are_short(value: Any, text: str) -> None:
    assert format_number(value) == text
