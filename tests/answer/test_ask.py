"""From passages to an answer, and what makes an answer stale."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.answer.ask import Drafting, answer_key, draft_key, withdrawn_of, write_answer
from pipeline.answer.engines import Completion
from pipeline.answer.prompt import Prompt
from pipeline.hashes import text_hash
from pipeline.records import Passage, Preprint, Question
from pipeline.settings import VerifySettings
from pipeline.store.answers import StoredDraft
from pipeline.verify.judge import LanguageJudge
from tests.fakes import FakeEncoder, FakeEngine, QuotingEngine

ASKED = Question("slug", "Do quantum networks classify images?", (), facets=("quantum", "images"))
VERIFY = VerifySettings()


@pytest.fixture
def read(preprint: Preprint) -> list[tuple[Passage, Preprint]]:
    passage = Passage(preprint.archive_id, 3, text_hash(preprint), 1, 0.75, 2.5, 0.03)
    return [(passage, preprint)]


def key(question: Question = ASKED, read: Any = (), engine: Any = None, **fields: Any) -> str:
    drafting = Drafting(FakeEncoder(), engine or FakeEngine(), **{"verify": VERIFY} | fields)
    return answer_key(question, read, drafting)


def key_of_draft(
    question: Question = ASKED,
    passages: Sequence[Passage] = (),
    engine: FakeEngine | None = None,
    withdrawn: Collection[str] = (),
    encoder: str = "mini",
) -> str:
    return draft_key(question, passages, withdrawn, encoder, engine or FakeEngine())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda passage: replace(passage, archive_id="AG-2024.01-0002"), id="another preprint"),
        pytest.param(lambda passage: replace(passage, version=4), id="another version"),
        pytest.param(lambda passage: replace(passage, text_hash="0"), id="another text"),
    ],
)
def test_a_draft_is_stale_when_what_was_read_changes(
    read: list[tuple[Passage, Preprint]], change: Callable[[Passage], Passage]
) -> None:
    [(passage, _)] = read
    assert key_of_draft(passages=[change(passage)]) != key_of_draft(passages=[passage])


def test_a_draft_is_stale_when_a_preprint_is_withdrawn_or_another_encoder_picks(
    read: list[tuple[Passage, Preprint]],
) -> None:
    [(passage, preprint)] = read
    standing = key_of_draft(passages=[passage])
    assert key_of_draft(passages=[passage], withdrawn={passage.archive_id}) != standing
    assert key_of_draft(passages=[passage], withdrawn={"AG-2024.01-9999"}) == standing
    assert key_of_draft(passages=[passage], encoder="other") != standing
    gone = [(passage, replace(preprint, withdrawn="Withdrawn."))]
    assert [set(withdrawn_of(one)) for one in (read, gone)] == [set(), {passage.archive_id}]


def test_a_draft_is_stale_when_the_wording_the_model_or_its_sampling_changes() -> None:
    other = FakeEngine()
    other.sampling = "hotter"
    keys = {
        key_of_draft(),
        key_of_draft(replace(ASKED, question="Another?")),
        key_of_draft(engine=FakeEngine(sha256="1" * 64)),
        key_of_draft(engine=other),
    }
    assert len(keys) == 4


def test_a_draft_outlives_what_the_model_never_saw(read: list[tuple[Passage, Preprint]]) -> None:
    [(passage, _)] = read
    again = replace(ASKED, facets=("other",), topics=("t",), body="B.", aliases=("A?",))
    scored = replace(passage, similarity=0.1, fused=0.2, lexical=0.3)
    assert key_of_draft(again, [scored], FakeEngine(name="renamed")) == key_of_draft(passages=[passage])


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"withdrawn": "This paper has been withdrawn."}, id="withdrawn"),
        pytest.param({"categories": ("cs.LG",)}, id="primary category"),
        pytest.param({"authors": ("Ann Other",)}, id="authors"),
        pytest.param({"retold": True}, id="retold"),
    ],
)
def test_an_answer_is_stale_when_what_it_shows_of_a_source_changes(
    read: list[tuple[Passage, Preprint]], changes: dict[str, Any]
) -> None:
    [(passage, preprint)] = read
    assert key(read=[(passage, replace(preprint, **changes))]) != key(read=read)


def test_an_answer_is_stale_when_facets_checks_judge_or_the_shown_model_change(
    read: list[tuple[Passage, Preprint]],
) -> None:
    [(passage, preprint)] = read
    keys = {
        key(read=read),
        key(replace(ASKED, facets=()), read),
        key(read=[(replace(passage, similarity=0.74), preprint)]),
        key(read=read, engine=FakeEngine(name="renamed")),
        key(read=read, verify=VerifySettings(min_coverage=0.9)),
        key(read=read, judge=LanguageJudge(FakeEngine(), 0.8)),
        key(read=read, judge=LanguageJudge(FakeEngine(), 0.9)),
    }
    assert len(keys) == 7


def test_an_answer_outlives_a_new_doi(read: list[tuple[Passage, Preprint]]) -> None:
    [(passage, preprint)] = read
    assert key(read=[(passage, replace(preprint, doi="10.1/x", journal_ref=None, comments=None))]) == key(read=read)


def test_drafts_come_as_they_are_finished_and_none_is_asked_for_without_evidence(
    read: list[tuple[Passage, Preprint]],
) -> None:
    engine = FakeEngine(["{}", Completion("", 0, 0, "too long")])
    taken: list[str] = []

    def questions() -> Iterator[tuple[str, list[tuple[Passage, Preprint]]]]:
        for asked in [(ASKED.question, read), ("Anything?", []), ("Do quantum networks reach 99.67%?", read)]:
            taken.append(asked[0])
            yield asked

    drafts = Drafting(FakeEncoder(), engine, VERIFY).draft(questions())
    assert (next(drafts)[0], taken) == (0, [ASKED.question]), "no question is taken before there is room for it"
    rest = [(place, draft.reply, bool(draft.evidence), draft.problem) for place, draft in drafts]
    assert rest == [(1, "", False, None), (2, "", True, "too long")]
    assert len(engine.prompts) == 2


class LaterFirst(FakeEngine):
    """A language model that is done with the last prompt first."""

    def complete(self, prompts: Iterable[Prompt]) -> Iterator[tuple[int, Completion]]:
        return reversed(list(super().complete(prompts)))


def test_a_draft_keeps_the_place_of_its_question_whatever_the_order_of_the_replies(
    read: list[tuple[Passage, Preprint]],
) -> None:
    engine = LaterFirst(["first", "second"])
    asked = [("Anything?", []), (ASKED.question, read), ("Do quantum networks reach 99.67%?", read)]
    drafts = Drafting(FakeEncoder(), engine, VERIFY).draft(asked)
    assert sorted((place, draft.reply) for place, draft in drafts) == [(0, ""), (1, "first"), (2, "second")]


def test_without_any_evidence_the_engine_is_not_asked() -> None:
    drafts = Drafting(FakeEncoder(), FakeEngine(), VERIFY).draft([("Anything?", [])])
    assert list(drafts) == [(0, StoredDraft("", (), 0, 0))]


def test_an_answer_tells_what_it_was_made_from(read: list[tuple[Passage, Preprint]]) -> None:
    drafting = Drafting(FakeEncoder(), QuotingEngine(), VERIFY)
    [(_, stored)] = drafting.draft([(ASKED.question, read)])
    answer = write_answer(drafting, ASKED, read, stored, "the-key", 98, date(2024, 6, 1))
    assert stored.problem is None
    assert (answer.slug, answer.question, answer.revision) == ("slug", ASKED.question, 1)
    assert (answer.answered_by, answer.answered_on) == ("fake-model", date(2024, 6, 1))
    assert [cut.text for cut in answer.cut] == [
        "According to the authors, We train quantum networks on MNIST.",
        "It cures everything.",
    ]
    made = answer.provenance
    assert (made.model, made.model_sha256, made.encoder) == ("fake-model", "0" * 64, "fake-64")
    assert (made.answer_key, made.preprints, made.sampling) == ("the-key", 98, "scripted")
    assert (made.prompt_tokens, made.completion_tokens) == (stored.prompt_tokens, stored.completion_tokens)
    assert made.prompt.startswith("draft.v") and "decision-" in made.checks and "composition-" in made.checks


def test_a_withdrawn_preprint_keeps_its_card_and_carries_nothing(read: list[tuple[Passage, Preprint]]) -> None:
    [(passage, preprint)] = read
    drafting = Drafting(FakeEncoder(), QuotingEngine(), VERIFY)
    [(_, stored)] = drafting.draft([(ASKED.question, read)])  # drafted before it was withdrawn
    gone = [(passage, replace(preprint, withdrawn="This paper has been withdrawn."))]
    answer = write_answer(drafting, ASKED, gone, stored, "the-key", 98, date(2024, 6, 1))
    assert (answer.status, answer.sentences) == ("not_answered", ())
    assert [(source.cited, source.withdrawn) for source in answer.sources] == [(False, True)]
    assert list(drafting.draft([(ASKED.question, gone)])) == [(0, StoredDraft("", (), 0, 0))]
