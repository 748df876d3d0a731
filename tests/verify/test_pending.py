"""Which drafts are checked, and when that makes a revision."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pipeline import steps
from pipeline.answer.ask import Drafting
from pipeline.embed.encoder import Vectors
from pipeline.settings import VerifySettings
from pipeline.steps import Night
from pipeline.store.answers import load_revisions
from pipeline.verify.pending import Verified, verify_pending
from tests.fakes import FakeEncoder, FakeEngine, QuotingEngine
from tests.nights import make_archive, night

FIRST, LATER = date(2026, 2, 1), date(2026, 2, 2)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Night]:
    with night(make_archive(tmp_path / "archive")) as opened:
        for step in (steps.ingest, steps.embed, steps.retrieve, steps.answer):
            step(opened)
        yield opened


def check(opened: Night, drafting: Drafting | None = None, today: date = FIRST) -> Verified:
    return verify_pending(
        opened.connection, drafting or opened.drafting, opened.questions(), today, opened.telling("verify")
    )


def revisions(opened: Night) -> dict[str, list[tuple[int, date]]]:
    found = load_revisions(opened.connection, [one.slug for one in opened.questions()])
    return {slug: [(one.revision, one.answered_on) for one in answers] for slug, answers in found.items()}


def test_every_draft_is_checked_once(opened: Night) -> None:
    assert check(opened) == Verified(3, 0, ())
    first = revisions(opened)
    assert first == {one.slug: [(1, FIRST)] for one in opened.questions()}
    assert check(opened, today=LATER) == Verified(0, 3, ())
    assert revisions(opened) == first


def test_a_question_without_a_draft_of_this_model_keeps_its_answer(opened: Night) -> None:
    check(opened)
    other = Drafting(FakeEncoder(), FakeEngine(sha256="1" * 64), opened.settings.verify)
    assert check(opened, other, LATER) == Verified(0, 3, ())


def test_stricter_checks_make_a_revision_only_where_they_change_what_is_said(opened: Night) -> None:
    check(opened)
    strict = Drafting(FakeEncoder(), QuotingEngine(), VerifySettings(min_coverage=1.0, min_similarity=0.99))
    assert check(opened, strict, LATER) == Verified(3, 0, ())
    expected = {
        "coral-reefs": [(1, FIRST)],
        "quantum-diffusion": [(1, FIRST), (2, LATER)],
        "quantum-medical-images": [(1, FIRST), (2, LATER)],
    }
    assert revisions(opened) == expected
    assert check(opened, strict, LATER) == Verified(0, 3, ())
    assert revisions(opened) == expected


def test_a_question_that_came_while_the_night_runs_is_left_to_the_next(opened: Night) -> None:
    file = opened.settings.questions.folder / "new-models.md"
    file.write_text(
        "---\nquestion: Do new quantum models help with images?\ntopics: [medicine]\nfacets: [quantum]\n---\n"
    )
    assert len(opened.questions()) == 4
    assert steps.answer(opened).done == 0
    assert check(opened) == Verified(3, 1, ())
    assert "new-models" not in revisions(opened)


def test_a_preprint_that_stands_again_is_read_again(tmp_path: Path) -> None:
    settings = make_archive(tmp_path / "archive")
    with night(settings) as opened:
        for step in (steps.ingest, steps.embed, steps.retrieve, steps.answer):
            step(opened)
        check(opened)
        [before] = load_revisions(opened.connection, ["quantum-diffusion"])["quantum-diffusion"]
        overrides = opened.settings.archive.overrides
        overrides.write_text(
            "".join(
                f'[[preprints]]\nsource = "{one.source}"\nid = "{one.source_id}"\nstate = "withdrawn"\nwhy = "a test"\n'
                for one in before.sources
            )
        )
        for step in (steps.ingest, steps.retrieve, steps.answer):
            step(opened)
        check(opened, today=LATER)
        overrides.unlink()
        for step in (steps.ingest, steps.retrieve, steps.answer):
            step(opened)
        check(opened, today=LATER)
        first, gone, again = load_revisions(opened.connection, ["quantum-diffusion"])["quantum-diffusion"]
    assert (gone.status, gone.sentences) == ("not_answered", ())
    assert (again.status, again.findings) == (first.status, first.findings) == ("answered", before.findings)


def test_an_answer_that_cannot_be_verified_is_named_and_does_not_stop_the_others(opened: Night) -> None:
    class Brittle(FakeEncoder):
        def encode(self, texts: object, on_progress: object = None) -> Vectors:
            if len(texts) == 2 and "diffusion" in texts[0]:  # type: ignore[arg-type,index]
                raise np.linalg.LinAlgError("no such vector")
            return super().encode(texts)  # type: ignore[arg-type]

    found = check(opened, Drafting(Brittle(), opened.engine, opened.settings.verify))
    assert (found.done, found.skipped) == (2, 0)
    assert found.problems == (
        "quantum-diffusion: could not be verified, so its last answer stays: LinAlgError: no such vector",
    )
    assert check(opened) == Verified(1, 2, ())
