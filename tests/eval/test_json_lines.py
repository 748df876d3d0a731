"""Labelled files of JSON lines."""

import json
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.eval.json_lines import read_objects

FORM = 'a line is {"claim": …}'


class WrongError(PipelineError):
    """What the caller says is wrong."""


def test_a_text_may_hold_what_unicode_takes_for_the_end_of_a_line(tmp_path: Path) -> None:
    record = {"claim": "Reefs\u2028bleach\x0b\x85."}
    file = tmp_path / "pairs.jsonl"
    file.write_text(f"\ufeff{json.dumps(record, ensure_ascii=False)}\n\n{{}}\n", encoding="utf-8")
    assert read_objects(file, WrongError, what="pair", form=FORM) == [(1, record), (3, {})]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}\n[", "line 2: no JSON"),
        ("[" * 100_000, "line 1: no JSON"),
        ("3", "line 1: not an object"),
        ("1" * 5_000, "line 1: no JSON"),
        (" \n", "holds no pair"),
    ],
    ids=["broken off", "nested too deep", "a number", "a huge number", "nothing"],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(WrongError, match=message) as error:
        read_objects(file, WrongError, what="pair", form=FORM)
    assert error.value.mend == FORM
