"""Errors: what the operator reads, and whether trying again may help."""

import inspect

import pytest

from pipeline import errors
from pipeline.errors import PipelineError, StoreError

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
