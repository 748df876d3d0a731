"""The language model as a reranker: the probability of Yes against No for whether an abstract helps to answer a question."""

from collections.abc import Sequence

from pipeline.answer.engines import Engine, YesNoPrompt
from pipeline.answer.prompt import identify_prompt
from pipeline.answer.yes_no import write_yes_no

RERANK = "rerank.v1"


def write_relevance_prompt(question: str, abstract: str) -> YesNoPrompt:
    """The question comes first, so that all abstracts share it."""
    return write_yes_no(RERANK, question=question, abstract=abstract)


class RelevanceReranker:
    """Asks the model that also writes the drafts; a text that is longer than its context scores 0."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def name(self) -> str:
        return f"{identify_prompt(RERANK, 'jinja')}/{self._engine.sha256}"

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Probabilities, 0 to 1. Raises ModelError where this engine can't tell."""
        return self._engine.judge([write_relevance_prompt(question, text) for text in texts])
