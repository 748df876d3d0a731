"""The map: points that are links, labels that don't meet, and the same as a list."""

from dataclasses import replace

from pipeline.meaning.layout import Points
from pipeline.meaning.targets import list_targets
from pipeline.records import Topic
from pipeline.render.map_view import HEIGHT, LETTER, MOST_LABELS, WIDTH, Dot, place_labels, view_map
from tests.render.samples import ACCURACY, COSTS, FOLLOW_UPS, NETWORKS, PENDING, REEFS, TOPICS, archive

WHOLE = archive()
TARGETS = list_targets(WHOLE.questions, WHOLE.answers, WHOLE.preprints)
POINTS: Points = {one.path: (number / 3 - 1, 1 - number / 3) for number, one in enumerate(TARGETS)}
VIEW = view_map(TARGETS, POINTS, TOPICS, FOLLOW_UPS)


def test_every_point_stands_inside_the_picture() -> None:
    assert len(VIEW.dots) == 5
    assert all(0 < dot.x < WIDTH and 0 < dot.y < HEIGHT for dot in VIEW.dots)


def test_preprints_lie_below_questions_and_each_looks_like_what_it_is() -> None:
    assert [dot.look for dot in VIEW.dots] == ["preprint", "preprint", "answered", "open", "open"]


def test_a_question_names_the_points_that_it_cites() -> None:
    numbers = {dot.target.path: dot.number for dot in VIEW.dots}
    cited = next(dot.to for dot in VIEW.dots if dot.target.path == f"q/{ACCURACY.slug}/")
    assert set(cited) == {numbers[f"p/{COSTS.archive_id}/"], numbers[f"p/{NETWORKS.archive_id}/"]}


def test_what_has_no_point_yet_is_not_on_it() -> None:
    view = view_map(TARGETS, {f"q/{REEFS.slug}/": (0.0, 0.0)}, TOPICS, FOLLOW_UPS)
    assert [dot.target.title for dot in view.dots] == [REEFS.question]
    assert (view.questions, view.all_questions, view.preprints) == (1, 3, 0)


def test_the_list_has_every_question_once_below_its_first_topic_with_what_is_near() -> None:
    assert [(title, [one.target.title for one in entries]) for title, entries in VIEW.groups] == [
        ("Quantum & images", [ACCURACY.question]),
        ("Ecology", [REEFS.question, PENDING.question]),
    ]
    [entry] = VIEW.groups[0][1]
    assert [one.question for one in entry.nearest] == [REEFS.question, PENDING.question]


def test_labels_stand_among_their_questions_and_give_way() -> None:
    asked = [dot for dot in VIEW.dots if dot.target.kind == "question"]
    crowded = [Dot(dot.target, dot.number, 500, 350, ()) for dot in asked]
    labels = place_labels(crowded, TOPICS)
    assert [label.topic.slug for label in labels] == ["quantum", "ecology"]
    assert labels[0].y == 350
    assert abs(labels[1].y - labels[0].y) >= 30


def test_a_label_without_room_is_left_out_and_a_long_one_stays_inside() -> None:
    topics = {f"t{number}": Topic(f"t{number}", "A long name of a topic " * 2) for number in range(40)}
    asked = next(dot for dot in VIEW.dots if dot.target.kind == "question")
    target = type(asked.target)("question", "q/a/", "A?", "answered", "h", tuple(topics))
    labels = place_labels([Dot(target, 0, 3, 20, ())], topics)
    assert 1 <= len(labels) < 40
    assert all(label.x >= len(label.topic.title) * LETTER / 2 for label in labels)


def test_a_crowded_map_names_its_largest_topics_only() -> None:
    topics = {f"t{number:02}": Topic(f"t{number:02}", f"T{number}") for number in range(40)}
    asked = next(dot for dot in VIEW.dots if dot.target.kind == "question").target
    dots = [
        Dot(replace(asked, topics=(slug,)), 0, 20 + 24 * number, 340, ())
        for number, slug in enumerate(topics)
        for _ in range(number + 1)
    ]
    named = [label.topic.slug for label in place_labels(dots, topics)]
    assert len(named) == MOST_LABELS
    assert named[0] == "t39"
