"""Which texts have no vector yet, and giving them one: a batch at a time, each kept before the next is begun."""

from collections.abc import Callable, Mapping

from pipeline.embed.encoder import Encoder
from pipeline.store.database import Connection, transaction
from pipeline.store.preprints import count_pending_embeddings, pending_embeddings, pending_texts, save_embeddings

BATCH = 512
"""Texts whose vectors share a transaction."""
READ = 8_192
"""Pending texts that are held at a time: an archive of millions need not fit into memory."""


def embed_pending(
    connection: Connection,
    encoder: Encoder,
    questions: Mapping[str, str],
    is_over: Callable[[], bool],
    tell: Callable[[int, int], None],
) -> tuple[int, int]:
    """Embed the questions (wordings by their hash), then the preprints; returns how many texts got a vector and how many wait.

    `is_over` is asked before every batch; `tell` is given how many are done, and of how many.
    """
    missing = sorted(pending_texts(connection, encoder=encoder.name, text_hashes=questions))
    total = count_pending_embeddings(connection, encoder=encoder.name) + len(missing)
    pending = [(mark, questions[mark]) for mark in missing]
    done = 0
    while not is_over() and (pending := pending or pending_embeddings(connection, encoder=encoder.name, limit=READ)):
        batch, pending = pending[:BATCH], pending[BATCH:]
        marks, texts = zip(*batch, strict=True)
        vectors = encoder.encode(texts)
        with transaction(connection):
            save_embeddings(connection, encoder=encoder.name, text_hashes=marks, vectors=vectors)
        done += len(batch)
        tell(done, total)
    return done, total - done
