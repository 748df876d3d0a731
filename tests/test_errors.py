"""Errors: what the operator reads, and whether trying again may help."""

import inspect
from pathlib import Path

import pytest

from pipeline import errors
from pipeline.errors import PipelineError, StoreError, refusal

ALL = {name: one for name, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, PipelineError)}


@pytest.mark.parametrize(
    ("error", "text"),
    [
        pytest.param(StoreError("a.duckdb: busy", "wait"), "a.duckdb: busy\n  → wait", id="what and what to do"),
        pytest.param(StoreError("a.duckdb: busy"), "a.duckdb: busy", id="only what"),
    ],
)
def test_an_error_says_what_was_wrong_and_what_to_do(error: PipelineError, text: str) -> None:
    assert str(error) == text


def test_only_what_may_pass_by_itself_is_tried_again() -> None:
    assert {name for name, one in ALL.items() if one.retryable} == {"BusyError", "ServerError", "SourceError"}


@pytest.mark.parametrize("name", ["README.md/x", "x" * 300], ids=["below a file", "too long"])
def test_a_path_that_cannot_be_is_something_to_mend(tmp_path: Path, name: str) -> None:
    (tmp_path / "README.md").write_text("a file")
    with pytest.raises(OSError) as caught:
        (tmp_path / name).mkdir(parents=True)
    told = refusal(caught.value)
    assert told is not None and "name" in told.mend
