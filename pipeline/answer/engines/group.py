"""Read prompts that begin alike, many at once: the logits after each of them. Pure but for the decoder passed in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.answer.engines.batch import Decoder, Piece
from pipeline.answer.engines.sampling import Logits


@dataclass(frozen=True, slots=True)
class Group:
    """Prompts with a common beginning."""

    shared: Sequence[int]
    endings: Sequence[Sequence[int]]
    """At least one token each."""


def read_groups(groups: Iterable[Group], decoder: Decoder) -> Iterator[Logits]:
    """(vocabulary,) after every prompt, in order. Each of them fits the decoder; a row is good until the next is asked for.

    Raises RuntimeError where the decoder fails.
    """
    for together in _windows([part for group in groups for part in _split(group, decoder)], decoder.count):
        try:
            yield from _read(together, decoder)
        finally:
            for sequence in range(decoder.count):
                decoder.forget(sequence, 0)


def _read(groups: Sequence[Group], decoder: Decoder) -> Iterator[Logits]:
    """First all beginnings, each in the first sequence of its group; then, each in its own, all endings."""
    firsts = [sum(len(one.endings) for one in groups[:place]) for place in range(len(groups))]
    shared = [Piece(first, 0, group.shared, 0) for first, group in zip(firsts, groups, strict=True) if group.shared]
    for pieces in _batches(shared, decoder.batch_tokens):
        decoder.evaluate(pieces)
    for piece, group in zip(firsts, groups, strict=True):
        for other in range(piece + 1, piece + len(group.endings)) if group.shared else ():
            decoder.copy(piece, other, len(group.shared))
    endings = [
        Piece(first + number, len(group.shared), ending, 1)
        for first, group in zip(firsts, groups, strict=True)
        for number, ending in enumerate(group.endings)
    ]
    for pieces in _batches(endings, decoder.batch_tokens):
        for rows in decoder.evaluate(pieces):
            yield from rows


def _split(group: Group, decoder: Decoder) -> Iterator[Group]:
    """Into parts of as many prompts as there are sequences; each alone and whole where nothing can be shared."""
    size = decoder.count if decoder.can_forget else 1
    for start in range(0, len(group.endings), size):
        part = group.endings[start : start + size]
        yield Group(group.shared, part) if len(part) > 1 else Group((), ((*group.shared, *part[0]),))


def _windows(groups: Sequence[Group], count: int) -> Iterator[list[Group]]:
    """As many at a time as have a sequence for each of their prompts."""
    window: list[Group] = []
    for group in groups:
        if window and sum(len(one.endings) for one in (*window, group)) > count:
            yield window
            window = []
        window.append(group)
    if window:
        yield window


def _batches(pieces: Sequence[Piece], size: int) -> Iterator[list[Piece]]:
    """Of at most so many tokens; a piece that does not fit is cut in two."""
    batch: list[Piece] = []
    room = size
    for piece in pieces:
        while len(piece.tokens) > room:
            head, tail = piece.tokens[:room], piece.tokens[room:]
            yield [*batch, *([Piece(piece.sequence, piece.start, head, 0)] if head else [])]
            batch, room = [], size
            piece = Piece(piece.sequence, piece.start + len(head), tail, piece.wanted)  # what is left
        batch.append(piece)
        room -= len(piece.tokens)
    if batch:
        yield batch
