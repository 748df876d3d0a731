"""How many replies are written at a time, and the room that each has. Pure."""

from dataclasses import dataclass

MOST = 16
"""Replies at a time, unless the settings ask for more: from there on more gain little (docs/benchmarks.md)."""
PROMPT_TOKENS = 880
"""Room for the prompt of a reply that is written beside others: one of eight preprints. A longer one is written alone."""
MEMORY_SHARE = 8
"""The keys and values of all replies take at most one part in so many of the machine's memory, unless the settings ask for more."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Of a context."""

    slots: int
    """Replies that are written at a time."""
    room: int
    """Tokens that each of them may have with its prompt."""

    @property
    def tokens(self) -> int:
        """Of the whole context."""
        return self.slots * self.room


def capacity(parallel: int, context_tokens: int, max_tokens: int, cell_bytes: int, memory: int) -> Capacity:
    """`parallel`: slots that the settings ask for; 0: as many as fit. `memory` of the machine; 0 where it is not known."""
    room = min(context_tokens, PROMPT_TOKENS + max_tokens)
    fitting = max(context_tokens, memory // MEMORY_SHARE // cell_bytes) // room
    return Capacity(parallel or min(MOST, fitting), room)
