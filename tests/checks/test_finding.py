"""A finding tells the first problems and counts the rest; what an operator can mend is a finding, a bug is not."""

import pytest

from pipeline.checks.finding import Finding, found, settle
from pipeline.errors import LedgerError


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        ([], Finding("x", True, "all well")),
        (["a"], Finding("x", False, "a", "mend it")),
        (list("abcde"), Finding("x", False, "a; b; c; and 2 more", "mend it")),
    ],
)
def test_problems_become_a_finding(problems: list[str], expected: Finding) -> None:
    assert found("x", problems, "all well", "mend it") == expected


def test_what_can_be_mended_is_told_and_a_bug_is_not_hidden() -> None:
    def lost() -> Finding:
        raise LedgerError("the ledger is gone", "restore it")

    def locked() -> Finding:
        raise PermissionError(13, "Permission denied")

    def buggy() -> Finding:
        raise ZeroDivisionError

    assert settle("ledger", lost) == Finding("ledger", False, "the ledger is gone", "restore it")
    assert "Permission denied" in settle("ledger", locked).detail
    with pytest.raises(ZeroDivisionError):
        settle("ledger", buggy)
