"""The map of questions and preprints: a picture in the page, whose points are links, and the same as a list. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.meaning.layout import Points
from pipeline.meaning.targets import Target, choose_for_map
from pipeline.records import FollowUp, Topic
from pipeline.render.news import STATUSES

WIDTH, HEIGHT = 1000, 700
MARGIN = 40
"""In which no point stands, so that none is cut off."""
LETTER, LINE = 14.5, 30
"""Width of a letter and height of a line of a topic's label, about."""
MOST_LABELS = 14
"""So that the points still show."""
SHIFTS = (0, -1, 1, -2, 2, -3, 3, -4, 4)
"""Lines by which a label may give way to another."""
ANSWERED = (STATUSES["answered"], STATUSES["partly"])


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the picture."""

    target: Target
    number: int
    x: float
    y: float
    to: tuple[int, ...]
    """Numbers of the points that a question cites."""

    @property
    def look(self) -> str:
        """Its class in the style sheet."""
        if self.target.kind == "preprint":
            return "preprint"
        return "answered" if self.target.note in ANSWERED else "open"


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a topic, in the middle of its questions."""

    topic: Topic
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A question in the list, with what is nearest to it."""

    target: Target
    nearest: tuple[FollowUp, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """What the page shows."""

    dots: tuple[Dot, ...]
    """Preprints first, so that questions lie above them."""
    labels: tuple[Label, ...]
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    """Title of a topic, and its questions."""
    questions: int
    all_questions: int
    preprints: int
    width: int = WIDTH
    height: int = HEIGHT


def view_map(
    targets: Sequence[Target],
    points: Points,
    topics: Mapping[str, Topic],
    follow_ups: Mapping[str, Sequence[FollowUp]],
) -> MapView:
    """The picture of the targets that have a point, and its list."""
    shown = [one for one in choose_for_map(targets) if one.path in points]
    numbers = {one.path: number for number, one in enumerate(shown)}
    dots = [_dot(one, numbers, points[one.path]) for one in shown]
    asked = [one for one in shown if one.kind == "question"]
    return MapView(
        dots=tuple(sorted(dots, key=lambda dot: dot.target.kind == "question")),
        labels=place_labels([dot for dot in dots if dot.target.kind == "question"], topics),
        groups=tuple(_groups(asked, topics, follow_ups)),
        questions=len(asked),
        all_questions=sum(one.kind == "question" for one in targets),
        preprints=len(shown) - len(asked),
    )


def place_labels(dots: Sequence[Dot], topics: Mapping[str, Topic]) -> tuple[Label, ...]:
    """The topics with the most questions first; a label that finds no room is left out: the list has it."""
    by_topic = [(topic, [dot for dot in dots if slug in dot.target.topics]) for slug, topic in topics.items()]
    placed: list[Label] = []
    for topic, own in sorted(by_topic, key=lambda pair: -len(pair[1])):
        if not own or len(placed) == MOST_LABELS:
            break
        half = len(topic.title) * LETTER / 2
        x = min(max(median(dot.x for dot in own), half), WIDTH - half)
        y = median(dot.y for dot in own)
        tried = [Label(topic, round(x, 1), round(y + shift * LINE, 1)) for shift in SHIFTS]
        free = [
            one
            for one in tried
            if LINE <= one.y <= HEIGHT - LINE / 2 and not any(_meet(one, other) for other in placed)
        ]
        placed += free[:1]
    return tuple(placed)


def _meet(one: Label, other: Label) -> bool:
    room = (len(one.topic.title) + len(other.topic.title)) * LETTER / 2
    return abs(one.y - other.y) < LINE and abs(one.x - other.x) < room


def _dot(target: Target, numbers: Mapping[str, int], point: tuple[float, float]) -> Dot:
    x = MARGIN + (point[0] + 1) / 2 * (WIDTH - 2 * MARGIN)
    y = MARGIN + (1 - point[1]) / 2 * (HEIGHT - 2 * MARGIN)
    to = tuple(numbers[path] for path in target.cites if path in numbers)
    return Dot(target, numbers[target.path], round(x, 1), round(y, 1), to)


def _groups(
    asked: Sequence[Target], topics: Mapping[str, Topic], follow_ups: Mapping[str, Sequence[FollowUp]]
) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """By the first topic of each question, in the order of the topics; then those without any."""
    entries = {one.path: Entry(one, tuple(follow_ups.get(one.path.split("/")[1], ()))[:2]) for one in asked}
    for slug, title in [*((slug, topic.title) for slug, topic in topics.items()), ("", "Without a topic")]:
        known = [one for one in asked if next((topic for topic in one.topics if topic in topics), "") == slug]
        if known:
            yield title, tuple(entries[one.path] for one in known)
