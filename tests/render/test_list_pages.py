"""Lists of a large archive; what stands on those of a small one is in test_pages."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from pipeline.records import Page
from pipeline.render.links import LinkCheck
from pipeline.render.list_pages import FEWEST, LARGEST, PAGE, PREPRINTS, WHOLE
from tests.render.samples import ACCURACY, ANSWERED, NETWORKS, TOPICS, UNANSWERED, archive, made

MANY = WHOLE + 2 * PAGE + 7


@cache
def site() -> Mapping[str, bytes]:
    """Many answered questions on one topic, half as many gaps on another, and a preprint for each of the first."""
    topics = {slug: TOPICS[slug] for slug in ("quantum", "ecology")}
    answered = [replace(ACCURACY, slug=f"answered-{n:04}", topics=("quantum",)) for n in range(MANY)]
    gaps = [replace(ACCURACY, slug=f"gap-{n:04}", topics=("ecology",)) for n in range(MANY // 2)]
    answers = {one.slug: replace(ANSWERED, slug=one.slug) for one in answered}
    answers |= {one.slug: replace(UNANSWERED, slug=one.slug) for one in gaps}
    preprints = [replace(NETWORKS, archive_id=f"AG-2024.01-{n:04}") for n in range(1, MANY)]
    return made(
        archive(
            questions=(*answered, *gaps),
            topics=topics,
            answers=answers,
            preprints={**archive().preprints, **{one.archive_id: one for one in preprints}},
            follow_ups={},
            states={},
        )
    )


def listed(path: str, kind: str = "q") -> list[str]:
    """The questions, or preprints, that a page of a list links to."""
    main = site()[path].decode().partition("<main")[2]
    return re.findall(rf'<h[23]><a href="[./]*{kind}/([^/]+)/index.html">', main)


def test_a_topic_goes_over_pages_that_lead_to_one_another() -> None:
    total = -(-MANY // PAGE)
    paths = ["topics/quantum/index.html", *(f"topics/quantum/{n}/index.html" for n in range(2, total + 1))]
    assert [slug for path in paths for slug in listed(path)] == [f"answered-{n:04}" for n in range(MANY)]
    assert len(listed(paths[0])) == PAGE
    assert b'<a href="../3/index.html">' in site()[paths[1]] and b'<a href="../index.html">' in site()[paths[1]]
    assert f"topics/quantum/{total + 1}/index.html" not in site()


def test_the_list_of_all_shows_some_of_each_topic_and_leads_to_the_rest() -> None:
    shown = listed("questions/index.html")
    assert len(shown) == 2 * (WHOLE // 2) and FEWEST < WHOLE // 2
    text = site()["questions/index.html"].decode()
    assert f"All {MANY} questions on Quantum &amp; images" in text
    assert "More than" not in text


def test_the_start_page_shows_the_largest_topics_in_their_order_and_leads_to_the_rest() -> None:
    slugs = [f"topic-{n:02}" for n in range(LARGEST + 3)]
    asked = [slug for slug in slugs for _ in range(1 if slug in slugs[:3] else 2)]
    questions = tuple(replace(ACCURACY, slug=f"question-{n:03}", topics=(slug,)) for n, slug in enumerate(asked))
    topics = {slug: replace(TOPICS["quantum"], slug=slug, title=slug) for slug in slugs}
    home = made(archive(questions=questions, topics=topics, answers={}, follow_ups={}, states={}))[
        "index.html"
    ].decode()
    assert re.findall(r'topics/([^/"]+)/index.html">', home.partition("<main")[2]) == slugs[3:]
    assert f"All {len(slugs)} topics" in home
    assert "All 2 topics" not in site()["index.html"].decode()


def test_the_newest_answers_are_answers() -> None:
    questions = (replace(ACCURACY, slug="a-gap", topics=("ecology",)), replace(ACCURACY, slug="z", topics=("ecology",)))
    answers = {"a-gap": replace(UNANSWERED, slug="a-gap"), "z": replace(ANSWERED, slug="z")}

    def newest(*, of: int) -> str:
        shown, asked = dict(list(answers.items())[:of]), questions[:of]
        files = made(archive(questions=asked, answers=shown, follow_ups={}, states={}))
        return files["index.html"].decode().partition('id="latest"')[2].partition("</section>")[0]

    assert "q/z/index.html" in newest(of=2) and "q/a-gap/" not in newest(of=2)
    assert "q/a-gap/" not in newest(of=1) and 'href="gaps/index.html">What is missing' in newest(of=1)
    assert "The first answers appear after" in newest(of=0)


def test_gaps_and_categories_go_over_pages_too_the_newest_preprints_first() -> None:
    assert len(listed("gaps/index.html")) == len(listed("gaps/2/index.html")) == PAGE
    first = listed("categories/quant-ph/index.html", "p")
    assert len(first) == PREPRINTS
    assert first == sorted(first, reverse=True)
    assert listed("categories/quant-ph/2/index.html", "p")[0] < first[-1]


def test_every_link_of_a_large_site_leads_somewhere() -> None:
    check, read = LinkCheck(), 0
    for path, content in site().items():
        if path.endswith(".html") and not path.startswith(("q/", "p/")):
            check.read(Page(path, content))
            read += 1
    check.finish(site())  # raises where one leads nowhere
    assert read > MANY // PAGE
