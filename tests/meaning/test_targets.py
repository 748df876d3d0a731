"""What is found by meaning, and what of it stands on the map."""

from dataclasses import replace

from pipeline.hashes import content_hash, text_hash
from pipeline.meaning.targets import Target, choose_for_map, list_targets
from tests.render.samples import ACCURACY, COSTS, IDLE, NETWORKS, PENDING, REEFS, archive

WHOLE = archive()
TARGETS = list_targets(WHOLE.questions, WHOLE.answers, WHOLE.preprints)


def test_active_questions_come_first_then_preprints_that_answers_cite() -> None:
    assert [one.path for one in TARGETS] == [
        f"q/{ACCURACY.slug}/",
        f"q/{REEFS.slug}/",
        f"q/{PENDING.slug}/",
        f"p/{COSTS.archive_id}/",
        f"p/{NETWORKS.archive_id}/",
        f"p/{IDLE.archive_id}/",
    ]
    assert [one.cited for one in TARGETS] == [False, False, False, True, True, False]


def test_each_names_the_text_whose_vector_stands_for_it() -> None:
    assert TARGETS[0].text_hash == content_hash(ACCURACY.question)
    assert TARGETS[4].text_hash == text_hash(NETWORKS)


def test_each_says_in_words_what_it_is_and_shows_no_tex() -> None:
    assert [one.note for one in TARGETS[:3]] == ["answered", "not answered", "not answered yet"]
    assert (TARGETS[3].title, TARGETS[3].note) == ("Costs of n qubits", "AG-2004.05-0001, 2004")


def test_the_map_holds_questions_and_the_preprints_that_they_cite() -> None:
    assert [one.path for one in choose_for_map(TARGETS)] == [one.path for one in TARGETS[:5]]


def test_of_too_many_the_same_ones_are_chosen_whatever_comes_beside_them() -> None:
    many = [replace(TARGETS[0], path=f"q/{number}/", cites=()) for number in range(50)]
    chosen = choose_for_map(many, questions=10)
    assert len(chosen) == 10
    assert choose_for_map(many[:49], questions=10)[:1] == chosen[:1] or many[49] in chosen
    without = [one for one in many if one not in chosen[:1]]
    assert set(chosen[1:]) <= set(choose_for_map(without, questions=10))


def test_preprints_fill_the_room_that_questions_leave() -> None:
    preprints = [Target("preprint", f"p/{number}/", "", "", "") for number in range(9)]
    asked = replace(TARGETS[0], cites=tuple(one.path for one in preprints))
    assert len(choose_for_map([asked, *preprints], points=4)) == 4
