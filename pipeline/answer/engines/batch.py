"""Write many replies at once, each in a slot of its own. Pure but for the decoder, the samplers and the clock passed in.

Every step evaluates one batch: of each reply that is being written its last token, and of the
prompts that are being read as much as still fits. A slot whose reply is finished takes the next request at once. What a
prompt begins with and another slot holds already is copied and not read again. The slots at work are always the first ones,
since llama.cpp puts only neighbours through the model together.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Protocol

from pipeline.answer.engines.sampling import Logits

WORTH_SHARING = 16
"""Tokens that two prompts must begin with in common, for one to wait until the other has read them, and to copy them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens to evaluate, one after the other."""

    sequence: int
    start: int
    """Place of the first one, from 0."""
    tokens: Sequence[int]
    wanted: int
    """Of how many of them, counted from the last, the logits are wanted."""


class Decoder(Protocol):
    """A language model that holds several sequences of tokens."""

    count: int
    """Sequences that it can hold."""
    room: int
    """Tokens that each of them can hold."""
    batch_tokens: int
    """Tokens that it evaluates at a time, at the most."""
    can_forget: bool
    """Whether a sequence can begin with a part of another, and go back to an earlier place."""

    def evaluate(self, pieces: Sequence[Piece]) -> Sequence[Logits]:
        """(wanted, vocabulary) of every piece, by rising sequences. Raises RuntimeError where it fails; then it keeps nothing of them."""

    def copy(self, source: int, target: int, length: int) -> None:
        """The first tokens of the source, to the target, which is empty."""

    def forget(self, sequence: int, start: int) -> None:
        """All tokens from there on."""


class Sampler(Protocol):
    """Chooses the tokens of one reply."""

    def choose(self, logits: Logits) -> int:
        """(vocabulary,) of one step. Raises ValueError where no token will do."""

    def accept(self, token: int) -> None:
        """Go on from this token."""

    def close(self) -> None:
        """Give back what it holds."""


@dataclass(frozen=True, slots=True)
class Request:
    """A reply to be written; with its prompt it fits the decoder."""

    tokens: Sequence[int]
    """The prompt, at least one token."""
    sampler: Sampler
    limit: int
    """Tokens that the reply may have."""
    seconds: float
    """Of its own: of a step that many replies share, each is charged the part that its tokens are of all."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request."""

    tokens: Sequence[int]
    problem: str | None = None


@dataclass(slots=True, eq=False)
class Slot:
    """A request at work in a sequence of the decoder."""

    place: int
    """Of the request among all."""
    request: Request
    sequence: int
    held: int = 0
    """Tokens of the sequence that the decoder holds."""
    written: list[int] = field(default_factory=list)
    spent: float = 0.0
    reply: Reply | None = None
    """Once it is finished."""

    @property
    def reading(self) -> bool:
        """Whether a part of its prompt is still to be read."""
        return self.held < len(self.request.tokens)

    def finish(self, problem: str | None = None) -> None:
        """Its reply is what was written, or nothing and a problem."""
        self.reply = Reply(self.written if problem is None else (), problem)


def write_all(
    requests: Iterable[tuple[int, Request | str]],
    decoder: Decoder,
    is_end: Callable[[int], bool],
    clock: Callable[[], float],
) -> Iterator[tuple[int, Reply]]:
    """The reply to each request with its place, as it is finished; a request is taken when a slot is free.

    A request that is a text is one that failed before it began: the text is its problem.
    """
    arrivals = iter(requests)
    slots: list[Slot] = []
    try:
        while True:
            while len(slots) < decoder.count and (arrived := next(arrivals, None)):
                place, request = arrived
                if isinstance(request, str):
                    yield place, Reply((), request)
                else:
                    slots.append(Slot(place, request, _free_sequences(slots)[0]))
            if not slots:
                return
            _close_ranks(slots, decoder)
            _step(slots, decoder, is_end, clock)
            for slot in [slot for slot in slots if slot.reply]:
                slots.remove(slot)
                _leave(slot, decoder)
                yield slot.place, slot.reply or Reply(())
    finally:
        for slot in slots:
            _leave(slot, decoder)


def _free_sequences(slots: Sequence[Slot]) -> list[int]:
    """The lowest, as many as there are slots and one more."""
    taken = {slot.sequence for slot in slots}
    return [number for number in range(2 * len(slots) + 1) if number not in taken]


