"""What machines read beside a question's page."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import html5lib
import pytest

from pipeline.records import FollowUp
from pipeline.render.data import answer_document, render_answer_markdown, render_json
from pipeline.render.markdown import render_markdown
from tests.render.samples import ACCURACY, ANSWERED, FOLLOW_UPS, SETTINGS, UNANSWERED

FOLLOWING = FOLLOW_UPS[ACCURACY.slug]

CONTRACT: dict[str, Any] = {
    "slug": str,
    "question": str,
    "status": ("answered", "partly", "not_answered"),
    "reason": str,
    "answered_by": str,
    "answered_on": str,
    "revision": int,
    "answer_markdown": str,
    "sentences": [
        {
            "text": str,
            "citations": [str],
            "verdict": ("supported", "partly", "quoted"),
            "evidence": [{"archive_id": str, "text": str, "start": int, "end": int}],
        }
    ],
    "cut": [{"text": str, "citations": [str], "reason": str}],
    "sources": [
        {
            "archive_id": str,
            "source": str,
            "source_id": str,
            "version": int,
            "similarity": int,
            "category": str,
            "title": str,
            "cited": bool,
            "withdrawn": bool,
        }
    ],
    "follow_ups": [{"question": str, "slug": (str, None)}],
    "provenance": {
        "model": str,
        "model_sha256": str,
        "prompt": str,
        "sampling": str,
        "encoder": str,
        "checks": str,
        "answer_key": str,
        "preprints": int,
        "prompt_tokens": int,
        "completion_tokens": int,
    },
}
"""The keys that stay, with their types; a tuple lists what a value may be."""


def assert_fits(value: Any, shape: Any, place: str = "") -> None:
    """Check that every key of the shape is there and holds what it says; more keys may stand beside them."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), place
        for key, inner in shape.items():
            assert key in value, f"{place}.{key} is missing"
            assert_fits(value[key], inner, f"{place}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), place
        for number, item in enumerate(value):
            assert_fits(item, shape[0], f"{place}[{number}]")
    elif isinstance(shape, tuple):
        assert value in shape or type(value) in shape, f"{place} = {value!r}"
    else:
        assert type(value) is shape, f"{place} = {value!r}"


@pytest.mark.parametrize("answer", [ANSWERED, UNANSWERED], ids=["answered", "not answered"])
def test_the_document_holds_every_key_of_the_contract(answer: Any) -> None:
    document = json.loads(render_json(answer_document(answer, FOLLOWING)))
    assert_fits(document, CONTRACT)
    assert [one["archive_id"] for one in document["sources"]] == [one.archive_id for one in answer.sources]


def test_what_is_compared_can_fail() -> None:
    with pytest.raises(AssertionError, match=r"\.sources\[0\]\.cited is missing"):
        assert_fits({"sources": [{}]}, {"sources": [{"cited": bool}]})
    with pytest.raises(AssertionError, match=r"\.revision = True"):
        assert_fits({"revision": True}, {"revision": int})


def test_the_sentences_stand_in_reading_order_with_their_headings() -> None:
    document = answer_document(ANSWERED, ())
    assert [(one["heading"], one["text"], one["verdict"], one["hedged"]) for one in document["sentences"]] == [
        ("Measured results", "Quantum networks reach 99.67% accuracy.", "supported", False),
        ("Measured results", "They are slower and costly.", "partly", True),
        ("Limits and costs", "Qubits are costly.", "quoted", False),
    ]
    assert document["sentences"][1]["evidence"] == [
        {"archive_id": "AG-2024.01-0001", "text": "They may be slower than others.", "start": 40, "end": 71},
        {"archive_id": "AG-2004.05-0001", "text": "Qubits are costly.", "start": 0, "end": 18},
    ]


def test_texts_are_as_stored_and_the_markdown_is_for_reading() -> None:
    finding = ANSWERED.findings[0]
    sentence = replace(finding.sentences[0], text=r"Erd\H{o}s found $x^2$.", lead=r"M. M\"uller", verdict="quoted")
    answer = replace(
        ANSWERED,
        findings=(replace(finding, sentences=(sentence,)),),
        bottom_line=r"The nearest is “Costs of $10^{-3}$”.",
        sources=(replace(ANSWERED.sources[0], title=r"Schr{\"o}dinger"),),
    )
    document = answer_document(answer, ())
    assert document["sentences"][0]["text"] == sentence.text
    assert (document["bottom_line"], document["sources"][0]["title"]) == (answer.bottom_line, r"Schr{\"o}dinger")
    page = render_answer_markdown(answer, (), "").decode()
    for text in (document["answer_markdown"], page):
        assert "M. Müller: “Erdős found x².”" in text and "“Costs of 10⁻³”" in text
    assert "· Schrödinger ·" in page


def test_json_is_readable_utf_8_with_a_last_line_end() -> None:
    assert render_json({"ü": [1]}) == '{\n  "ü": [\n    1\n  ]\n}\n'.encode()


def test_the_markdown_of_an_answer(golden: Callable[[str, bytes], str]) -> None:
    made = render_answer_markdown(ANSWERED, FOLLOWING, SETTINGS.disclaimer)
    assert made.decode() == golden("index.md", made)


def test_the_json_of_an_answer(golden: Callable[[str, bytes], str]) -> None:
    made = render_json(answer_document(ANSWERED, FOLLOWING))
    assert made.decode() == golden("index.json", made)


def test_without_follow_ups_there_is_no_heading_for_them() -> None:
    assert b"Keep exploring" not in render_answer_markdown(UNANSWERED, (), SETTINGS.disclaimer)
    assert b"retold" not in render_answer_markdown(UNANSWERED, (), SETTINGS.disclaimer)


HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://e.org/z) *a* `b` # c"


def test_text_from_outside_is_no_markup_in_the_markdown() -> None:
    finding = ANSWERED.findings[0]
    sentence = replace(finding.sentences[0], text=HOSTILE, lead=HOSTILE, verdict="quoted")
    hostile = replace(
        ANSWERED,
        question=HOSTILE,
        answered_by=HOSTILE,
        opening=HOSTILE,
        bottom_line=HOSTILE,
        missing=(HOSTILE,),
        findings=(replace(finding, heading=HOSTILE, sentences=(sentence,)),),
        sources=tuple(replace(one, title=HOSTILE) for one in ANSWERED.sources),
    )
    text = render_answer_markdown(hostile, (FollowUp(HOSTILE, None),), "Check it.").decode()
    assert "<" not in text
    tree = html5lib.parseFragment(render_markdown(text, links=True), namespaceHTMLElements=False)
    found = {one.tag for one in tree.iter() if isinstance(one.tag, str)}
    assert not {"a", "img", "script", "code"} & found
    assert [one.text for one in tree.iter("em")] == ["Check it."]
