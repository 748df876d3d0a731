"""What the nights did, and what was measured: /status/ and /quality/. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.render.figures import DayCount, Figures, Tally, daily_counts
from pipeline.render.groups import PageGroup
from pipeline.render.measured import tell_figures, word_figure
from pipeline.render.nights import view_nights
from pipeline.render.plots import Chart, draw_chart, format_day, format_number
from pipeline.render.press import Press
from pipeline.render.views import Archive

RUNS = 14
"""Nights that /status/ tells of."""
DAYS = 60
"""Days that a plot shows."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with the same numbers as a table."""

    name: str
    title: str
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    days: tuple[str, ...]
    """ISO dates, oldest first."""

    @property
    def chart(self) -> Chart | None:
        """None where one day alone has values: the table tells those better."""
        return draw_chart(self.days, dict(self.series)) if len(self.days) > 1 else None

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """By day, the newest first."""
        return [
            (format_day(day), [format_number(values[n]) for _, values in self.series])
            for n, day in reversed(list(enumerate(self.days)))
        ]

    @property
    def description(self) -> str:
        """What it shows, in words: the last day's values."""
        last = ", ".join(f"{name} {format_number(values[-1])}" for name, values in self.series)
        return f"{self.title}, from {format_day(self.days[0])} to {format_day(self.days[-1])}. On the last day: {last}."


def status_pages(archive: Archive, tallies: Sequence[Tally], press: Press) -> Iterator[PageGroup]:
    """What the last nights did, and what was measured."""
    nights = view_nights(archive.runs)[:RUNS]
    yield press.single(
        "status/index.html",
        "status",
        title="Status",
        description="What the last nights did.",
        section="about",
        modified=nights[0].started.date() if nights else None,
        nights=nights,
    )
    plots = view_plots(tallies, archive.figures)
    yield press.single(
        "quality/index.html",
        "quality",
        title="Quality",
        description="What was measured, and what the answers of each day amounted to.",
        section="about",
        plots=plots,
        measured=[tell_figures(one) for one in sorted(archive.figures, key=lambda one: one.day, reverse=True)],
        format_day=format_day,
    )


def view_plots(tallies: Sequence[Tally], figures: Sequence[Figures]) -> tuple[Plot, ...]:
    """The plots of the archive's own nights, then one for every set that was measured more than once."""
    return (*_night_plots(daily_counts(tallies, DAYS)), *_measured_plots(figures))


def _night_plots(days: Sequence[DayCount]) -> tuple[Plot, ...]:
    if not days:
        return ()
    labels = tuple(one.day.isoformat() for one in days)
    return (
        Plot(
            "questions",
            "Questions by how they are answered",
            (
                ("answered", tuple(float(one.answered) for one in days)),
                ("in part", tuple(float(one.partly) for one in days)),
                ("not answered", tuple(float(one.not_answered) for one in days)),
            ),
            labels,
        ),
        Plot(
            "sentences",
            "Sentences that were cut, and quotes among those published, in per cent",
            (
                ("cut, of all that were written", tuple(one.cut_share for one in days)),
                ("quotes, of all that were published", tuple(one.quoted_share for one in days)),
            ),
            labels,
        ),
    )


def _measured_plots(figures: Sequence[Figures]) -> Iterator[Plot]:
    """One for each set and model that was measured on more than one day: what two models did is no trend."""
    measured = sorted({(one.name, one.model) for one in figures})
    models = Counter(name for name, _ in measured)
    for number, (name, model) in enumerate(measured, 1):
        newest = {one.day: dict(one.values) for one in figures if (one.name, one.model) == (name, model) and one.day}
        days = sorted(newest)
        if len(days) < 2:
            continue
        names = list(dict.fromkeys(title for day in days for title, value in newest[day].items() if _is_share(value)))
        series = [(word_figure(title), tuple(newest[day].get(title) for day in days)) for title in names[:6]]
        if series:
            with_model = f" with {model}" if models[name] > 1 else ""
            yield Plot(f"measured-{number}", f"Measured on {name}{with_model}", tuple(series), tuple(days))


def _is_share(value: float) -> bool:
    """Whether it is a share and no count: those can stand in one plot."""
    return isinstance(value, float) and 0 <= value <= 1
