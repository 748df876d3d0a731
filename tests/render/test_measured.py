"""What an evaluation measured, in words."""

from pipeline.render.figures import Figures
from pipeline.render.measured import tell_figures


def test_counts_stand_beside_what_they_are_of_and_shares_are_per_cent() -> None:
    values = (
        ("questions", 20),
        ("failed", 0),
        ("answered_answerable", 12),
        ("answered_unanswerable", 1),
        ("refused_answerable", 1),
        ("refused_unanswerable", 6),
        ("partly_answerable", 0),
        ("citation_recall", 1.0),
        ("sources_cited", 0.9375),
        ("seconds", 1500.4),
    )
    told = tell_figures(Figures("box", "tiny", "2026-11-26", values))
    assert (told.name, told.model, told.day) == ("box", "tiny", "2026-11-26")
    assert dict(told.rows) == {
        "questions that can be answered, and were": "12 of 13",
        "questions that cannot be answered, and were not": "6 of 7",
        "questions asked": "20",
        "sentences that their citations carry": "100 %",
        "of those named, cited": "93.8 %",
        "seconds by the clock": "1,500.4",
    }


def test_a_figure_without_words_keeps_its_name() -> None:
    told = tell_figures(Figures("scifact", "", "", (("fused ndcg@10", 0.7123), ("failed", 2), ("other_thing", 3))))
    assert told.rows == (("questions that failed", "2"), ("fused ndcg@10", "0.712"), ("other thing", "3"))
