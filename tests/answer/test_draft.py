"""Replies of a model, good and bad, and the drafts they become."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.answer.draft import parse_draft
from pipeline.records import Draft, DraftFinding, DraftSentence

NUMBERS = {"AG-1": 1, "AG-2": 2, "AG-12": 12}


def parse(reply: str) -> Draft:
    return parse_draft(reply, NUMBERS)


def reply(*sentences: Any, heading: Any = "Results", addressed: Any = "yes") -> str:
    """A reply of one finding with these sentences."""
    return json.dumps({"addressed": addressed, "findings": [{"heading": heading, "sentences": list(sentences)}]})


def says(text: Any = "It works.", cites: Any = (1,)) -> dict[str, Any]:
    return {"text": text, "cites": list(cites) if isinstance(cites, tuple) else cites}


def draft(*sentences: DraftSentence, heading: str = "Results", addressed: Any = "yes") -> Draft:
    return Draft(addressed, (DraftFinding(heading, sentences),))


WORKS = DraftSentence("It works.", ("AG-1",))
COSTS = DraftSentence("It costs.", ("AG-12",))
NOTHING = Draft("yes", (), problem="no sentence with a citation")


def test_a_good_reply_keeps_findings_sentences_and_cites_in_order() -> None:
    text = json.dumps(
        {
            "addressed": "partly",
            "findings": [
                {"heading": "Results", "sentences": [says(cites=(2, 1)), says("It costs.", (12,))]},
                {"heading": "Limits", "sentences": [says("It fails.", (1,))]},
            ],
        }
    )
    assert parse(text) == Draft(
        "partly",
        (
            DraftFinding("Results", (DraftSentence("It works.", ("AG-2", "AG-1")), COSTS)),
            DraftFinding("Limits", (DraftSentence("It fails.", ("AG-1",)),)),
        ),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"Sure! Here it is:\n```json\n{reply(says())}\n```", draft(WORKS), id="words and a fence around"),
        pytest.param(reply(says()) + " I hope this helps {you} [1]!", draft(WORKS), id="rambling after the end"),
        pytest.param(reply(says()) + reply(says("More.")), draft(WORKS), id="a second reply after the first"),
        pytest.param(reply(says("  It\n\tworks. ")), draft(WORKS), id="white space is folded"),
        pytest.param(reply(says(), heading=" The \n results "), draft(WORKS, heading="The results"), id="in headings"),
    ],
)
def test_what_stands_around_the_json_does_not_matter(text: str, expected: Draft) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("  \n", "empty", id="blank"),
        pytest.param("I am only a language model.", "no JSON object", id="rambling"),
        pytest.param('["yes"]', "no JSON object", id="a list"),
        pytest.param("{'addressed': 'yes'}", "not JSON: key must be a string at line 1 column 2", id="a Python dict"),
        pytest.param("{" * 5000, "not JSON: key must be a string at line 1 column 2", id="braces without end"),
        pytest.param('{"a":' * 5000, "not JSON: recursion limit exceeded at line 1 column 1006", id="nested"),
        pytest.param(
            '{"findings": ' + "[" * 5000, "not JSON: recursion limit exceeded at line 1 column 214", id="nested lists"
        ),
        pytest.param('{"addressed": "\\ud800"}', "not JSON: ", id="half a code point"),
    ],
)
def test_a_reply_that_is_no_json_object_is_a_draft_with_a_problem(text: str, problem: str) -> None:
    found = parse(text)
    assert (found.addressed, found.findings) == ("no", ())
    assert found.problem and found.problem.startswith(problem)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(reply(says(), says("It costs.", (12,)))[:-4], draft(WORKS, COSTS), id="only the brackets cut"),
        pytest.param(reply(says(), says("It costs.", (12,)))[:-6], draft(WORKS), id="12 was cut to 1, and is no 1"),
        pytest.param(reply(says(), says("It costs.", (1, 12)))[:-6],
                     draft(WORKS, DraftSentence("It costs.", ("AG-1",))),
                     id="the second cite cut"),
        pytest.param(reply(says(), says("It costs.", (12,)))[:-20], draft(WORKS), id="cut between text and cites"),
        pytest.param(reply(says(), says("It costs a lot."))[:-22], draft(WORKS), id="cut within the text"),
        pytest.param('{"addressed": "yes", "findi', NOTHING, id="cut before any finding"),
        pytest.param('{"addressed": "ye', Draft("no", (), problem=NOTHING.problem), id="cut within the first field"),
    ],
)  # fmt: skip
def test_a_reply_that_stops_early_keeps_its_whole_sentences(text: str, expected: Draft) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("sentence", "citations"),
    [
        pytest.param(says(cites=(1, 3, 99, -1, 0)), ("AG-1",), id="out of range"),
        pytest.param(says(cites=(1, 1, 2, 1)), ("AG-1", "AG-2"), id="one twice"),
        pytest.param(
            says(cites=(2, "1", 1.0, None, [1], {"n": 1}, True)), ("AG-2",), id="of other types, true is no 1"
        ),
        pytest.param(says(cites=(10**30, 2)), ("AG-2",), id="a huge number"),
    ],
)
def test_cites_that_name_no_passage_are_dropped(sentence: Any, citations: tuple[str, ...]) -> None:
    assert parse(reply(sentence)) == draft(DraftSentence("It works.", citations))


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param(says(cites=()), id="no cite"),
        pytest.param(says(cites=(99,)), id="only cites out of range"),
        pytest.param(says(cites=1), id="cites is a number"),
        pytest.param(says(cites="1"), id="cites is text"),
        pytest.param(says(cites=None), id="cites is null"),
        pytest.param({"text": "It works."}, id="no cites field"),
        pytest.param(says(text="  "), id="blank text"),
        pytest.param(says(text=None), id="null text"),
        pytest.param(says(text=["It works."]), id="a list for text"),
        pytest.param("It works [1].", id="text for the sentence"),
        pytest.param(None, id="null for the sentence"),
    ],
)
def test_a_sentence_that_cites_nothing_or_says_nothing_is_dropped(sentence: Any) -> None:
    assert parse(reply(sentence)) == NOTHING
    assert parse(reply(sentence, says())) == draft(WORKS)


@pytest.mark.parametrize(
    "findings",
    [None, "none", 3, {}, [], [None], ["x"], [[]], [{}], [{"sentences": None}], [{"sentences": {"text": "x"}}]],
    ids=repr,
)
def test_findings_of_another_type_are_none(findings: Any) -> None:
    assert parse(json.dumps({"addressed": "yes", "findings": findings})) == NOTHING


@pytest.mark.parametrize("addressed", ["maybe", "YES", None, True, 1, ["yes"], {"yes": 1}], ids=repr)
def test_anything_but_the_three_words_counts_as_not_addressed(addressed: Any) -> None:
    assert parse(reply(says(), addressed=addressed)) == draft(WORKS, addressed="no")


@pytest.mark.parametrize("heading", [None, 3, ["Results"], {"a": 1}], ids=repr)
def test_a_heading_of_another_type_is_empty(heading: Any) -> None:
    assert parse(reply(says(), heading=heading)) == draft(WORKS, heading="")


def test_a_model_that_repeats_itself_is_heard_once() -> None:
    finding = {"heading": "Results", "sentences": [says(), says(cites=(2,))]}
    again = {"heading": "Again", "sentences": [says(), says("It costs.", (12,))]}
    text = json.dumps({"addressed": "yes", "findings": [finding, again, finding]})
    assert parse(text) == Draft("yes", (DraftFinding("Results", (WORKS,)), DraftFinding("Again", (COSTS,))))


@given(st.integers(0, 400))
def test_wherever_a_reply_is_cut_nothing_is_made_up(length: int) -> None:
    whole = reply(says("It works.", (1, 2)), says("It costs.", (12,)), says("It fails.", (2, 12)))
    sentences = {sentence.text: set(sentence.citations) for sentence in parse(whole).findings[0].sentences}
    for finding in parse(whole[:length]).findings:
        for sentence in finding.sentences:
            assert set(sentence.citations) <= sentences[sentence.text]


@given(st.text(max_size=60) | st.text(alphabet='{}[]",:0123456789truefalsn\\ ', max_size=60))
def test_no_reply_is_an_exception(text: str) -> None:
    assert isinstance(parse(text), Draft)
