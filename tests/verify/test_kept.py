"""What a near copy may leave out, and the conditions that it may not."""

import pytest

from pipeline.verify.kept import check_condition, check_kept

EVIDENCE = (
    "We show that hybrid networks significantly outperform kernels (p < 0.01) on small data sets, and trees are slower."
)


@pytest.mark.parametrize(
    ("sentence", "evidence", "reasons"),
    [
        pytest.param(EVIDENCE, EVIDENCE, [], id="copied"),
        pytest.param(
            "Hybrid networks significantly outperform kernels on small data sets, and trees are slower.",
            EVIDENCE,
            [],
            id="without who reports it, and what stands in brackets",
        ),
        pytest.param(
            "Hybrid networks outperform kernels on small data sets.",
            EVIDENCE,
            [],
            id="without what presses, and its last clause",
        ),
        pytest.param(
            "The authors report that hybrid networks outperform kernels on small data sets.",
            EVIDENCE,
            [],
            id="with a reporter",
        ),
        pytest.param(
            "According to this study, a hybrid network outperformed the kernels on small data sets.",
            EVIDENCE,
            [],
            id="with small words",
        ),
        pytest.param("Noise helps small models.", "Moreover, noise helps small models.", [], id="without what joins"),
        pytest.param(
            "Noise helps small models.",
            "In this paper, we find that noise helps small models.",
            [],
            id="without the opening of an abstract",
        ),
        pytest.param(
            "Hybrid networks outperform kernels on data sets.",
            EVIDENCE,
            ["it leaves out 'small'"],
            id="a word that limits",
        ),
        pytest.param(
            "Hybrid networks outperform kernels.",
            EVIDENCE,
            ["it leaves out 'on small data sets, and trees are slower'"],
            id="where",
        ),
        pytest.param(
            "The author read it.",
            "The first author read it.",
            ["it leaves out 'first'"],
            id="a word that joins, but inside",
        ),
        pytest.param(
            "The gain is real.",
            "The gain by study is real.",
            ["it leaves out 'by study'"],
            id="who reports it, but inside",
        ),
        pytest.param(
            "It takes O(n) steps.", "It takes O(n^2) steps.", ["it leaves out '2'"], id="brackets of a formula"
        ),
        pytest.param(
            "Trees are slow (in mice).",
            "Trees are slow (only in mice).",
            ["it leaves out 'only'"],
            id="a part of what is in brackets",
        ),
        pytest.param("Metformin helps.", "In mice, metformin helps.", ["it leaves out 'In mice'"], id="in whom"),
        pytest.param(
            "Metformin helps.", "Metformin helps in mice.", ["it leaves out 'in mice'"], id="in whom, at the end"
        ),
        pytest.param(
            "Noise helps.",
            "Noise helps, but only at depth two.",
            ["it leaves out 'but only at depth two'"],
            id="an exception",
        ),
        pytest.param(
            "Noise helps.",
            "Noise helps, and kernels help if cooled.",
            ["it leaves out 'and kernels help if cooled'"],
            id="an if",
        ),
        pytest.param(
            "There was no difference.",
            "There was no significant difference.",
            ["it leaves out 'significant'"],
            id="significant",
        ),
        pytest.param(
            "Noise does not help.",
            "Noise does not greatly help.",
            ["it leaves out 'greatly'"],
            id="what presses a negation",
        ),
        pytest.param(
            "Depth and width determine accuracy.",
            "Depth rather than width determines accuracy.",
            ["it leaves out 'rather than'", "it brings in 'and'"],
            id="rather than",
        ),
        pytest.param("Kernels are outperformed by trees.", "Kernels outperform trees.", ["it brings in 'by'"], id="by"),
        pytest.param(
            "Kernels outperform trees.", "Kernels are outperformed by trees.", ["it leaves out 'by'"], id="by left out"
        ),
        pytest.param(
            "It was given by patients to nurses.",
            "It was given to patients by nurses.",
            ["it leaves out 'to patients'", "it brings in 'to'"],
            id="small words that changed places",
        ),
    ],
)
def test_only_what_limits_nothing_may_go(sentence: str, evidence: str, reasons: list[str]) -> None:
    assert check_kept(sentence, evidence) == reasons


@pytest.mark.parametrize(
    ("sentence", "evidence", "left_out"),
    [
        pytest.param(
            "Lateral views helped.",
            "With a simple DenseNet model, lateral views helped.",
            "With a simple DenseNet model",
            id="with",
        ),
        pytest.param("Metformin prolongs life.", "In mice, metformin prolonged survival.", "In mice", id="in"),
        pytest.param(
            "Mice live longer with metformin.", "In mice, metformin prolonged survival.", "", id="taken up elsewhere"
        ),
        pytest.param("Metformin prolongs life.", "In this paper, metformin prolonged survival.", "", id="no condition"),
        pytest.param("Metformin prolongs life.", "Metformin, in mice, prolonged survival.", "", id="not at the start"),
    ],
)
def test_a_condition_put_first_must_be_taken_up(sentence: str, evidence: str, left_out: str) -> None:
    assert check_condition(sentence, evidence) == ([f"it leaves out the condition {left_out!r}"] if left_out else [])
