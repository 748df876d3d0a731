"""What matters most is worked on first."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pipeline.order import order_of_work
from pipeline.records import Answer, Passage, Question, Source
from tests.render.samples import ANSWERED

IDS = ("AG-2024.01-0001", "AG-2024.01-0002")


def question(slug: str) -> Question:
    return Question(slug, f"What of {slug}?", ())


def answer(slug: str, day: int) -> Answer:
    source = Source(IDS[0], "arxiv", "2401.00001", 1, 50, "quant-ph", "T", True, False)
    return replace(ANSWERED, slug=slug, answered_on=date(2026, 1, day), sources=(source,))


def passages(archive_id: str) -> list[Passage]:
    return [Passage(archive_id, 1, "hash", 1, 0.5, 3.2, 0.03)]


def test_withdrawn_then_new_then_changed_then_the_oldest() -> None:
    answers = {"young": 9, "old": 1, "changed-late": 8, "changed-early": 2, "withdrawn": 5}
    found = {slug: passages(IDS[1] if slug.startswith("changed") else IDS[0]) for slug in answers}
    order = order_of_work(
        [question(slug) for slug in (*answers, "new-b", "new-a")],
        {"withdrawn"},
        {slug: answer(slug, day) for slug, day in answers.items()},
        found,
    )
    assert [one.slug for one in order] == [
        "withdrawn",
        "new-b",
        "new-a",
        "changed-early",
        "changed-late",
        "old",
        "young",
    ]


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.sets(st.sampled_from("abcdef")))
def test_no_question_is_lost_and_none_is_worked_on_twice(slugs: list[str], withdrawn: set[str]) -> None:
    order = order_of_work([question(slug) for slug in slugs], withdrawn, {"a": answer("a", 1)}, {})
    assert sorted(one.slug for one in order) == sorted(slugs)
