"""Which questions must be searched for again, and doing so: passages are kept question by question."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.embed.encoder import Encoder
from pipeline.hashes import key_of
from pipeline.records import Question
from pipeline.retrieve.passages import prepare
from pipeline.retrieve.reranker import Reranker
from pipeline.retrieve.search import SEARCH, open_corpus, search
from pipeline.settings import RetrieveSettings
from pipeline.store.answers import load_retrieval_keys, save_passages
from pipeline.store.database import Connection, transaction
from pipeline.store.preprints import load_fingerprint

ASKED = ("question", "aliases", "facets", "categories", "since")
"""What of a question retrieval depends on."""


def retrieve_pending(
    connection: Connection,
    encoder: Encoder,
    reranker: Reranker | None,
    settings: RetrieveSettings,
    index_folder: Path,
    questions: Sequence[Question],
    tell: Callable[[int, int], None],
) -> int:
    """Find the passages of the questions whose wording, filters, archive or way of searching changed; returns how many.

    `tell` is given how many are done, and of how many.
    """
    preprints, fingerprint = load_fingerprint(connection, encoder=encoder.name)
    known = load_retrieval_keys(connection)
    keys = {one.slug: _retrieval_key(one, fingerprint, encoder, reranker, settings) for one in questions}
    pending = [one for one in questions if known.get(one.slug, ("", 0))[0] != keys[one.slug]]
    corpus = open_corpus(connection, encoder, index_folder) if pending else None
    found = search(corpus, encoder.encode, pending, settings, settings.passages, reranker) if corpus else iter(())
    for number, question in enumerate(pending, 1):
        passages = [passage for passage, _ in prepare(connection, next(found, []))]
        with transaction(connection):
            save_passages(
                connection,
                slug=question.slug,
                retrieval_key=keys[question.slug],
                preprints=preprints,
                passages=passages,
            )
        tell(number, len(pending))
    return len(pending)


def _retrieval_key(
    question: Question, fingerprint: str, encoder: Encoder, reranker: Reranker | None, settings: RetrieveSettings
) -> str:
    asked = {name: value for name, value in asdict(question).items() if name in ASKED}
    how = settings.model_dump(exclude={"reranker"})
    return key_of([asked, fingerprint, encoder.name, how, reranker.name if reranker else "", SEARCH])
