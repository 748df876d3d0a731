"""What an evaluation measured, in the words of the quality page. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.render.figures import Figures
from pipeline.render.plots import format_number

WORDS = {
    "questions": "questions asked",
    "failed": "questions that failed",
    "partly_answerable": "answered in part, of those that can be answered",
    "partly_unanswerable": "answered in part, of those that cannot",
    "citation_recall": "sentences that their citations carry",
    "citation_precision": "citations that their sentence needs",
    "sources_retrieved": "preprints named as sources that were retrieved",
    "sources_cited": "of those named, cited",
    "sentences": "sentences published",
    "quoted": "of them quotes",
    "cut": "sentences of the model that were cut",
    "tokens": "tokens read and written",
    "seconds": "seconds by the clock",
}
"""Figures that need other words than their names, in the order in which they are told."""
OF_TWO = (
    ("answered_answerable", "refused_answerable", "questions that can be answered, and were"),
    ("refused_unanswerable", "answered_unanswerable", "questions that cannot be answered, and were not"),
)
"""Counts that say something only beside another: the one, what is missing to the whole, and the words."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One evaluation, as the page tells it."""

    name: str
    model: str
    day: str
    rows: tuple[tuple[str, str], ...]


def word_figure(name: str) -> str:
    """How the page calls a figure."""
    return WORDS.get(name, name.replace("_", " "))


def tell_figures(figures: Figures) -> Measured:
    return Measured(figures.name, figures.model, figures.day, tuple(_rows(dict(figures.values))))


def _rows(values: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    told = set[str]()
    for name, rest, words in OF_TWO:
        if name in values and rest in values:
            told |= {name, rest}
            yield words, f"{format_number(values[name])} of {format_number(values[name] + values[rest])}"
    for name in [*(one for one in WORDS if one in values), *(one for one in values if one not in WORDS)]:
        value = values[name]
        if name not in told and not (name.startswith(("failed", "partly")) and not value):
            yield word_figure(name), _value(name, value)


def _value(name: str, value: float) -> str:
    """A share as per cent, where its words say of what."""
    share = name in WORDS and isinstance(value, float) and 0 <= value <= 1
    return f"{format_number(round(100 * value, 1))} %" if share else format_number(value)
