"""Lines over days, as the geometry of an inline SVG: the page's style sheet draws it, so it follows the reader's theme. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil, floor, log10

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 14, 40
"""Room for the numbers of the ticks, which a narrow screen shows larger."""
TICKS = 5
"""Steps of the upright axis, and days told of on the other, at most."""
DOTTED = 12
"""Days up to which every value has a dot; of more only the last."""


@dataclass(frozen=True, slots=True)
class Tick:
    place: float
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    text: str
    """Its day and value."""


@dataclass(frozen=True, slots=True)
class Line:
    """One series."""

    name: str
    last: str
    """The value of the last day that has one."""
    path: str
    """SVG; empty where no two days that follow each other have a value."""
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything in the coordinates of a picture of WIDTH by HEIGHT."""

    lines: tuple[Line, ...]
    heights: tuple[Tick, ...]
    days: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def draw_chart(days: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> Chart:
    """Lines over days (ISO dates, oldest first, at least two) that stand as far apart as they are; values from 0 upwards."""
    values = [value for one in series.values() for value in one if value is not None]
    steps = nice_steps(max(values, default=0), whole=all(value == int(value) for value in values))
    numbers = [date.fromisoformat(day).toordinal() for day in days]
    first, span = numbers[0], max(1, numbers[-1] - numbers[0])
    across = [round(LEFT + (number - first) / span * (WIDTH - LEFT - RIGHT), 1) for number in numbers]

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / steps[-1] * (HEIGHT - TOP - BOTTOM), 1)

    lines = []
    for name, found in series.items():
        dots = [
            None if value is None else Dot(x, up(value), f"{name}, {format_day(day)}: {format_number(value)}")
            for x, day, value in zip(across, days, found, strict=True)
        ]
        known = [dot for dot in dots if dot]
        last = next((value for value in reversed(found) if value is not None), None)
        shown = known if len(days) <= DOTTED else known[-1:]
        lines.append(Line(name, format_number(last), " ".join(_strokes(dots)), tuple(shown)))
    heights = tuple(Tick(up(step), format_number(step)) for step in steps)
    return Chart(tuple(lines), heights, tuple(_day_ticks(first, span)))


def nice_steps(top: float, *, whole: bool) -> list[float]:
    """From 0 to `top` or more, in steps of 1, 2 or 5 times a power of ten; whole ones for counts."""
    rough = (top or 1) / TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough * (1 - 1e-9))
    step = max(step, 1.0) if whole else step
    return [round(step * number, 10) for number in range(ceil(round((top or 1) / step, 9)) + 1)]


def format_number(value: float | None) -> str:
    """`12`, `1,234`, `0.84`, or a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def format_day(day: str) -> str:
    """`3 February 2026` from an ISO date."""
    found = date.fromisoformat(day)
    return f"{found.day} {found:%B %Y}"


def _strokes(dots: Sequence[Dot | None]) -> Iterator[str]:
    """A stroke for each stretch of days that have a value."""
    for there, found in groupby(dots, key=lambda dot: dot is not None):
        points = [f"{dot.x} {dot.y}" for dot in found if dot]
        if there and len(points) > 1:
            yield f"M{' L'.join(points)}"


def _day_ticks(first: int, span: int) -> Iterator[Tick]:
    """The first and the last day, and some between that are equally far apart."""
    count = min(TICKS - 1, span)
    for number in range(count + 1):
        days = round(number * span / count)
        found = date.fromordinal(first + days)
        yield Tick(round(LEFT + days / span * (WIDTH - LEFT - RIGHT), 1), f"{found.day} {found:%b}")
