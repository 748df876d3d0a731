"""The answer put together, and what it says about the archive."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import (
    Answer,
    Cut,
    DraftSentence,
    Evidence,
    Finding,
    Passage,
    Preprint,
    Provenance,
    Question,
    Sentence,
    Source,
    Verdict,
    Version,
)
from pipeline.verify.compose import (
    MAX_SENTENCES,
    MIN_QUOTE_SCORE,
    Checked,
    compose,
    compose_markdown,
    group,
    heading_of,
    quotable,
    quote_parts,
    same_meaning,
    state_bottom_line,
    state_opening,
    with_quotes,
)
from pipeline.verify.decide import Decision
from pipeline.verify.parts import Part

QUESTION = Question("slug", "Do quantum networks help?", (), facets=("quantum | QML", "accuracy", "cost"))
PROVENANCE = Provenance("model", "sha", "prompt", "sampling", "encoder", "checks", "key", 98)
ANSWERED = Decision("answered", "evidence_covers_question", ())
PARTLY = Decision("partly", "parts_not_all_together", ("None of the 2 retrieved abstracts speaks of “cost”.",))
NOT = Decision("not_answered", "nothing_near", ())
REACHES, COSTS = "Quantum networks reach 99.67% accuracy.", "However, they may be slower."


def a_preprint(archive_id: str, title: str, *authors: str, **fields: Any) -> Preprint:
    made = Preprint("arxiv", archive_id.lower(), title, "A.", authors, ("quant-ph",), (Version(1, None),), "2024.01")
    return replace(made, archive_id=archive_id, **fields)


PREPRINTS = {
    "AG-1": a_preprint("AG-1", "Networks", "Michael Kölle", "Ana Ruiz", "Bo Li"),
    "AG-2": a_preprint("AG-2", "Costs", "Skylar Chan", withdrawn="Withdrawn."),
}
PASSAGES = (Passage("AG-1", 3, "h", 1, 0.704, 3.0, 0.03), Passage("AG-2", 1, "h", 2, 0.756, 0.0, 0.02))
EVIDENCE = (
    Evidence("AG-1", f"Here {REACHES[0].lower()}{REACHES[1:]}", 0, 44, 0.9),
    Evidence("AG-2", COSTS, 5, 33, 0.6),
)
SOURCES = (
    Source("AG-2", "arxiv", "ag-2", 1, 76, "quant-ph", "Costs", False, True),
    Source("AG-1", "arxiv", "ag-1", 3, 70, "quant-ph", "Networks", True, False),
)
SAID = Sentence(REACHES, ("AG-1",), "supported", EVIDENCE[:1])
QUOTED = Sentence(COSTS, ("AG-2",), "quoted", EVIDENCE[1:], hedged=True, lead="Skylar Chan")


def check(sentence: DraftSentence) -> tuple[DraftSentence, Verdict]:
    """Accepts what is said of accuracy, with the evidence of the first preprint."""
    if "accuracy" in sentence.text:
        return sentence, Verdict(True, (), EVIDENCE[:1], "checks")
    return sentence, Verdict(False, ("it is wrong", "it is odd"), (), "checks")


def composed(decision: Decision, *sentences: str, **changes: Any) -> Answer:
    drafted = tuple(DraftSentence(text, ("AG-1",)) for text in sentences)
    parts: dict[str, Any] = {
        "passages": PASSAGES,
        "evidence": EVIDENCE,
        "parts": (),
        "preprints": PREPRINTS,
        "provenance": PROVENANCE,
    } | changes
    return compose(
        QUESTION,
        decision,
        [Checked(*check(sentence)) for sentence in drafted],
        answered_by="SmolLM2",
        answered_on=date(2024, 6, 1),
        **parts,
    )


def test_an_answer_holds_what_passed_quotes_what_is_left_and_lists_what_was_cut() -> None:
    assert composed(ANSWERED, REACHES, "It is perfect.") == Answer(
        slug="slug",
        question="Do quantum networks help?",
        status="answered",
        reason="evidence_covers_question",
        answered_by="SmolLM2",
        answered_on=date(2024, 6, 1),
        revision=1,
        opening="The archive addresses this question. What follows is drawn from 2 of the 2 preprints retrieved for "
        "it.",
        findings=(Finding("Measured results", (SAID,)), Finding("Limits and costs", (QUOTED,))),
        missing=(),
        bottom_line="2 preprints of this archive speak to the question; the nearest is “Costs” (76% similar).",
        cut=(Cut("It is perfect.", ("AG-1",), "it is wrong; it is odd"),),
        sources=(replace(SOURCES[0], cited=True), SOURCES[1]),
        follow_ups=(),
        provenance=PROVENANCE,
    )


def test_no_answer_shows_no_sentence_but_still_what_was_cut_and_retrieved() -> None:
    answer = composed(NOT, REACHES, "It is perfect.")
    assert (answer.status, answer.reason, answer.findings) == ("not_answered", "nothing_near", ())
    assert answer.opening == (
        "The archive does not answer this question. The 2 nearest preprints are listed below; none is quoted, since "
        "none was found to answer it."
    )
    assert answer.bottom_line == "No answer from this archive. The nearest preprint is “Networks” (70% similar).", (
        "the nearer one is withdrawn"
    )
    assert answer.cut == (Cut("It is perfect.", ("AG-1",), "it is wrong; it is odd"),)
    assert answer.sources == tuple(replace(source, cited=False) for source in SOURCES)


def test_where_no_sentence_passed_and_nothing_can_be_quoted_there_is_no_answer() -> None:
    answer = composed(PARTLY, "It is perfect.", evidence=())
    assert (answer.status, answer.reason) == ("not_answered", "no_sentence_passed")
    assert answer.missing == (
        *PARTLY.missing,
        "To answer it, an abstract would be needed that speaks of “quantum”, “accuracy” and “cost” together.",
    )


def test_an_empty_archive_gives_an_answer_without_anything() -> None:
    empty = replace(PROVENANCE, preprints=0)
    nothing = Decision("not_answered", "nothing_to_weigh", ())
    answer = composed(nothing, passages=(), evidence=(), preprints={}, provenance=empty)
    assert (answer.opening, answer.bottom_line, answer.sources) == (
        "The archive does not answer this question.",
        "The archive holds no preprints yet.",
        (),
    )


def test_where_filters_admit_none_the_archive_is_not_called_empty() -> None:
    nothing = Decision("not_answered", "nothing_to_weigh", ())
    answer = composed(nothing, passages=(), evidence=(), preprints={})
    assert answer.bottom_line == "No preprint of this archive was retrieved for it."


def test_an_abstract_in_other_words_is_told() -> None:
    assert not composed(ANSWERED, REACHES).retold
    retold = PREPRINTS | {"AG-2": replace(PREPRINTS["AG-2"], retold=True)}
    assert composed(ANSWERED, REACHES, preprints=retold).retold


# --- quotes ------------------------------------------------------------------------------------------------------


def evidence(archive_id: str, start: int, score: float) -> Evidence:
    return Evidence(archive_id, f"{archive_id} at {start}.", start, start + 10, score)


@pytest.mark.parametrize(
    ("found", "quoted"),
    [
        pytest.param(
            [("AG-1", 0, 0.6), ("AG-1", 9, 0.9), ("AG-2", 0, 0.7), ("AG-2", 9, 0.55)],
            [("AG-1", 9), ("AG-2", 0), ("AG-1", 0), ("AG-2", 9)],
            id="the best of every preprint, then the second ones",
        ),
        pytest.param([("AG-2", 0, 0.7), ("AG-1", 9, 0.7), ("AG-1", 0, 0.7)], [("AG-1", 0), ("AG-2", 0), ("AG-1", 9)],
                     id="ties by id and place"),
        pytest.param([("AG-1", n, 0.9) for n in range(20)], [("AG-1", n) for n in range(8)], id="no more than eight"),
        pytest.param([], [], id="no evidence"),
    ],
)  # fmt: skip
def test_quotes_are_the_strongest_evidence(found: list[tuple[str, int, float]], quoted: list[tuple[str, int]]) -> None:
    sentences = with_quotes([], [evidence(*one) for one in found], PREPRINTS)
    assert [(one.evidence[0].archive_id, one.evidence[0].start) for one in sentences] == quoted
    assert all(one.verdict == "quoted" and one.text == one.evidence[0].text for one in sentences)


def test_only_preprints_that_bear_on_the_question_are_quoted() -> None:
    assert [one.archive_id for one in quotable(EVIDENCE, ["AG-1", "AG-2"])] == ["AG-1", "AG-2"]
    assert [one.archive_id for one in quotable(EVIDENCE, ["AG-2"])] == ["AG-2"]
    assert quotable(EVIDENCE, []) == ()


def test_weak_evidence_is_not_quoted() -> None:
    weak, strong = evidence("AG-1", 0, MIN_QUOTE_SCORE - 0.01), evidence("AG-1", 9, MIN_QUOTE_SCORE)
    assert quotable([weak, strong], ["AG-1"]) == (strong,)


def test_what_a_sentence_already_says_is_not_quoted_again() -> None:
    assert with_quotes([SAID], EVIDENCE, PREPRINTS) == [SAID, QUOTED]


def test_two_sentences_that_rest_on_one_of_an_abstract_are_one() -> None:
    again = replace(SAID, text=REACHES.replace("reach", "reached"))
    assert with_quotes([SAID, again], EVIDENCE, PREPRINTS) == [SAID, QUOTED]
    both = replace(again, evidence=EVIDENCE)
    assert with_quotes([SAID, both], EVIDENCE, PREPRINTS) == [SAID, both]


def test_sentences_that_passed_come_before_quotes_and_count_with_them() -> None:
    passed = [replace(SAID, evidence=(evidence("AG-1", n, 0.9),)) for n in range(MAX_SENTENCES + 1)]
    assert with_quotes(passed, EVIDENCE, PREPRINTS) == passed[:MAX_SENTENCES]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("It reaches 99.67% accuracy.", "Measured results"),
        ("The F1 score is 0.97.", "Measured results"),
        ("It outperforms the baseline.", "Measured results"),
        ("However, it reaches only 99%.", "Measured results"),
        ("However, it is deep.", "Limits and costs"),
        ("Deep circuits are costly.", "Limits and costs"),
        ("It needs no notebook.", "Approaches"),
        ("A decoder corrects errors even if their moment is not known.", "Approaches"),
        ("The decoder needs 4x fewer qubits than without adaptation.", "Measured results"),
        ("We encode images in amplitudes.", "Approaches"),
    ],
)
def test_a_sentence_goes_under_the_heading_of_its_words(text: str, heading: str) -> None:
    assert heading_of(text) == heading


def test_headings_keep_their_order_and_empty_ones_are_left_out() -> None:
    approach = replace(SAID, text="We encode images.")
    assert group([approach, QUOTED, SAID]) == (
        Finding("Measured results", (SAID,)),
        Finding("Limits and costs", (QUOTED,)),
        Finding("Approaches", (approach,)),
    )
    assert group([]) == ()


def test_what_the_model_copied_to_the_letter_is_a_quote() -> None:
    copied = Evidence("AG-1", REACHES, 0, 39, 0.9)
    checked = [Checked(DraftSentence(REACHES, ("AG-1",)), Verdict(True, (), (copied,), "checks"))]
    [finding] = compose(
        QUESTION, ANSWERED, checked, PASSAGES, PREPRINTS, (), (), PROVENANCE, "SmolLM2", date(2024, 6, 1)
    ).findings
    assert finding.sentences == (Sentence(REACHES, ("AG-1",), "quoted", (copied,), lead="Michael Kölle et al."),)


ON_TWO = Part(("quantum | QML", "accuracy"), (EVIDENCE[1], evidence("AG-2", 9, MIN_QUOTE_SCORE - 0.01)))


def test_quotes_on_some_facets_stand_under_their_names_after_the_findings() -> None:
    answer = composed(PARTLY, REACHES, evidence=(), parts=(ON_TWO,))
    assert answer.findings == (
        Finding("Measured results", (SAID,)),
        Finding("On “quantum” and “accuracy”", (QUOTED,)),
    )
    assert [source.cited for source in answer.sources] == [True, True]
    assert "drawn from 2 of the 2 preprints" in answer.opening


def test_quotes_on_some_facets_make_no_answer_by_themselves() -> None:
    assert composed(PARTLY, evidence=(), parts=(ON_TWO,)).status == "not_answered"


def test_quotes_on_some_facets_fill_what_room_is_left() -> None:
    strong = Part(("cost",), tuple(evidence("AG-1", place, 0.9) for place in range(4)))
    found = quote_parts([strong, ON_TWO], PREPRINTS, 3)
    assert [len(one.sentences) for one in found] == [3]
    assert quote_parts([strong], PREPRINTS, 0) == quote_parts([strong], PREPRINTS, -1) == ()


# --- what is said about the archive ------------------------------------------------------------------------------

DRAWN = "What follows is drawn from 1 of the 2 preprints retrieved for it."


@pytest.mark.parametrize(
    ("decision", "facets", "opening"),
    [
        pytest.param(ANSWERED, QUESTION.facets, f"The archive addresses this question. {DRAWN}", id="answered"),
        pytest.param(
            PARTLY,
            QUESTION.facets,
            "The archive addresses this question only in part: no abstract retrieved for it speaks of “quantum”, "
            f"“accuracy” and “cost” together. {DRAWN}",
            id="partly, with facets",
        ),
        pytest.param(PARTLY, (), f"The archive addresses this question only in part. {DRAWN}", id="partly, without"),
        pytest.param(
            Decision("partly", "one_preprint_and_the_model_doubts", ()),
            QUESTION.facets,
            f"The archive addresses this question, by one preprint above all and perhaps only in part. {DRAWN}",
            id="partly, where one abstract holds all",
        ),
    ],
)
def test_the_opening_says_whether_the_archive_addresses_the_question(
    decision: Decision, facets: tuple[str, ...], opening: str
) -> None:
    assert state_opening(replace(QUESTION, facets=facets), decision, 1, 2) == opening


def test_the_opening_counts_one_as_one_and_leaves_the_withdrawn_out() -> None:
    refused = Decision("not_answered", "nothing_bears_on_it", ())
    assert state_opening(QUESTION, refused, 0, 1).endswith(
        "The nearest preprint is listed below; it is not quoted, since it was not found to answer it."
    )
    assert state_opening(QUESTION, ANSWERED, 1, 1).endswith("from the one preprint retrieved for it.")
    assert "no abstract retrieved for it that stands speaks of" in state_opening(QUESTION, PARTLY, 1, 2, withdrawn=True)


FIRST = "the nearest is “Networks” (70% similar)."
SECOND = "the nearest is “Costs” (76% similar)."


@pytest.mark.parametrize(
    ("decision", "sentences", "line"),
    [
        pytest.param(ANSWERED, [SAID, SAID], f"1 preprint of this archive speaks to the question; {FIRST}", id="one"),
        pytest.param(
            ANSWERED, [SAID, QUOTED], f"2 preprints of this archive speak to the question; {SECOND}", id="two"
        ),
        pytest.param(
            PARTLY,
            [SAID],
            f"1 preprint of this archive speaks to parts of the question and none to the whole; {FIRST}",
            id="partly",
        ),
    ],
)
def test_the_bottom_line_counts_preprints_and_names_the_nearest_of_them(
    decision: Decision, sentences: list[Sentence], line: str
) -> None:
    assert state_bottom_line(decision, sentences, PASSAGES, PREPRINTS) == line


# --- Markdown ----------------------------------------------------------------------------------------------------


def test_an_answer_as_markdown() -> None:
    answer = replace(composed(PARTLY, REACHES), missing=("None of the 2 speaks of “cost”.",))
    assert compose_markdown(answer) == (
        "The archive addresses this question only in part: no abstract retrieved for it that stands speaks of “quantum”, "
        "“accuracy” and “cost” together. What follows is drawn from 2 of the 2 preprints retrieved for it.\n"
        "\n"
        "**Measured results**\n"
        "\n"
        "Quantum networks reach 99.67% accuracy. [AG-1]\n"
        "\n"
        "**Limits and costs**\n"
        "\n"
        "Skylar Chan: “However, they may be slower.” *(hedged)* [AG-2]\n"
        "\n"
        "**What the archive does not say**\n"
        "\n"
        "None of the 2 speaks of “cost”.\n"
        "\n"
        "**Bottom line:** 2 preprints of this archive speak to parts of the question and none to the whole; the "
        "nearest is “Costs” (76% similar).\n"
    )


def sentence_as_markdown(text: str) -> str:
    """The paragraph of a finding that holds this one sentence."""
    finding = Finding("Approaches", (replace(SAID, text=text),))
    return compose_markdown(replace(composed(ANSWERED), findings=(finding,))).split("\n\n")[2]


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        pytest.param("<script>alert(1)</script> & co", "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co", id="HTML"),
        pytest.param("[click](https://x.example)", r"\[click\](https&#58;//x.example)", id="a link"),
        pytest.param("**bold** _it_ `code`", r"\*\*bold\*\* \_it\_ \`code\`", id="emphasis"),
        pytest.param("# a heading", r"\# a heading", id="a heading"),
        pytest.param("- a point", r"\- a point", id="a list"),
        pytest.param("1. a point", r"1\. a point", id="a numbered list"),
        pytest.param("12) a point", r"12\) a point", id="a numbered list with a bracket"),
        pytest.param("A 2-fold 3.5% gain (1.) here", "A 2-fold 3.5% gain (1.) here", id="none of these inside a line"),
        pytest.param(
            r"C:\dir $x^2$ a|b ~~c~~", r"C:\\dir &#36;x^2&#36; a|b &#126;&#126;c&#126;&#126;", id="TeX, tables, strikes"
        ),
    ],
)
def test_text_from_outside_is_never_markup(text: str, markdown: str) -> None:
    assert sentence_as_markdown(text) == f"{markdown} [AG-1]"


@given(st.text(alphabet="ab<>&\"'`*_[]()#-1.:/\\ ", min_size=1, max_size=30))
def test_no_text_opens_a_tag_or_a_link(text: str) -> None:
    written = sentence_as_markdown(f"x{text}").removesuffix(" [AG-1]")
    assert "<" not in written and ">" not in written and "://" not in written
    assert "[" not in written.replace("\\\\", "").replace("\\[", "")


# --- revisions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({}, True, id="nothing"),
        pytest.param({"revision": 7, "answered_on": date(2025, 1, 1)}, True, id="number and day"),
        pytest.param({"provenance": replace(PROVENANCE, model="other", answer_key="k")}, True, id="how it was made"),
        pytest.param({"missing": ("None speaks of it.",)}, False, id="what is missing"),
        pytest.param({"sources": SOURCES[:1]}, False, id="a source less"),
        pytest.param({"answered_by": "Other"}, False, id="who answered"),
        pytest.param({"findings": ()}, False, id="the text"),
    ],
)
def test_two_revisions_mean_the_same_where_a_reader_sees_no_difference(change: dict[str, Any], same: bool) -> None:
    answer = composed(ANSWERED, REACHES)
    assert same_meaning(answer, replace(answer, **change)) is same
