"""Turn a model's reply into a draft. Pure. A reply that can't be used is a result, not an exception."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from pipeline.records import Draft, DraftFinding, DraftSentence
from pipeline.words import sentence_spans

ADDRESSED = ("yes", "partly", "no")


def parse_draft(reply: str, numbers: Mapping[str, int]) -> Draft:
    """Read the JSON of a reply, as far as it goes: a reply that stops early keeps its whole sentences.

    `numbers` maps archive ids to the numbers of the prompt; a cite outside it is dropped, a sentence without any cite too.
    """
    by_number = {number: archive_id for archive_id, number in numbers.items()}
    start = reply.find("{")
    try:
        # a number at the very end may be the beginning of a longer one
        data = from_json(reply[start:].rstrip("0123456789"), allow_partial=True) if start >= 0 else None
    except ValueError as error:
        return Draft("no", (), problem=f"not JSON: {str(error)[:80]}")
    if not isinstance(data, dict):
        return Draft("no", (), problem="empty" if not reply.strip() else "no JSON object")
    addressed = data.get("addressed")
    said: set[str] = set()
    findings = tuple(
        finding
        for item in _list(data.get("findings"))
        if isinstance(item, dict)
        if (finding := _finding(item, by_number, said)).sentences
    )
    return Draft(
        addressed if addressed in ADDRESSED else "no",
        findings,
        problem=None if findings else "no sentence with a citation",
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _finding(item: Mapping[str, Any], by_number: Mapping[int, str], said: set[str]) -> DraftFinding:
    """One finding, its texts taken apart into sentences; a sentence that `said` holds is left out, since small models repeat themselves."""
    sentences: list[DraftSentence] = []
    for entry in _list(item.get("sentences")):
        if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
            continue
        cites = dict.fromkeys(
            by_number[number] for number in _list(entry.get("cites")) if type(number) is int and number in by_number
        )
        text = " ".join(entry["text"].split())
        for start, end in sentence_spans(text) if cites else ():
            if text[start:end] not in said:
                said.add(text[start:end])
                sentences.append(DraftSentence(text[start:end], tuple(cites)))
    heading = item.get("heading")
    return DraftFinding(" ".join(heading.split()) if isinstance(heading, str) else "", tuple(sentences))
