"""A reranker whose order is known."""

from collections.abc import Sequence


class ReversingReranker:
    """Finds the last candidate the best, and keeps what it was asked."""

    name = "reversing"

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((question, list(texts)))
        return [float(place) for place in range(len(texts))]
