"""What the nights did, and what was measured, on their pages."""

from pipeline.render.figures import Figures, tally
from pipeline.render.status_pages import view_plots
from tests.render.samples import ACCURACY, ANSWERED, FIRST, UNANSWERED, archive, made
from tests.render.test_nights import IDLE, INGEST, RENDER, run
from tests.render.test_pages import shown


def test_the_night_that_makes_the_page_and_the_next_idle_one_make_the_same_page() -> None:
    """Else every night would write a page, though nothing changed."""
    first = made(archive(runs=(run(INGEST),)))
    second = made(archive(runs=(run(IDLE), run(INGEST, RENDER))))
    assert first == second


def test_the_status_page_tells_what_each_step_did() -> None:
    sources = [
        {"source": "arxiv", "new": 12, "revised": 1, "withdrawn": 1, "unchanged": 2, "rejected": 0, "failed": True}
    ]
    steps = [INGEST | {"sources": sources, "warnings": ["<b>odd</b>"]}, INGEST | {"name": "embed", "done": 7}]
    text = shown(made(archive(runs=(run(*steps),)))["status/index.html"].decode())
    for part in (
        "1 February 2026, 03:17 UTC",
        "ingest preprints taken in12301.5 s",
        "embed texts given a vector7301.5 s",
        "arxiv: 12 new, 1 revised, 1 withdrawn, 2 unchanged, not read to its end",
        "ingest: 1 warning <b>odd</b>",
    ):
        assert part in text.replace("> <", "><"), part
    assert "No night has been recorded yet." in shown(made()["status/index.html"].decode())


def test_the_plots_are_of_the_nights_and_of_sets_measured_twice() -> None:
    figures = (
        Figures("scifact", "tiny", "2026-11-19", (("recall@20", 0.5), ("queries", 300))),
        Figures("scifact", "tiny", "2026-11-20", (("recall@20", 0.6), ("queries", 300))),
        Figures("once", "tiny", "2026-11-20", (("recall@20", 0.6),)),
    )
    plots = view_plots([tally(one) for one in (FIRST, ANSWERED, UNANSWERED)], figures)
    assert [plot.name for plot in plots] == ["questions", "sentences", "measured-2"]
    assert plots[2].series == (("recall@20", (0.5, 0.6)),)
    assert plots[0].rows[0] == ("2 June 2024", ["1", "0", "1"])
    assert plots[0].description.endswith(
        "from 1 March 2024 to 2 June 2024. On the last day: answered 1, in part 0, not answered 1."
    )
    html = made(archive(figures=figures))["quality/index.html"].decode()
    assert html.count('role="img"') == len(plots)
    assert "recall@200.6" in shown(html)


def test_two_models_make_no_trend() -> None:
    figures = (
        Figures("box", "small", "2026-11-19", (("citation_recall", 0.5),)),
        Figures("box", "large", "2026-11-20", (("citation_recall", 0.9),)),
        Figures("box", "small", "2026-11-21", (("citation_recall", 0.6), ("sources_cited", 0.75))),
    )
    [plot] = view_plots([], figures)[-1:]
    assert (plot.title, plot.days) == ("Measured on box with small", ("2026-11-19", "2026-11-21"))
    assert plot.series == (
        ("sentences that their citations carry", (0.5, 0.6)),
        ("of those named, cited", (None, 0.75)),
    )


def test_one_day_is_told_as_a_table_and_not_drawn() -> None:
    [questions, sentences] = view_plots([tally(ANSWERED)], ())
    assert (questions.chart, sentences.chart) == (None, None)
    html = made(archive(answers={ACCURACY.slug: ANSWERED}, revisions={}))["quality/index.html"].decode()
    assert 'role="img"' not in html
    told = shown(html)
    assert "2 June 2024" in told
    assert "answered1in part0not answered0" in told
