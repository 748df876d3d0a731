"""Which questions the model is asked about, in what batches, and what is kept where it fails or time is over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline import steps
from pipeline.answer.ask import Drafting
from pipeline.answer.engines import Completion, Engine
from pipeline.answer.pending import Drafted, draft_pending
from pipeline.answer.prompt import Prompt
from pipeline.steps import Night
from pipeline.store.answers import load_draft_keys
from tests.fakes import FakeEncoder, FakeEngine, QuotingEngine
from tests.nights import make_archive, night


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Night]:
    with night(make_archive(tmp_path / "archive")) as opened:
        for step in (steps.ingest, steps.embed, steps.retrieve):
            step(opened)
        yield opened


def draft(
    opened: Night,
    engine: Engine,
    is_over: Callable[[], bool] = lambda: False,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Drafted:
    drafting = Drafting(FakeEncoder(), engine, opened.settings.verify)
    return draft_pending(opened.connection, drafting, opened.questions(), is_over, tell)


def test_every_question_is_drafted_once_and_another_model_is_asked_anew(opened: Night) -> None:
    told: list[tuple[int, int]] = []
    engine = QuotingEngine()
    # nothing bears on the third question, so it is settled without a call of the model
    assert draft(opened, engine, tell=lambda *some: told.append(some)) == Drafted(3, 0, 0, 2, ())
    assert len(engine.prompts) == 2
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert draft(opened, FakeEngine()) == Drafted(0, 3, 0, 0, ())
    assert draft(opened, QuotingEngine(sha256="1" * 64)) == Drafted(3, 0, 0, 2, ())


def test_a_draft_that_the_engine_failed_at_is_told_and_stays_pending(opened: Night) -> None:
    broken = FakeEngine([Completion("", 0, 0, "out of memory")] * 2)
    found = draft(opened, broken)
    assert (found.done, found.model_calls, len(found.problems), len(load_draft_keys(opened.connection))) == (3, 0, 2, 1)
    assert all(problem.endswith("asked again the next night: out of memory") for problem in found.problems)
    assert draft(opened, QuotingEngine()) == Drafted(2, 1, 0, 2, ())


def test_drafts_before_the_end_of_the_night_are_kept(opened: Night) -> None:
    over = iter([False, False, True])
    assert draft(opened, QuotingEngine(), is_over=lambda: next(over)) == Drafted(2, 0, 1, 1, ())
    assert len(load_draft_keys(opened.connection)) == 2
    assert draft(opened, QuotingEngine()) == Drafted(1, 2, 0, 1, ())


def test_an_engine_that_breaks_leaves_the_drafts_before_it(opened: Night) -> None:
    class Breaking(QuotingEngine):
        def reply(self, prompt: Prompt) -> str | Completion:
            if len(self.prompts) > 1:
                raise RuntimeError("the power is gone")
            return super().reply(prompt)

    with pytest.raises(RuntimeError, match="power"):
        draft(opened, Breaking())
    assert len(load_draft_keys(opened.connection)) == 1