def _close_ranks(slots: Sequence[Slot], decoder: Decoder) -> None:
    """Let slots move into the gaps that others left, where no request came to fill them."""
    for slot in slots if decoder.can_forget else ():
        if slot.sequence >= len(slots):
            target = _free_sequences(slots)[0]
            if slot.held:
                decoder.copy(slot.sequence, target, slot.held)
                decoder.forget(slot.sequence, 0)
            slot.sequence = target


def _leave(slot: Slot, decoder: Decoder) -> None:
    slot.request.sampler.close()
    decoder.forget(slot.sequence, 0)


def _step(slots: Sequence[Slot], decoder: Decoder, is_end: Callable[[int], bool], clock: Callable[[], float]) -> None:
    """Evaluate one batch, and let every slot go on as far as that leads."""
    begun = clock()
    planned = sorted(_plan(slots, decoder), key=lambda item: item[1].sequence)
    for (slot, piece), rows in zip(planned, _evaluate([piece for _, piece in planned], decoder), strict=True):
        if isinstance(rows, str):
            slot.finish(rows)
            continue
        slot.held += len(piece.tokens)
        for logits in rows:
            _write(slot, logits, is_end)
    seconds = (clock() - begun) / sum(len(piece.tokens) for _, piece in planned)
    for slot, piece in planned:
        slot.spent += seconds * len(piece.tokens)
        if not slot.reply and slot.spent >= slot.request.seconds:
            slot.finish(None if slot.written else f"not begun after {slot.request.seconds:g} s")


def _plan(slots: Sequence[Slot], decoder: Decoder) -> list[tuple[Slot, Piece]]:
    """What is evaluated next: first the replies that are being written, then prompts in the order of their coming."""
    planned = [(slot, Piece(slot.sequence, slot.held, slot.written[-1:], 1)) for slot in slots if not slot.reading]
    room = decoder.batch_tokens - len(planned)
    for slot in slots:
        if not slot.reading or room <= 0 or not _begin(slot, slots, planned, decoder):
            continue
        tokens = slot.request.tokens[slot.held : slot.held + room]
        ends = slot.held + len(tokens) == len(slot.request.tokens)
        planned.append((slot, Piece(slot.sequence, slot.held, tokens, int(ends))))
        room -= len(tokens)
    return planned


def _begin(slot: Slot, slots: Sequence[Slot], planned: Sequence[tuple[Slot, Piece]], decoder: Decoder) -> bool:
    """Copy what another slot holds; False where it is better to wait for what one reads in this step."""
    if slot.held or not decoder.can_forget:
        return True
    shares = [(_common(slot, other, other.held), other) for other in slots if other.held]
    held, source = max(shares, key=lambda share: share[0], default=(0, slot))
    coming = max((_common(slot, other, piece.start + len(piece.tokens)) for other, piece in planned), default=0)
    if coming - held >= WORTH_SHARING:
        return False
    if held >= WORTH_SHARING:
        decoder.copy(source.sequence, slot.sequence, held)
        slot.held = held
    return True


def _common(slot: Slot, other: Slot, held: int) -> int:
    """How many tokens both prompts begin with, of those that the other holds; the last is left, for its logits are wanted."""
    pairs = zip(slot.request.tokens[:-1], other.request.tokens[:held], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _evaluate(pieces: Sequence[Piece], decoder: Decoder) -> list[Logits | str]:
    """The rows of each piece. Where the batch fails each is tried alone, so that only those at fault are lost to a problem."""
    try:
        return list(decoder.evaluate(pieces))
    except RuntimeError as error:
        if len(pieces) == 1:
            return [f"RuntimeError: {error}"]
    alone = (_evaluate([piece], decoder)[0] for piece in pieces)
    return [rows if isinstance(rows, str) else rows.copy() for rows in alone]


def _write(slot: Slot, logits: Logits, is_end: Callable[[int], bool]) -> None:
    """Choose the next token."""
    try:
        token = slot.request.sampler.choose(logits)
        ended = is_end(token)
        if not ended:
            slot.request.sampler.accept(token)
            slot.written.append(token)
        if ended or len(slot.written) == slot.request.limit:
            slot.finish()
    except ValueError as error:
        slot.finish(f"ValueError: {error}")
