"""Answer questions once as the night would, and store nothing: what `ask` and `eval answers` share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.answer.ask import answer_key, write_answer
from pipeline.records import Answer, Preprint, Question
from pipeline.retrieve.passages import prepare
from pipeline.retrieve.search import Corpus, search
from pipeline.steps import Night
from pipeline.store.answers import StoredDraft


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question was answered, once."""

    answer: Answer
    preprints: Mapping[str, Preprint]
    """What was retrieved for it, by archive id."""
    problem: str = ""
    """Why the model gave no draft, so that quotes carry the answer; empty where it gave one."""


def ask_once(
    night: Night,
    corpus: Corpus | None,
    questions: Sequence[Question],
    on_progress: Callable[[int], None] = lambda _: None,
) -> list[Reply]:
    """Search, draft, check and compose, all questions together; nothing is found where there is no corpus.

    `on_progress` is told how many drafts are done.
    """
    drafting, settings = night.drafting, night.settings.retrieve
    found = (
        search(corpus, night.encoder.encode, questions, settings, settings.passages, night.reranker)
        if corpus
        else ([] for _ in questions)
    )
    reads = [prepare(night.connection, hits) for hits in found]
    drafts: dict[int, StoredDraft] = {}
    for place, draft in drafting.draft(zip([one.question for one in questions], reads, strict=True)):
        drafts[place] = draft
        on_progress(len(drafts))
    size = len(corpus.ids) if corpus else 0
    replies = []
    for place, (question, read) in enumerate(zip(questions, reads, strict=True)):
        key = answer_key(question, read, drafting)
        answer = write_answer(drafting, question, read, drafts[place], key, size, night.today)
        replies.append(Reply(answer, {one.archive_id: one for _, one in read}, drafts[place].problem or ""))
    return replies
