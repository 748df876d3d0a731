"""A decoder without a model: what follows a sequence is a rule of the test, and it checks that no token is lost or told twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline.answer.engines.batch import Piece
from pipeline.answer.engines.sampling import Logits

VOCABULARY = 100
END = 0


def follow(tokens: Sequence[int]) -> int:
    """Count down from the last token; 1 is followed by the end."""
    return tokens[-1] - 1


@dataclass
class ScriptedDecoder:
    """Holds the tokens of every sequence as they are."""

    count: int = 4
    room: int = 100
    batch_tokens: int = 8
    can_forget: bool = True
    after: Callable[[Sequence[int]], int] = follow
    fails: Callable[[Sequence[Piece]], bool] = lambda pieces: False
    held: dict[int, list[int]] = field(default_factory=dict)
    steps: list[list[Piece]] = field(default_factory=list)
    read: int = 0
    """Tokens evaluated in all."""

    def evaluate(self, pieces: Sequence[Piece]) -> list[Logits]:
        self.steps.append(list(pieces))
        assert pieces
        sequences = [piece.sequence for piece in pieces]
        assert sequences == sorted(set(sequences))
        size = sum(len(piece.tokens) for piece in pieces)
        assert size <= self.batch_tokens
        if self.fails(pieces):
            raise RuntimeError("decoder failed")
        return [self._take(piece) for piece in pieces]

    def _take(self, piece: Piece) -> Logits:
        rows: list[Any] = []
        held = self.held.setdefault(piece.sequence, [])
        for place, token in enumerate(piece.tokens):
            assert len(held) == piece.start + place, f"sequence {piece.sequence} has a gap or an overlap"
            held.append(token)
            self.read += 1
            if place >= len(piece.tokens) - piece.wanted:
                row = np.zeros(VOCABULARY, np.float32)
                row[self.after(held)] = 1
                rows.append(row)
        assert len(held) <= self.room and piece.sequence < self.count
        return np.array(rows, np.float32).reshape(-1, VOCABULARY)

    def copy(self, source: int, target: int, length: int) -> None:
        assert self.can_forget and not self.held.get(target)
        assert length <= len(self.held[source])
        self.held[target] = self.held[source][:length]

    def forget(self, sequence: int, start: int) -> None:
        assert self.can_forget or not start
        self.held[sequence] = self.held.get(sequence, [])[:start]


@dataclass
class ScriptedSampler:
    """Takes the likeliest token; fails at one that it is told to refuse."""

    refuses: int = -1
    closed: int = 0
    accepted: list[int] = field(default_factory=list)

    def choose(self, logits: Logits) -> int:
        token = int(logits.argmax())
        if token == self.refuses:
            raise ValueError("no token will do")
        return token

    def accept(self, token: int) -> None:
        self.accepted.append(token)

    def close(self) -> None:
        self.closed += 1
