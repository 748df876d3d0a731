"""The language model as a reranker: the probability of Yes against No for whether an abstract helps to answer a question."""

from collections.abc import Sequence
from functools import cache
from importlib import resources

import jinja2

from pipeline.answer.engines import Engine, YesNoPrompt
from pipeline.hashes import content_hash

RERANK = "rerank.v1"


def write_relevance_prompt(question: str, abstract: str) -> YesNoPrompt:
    """The question comes first, so that all abstracts share it."""
    template = _template()
    values = {"question": question, "abstract": abstract}
    return YesNoPrompt(
        *("".join(template.blocks[block](template.new_context(values))) for block in ("text", "question"))
    )


class RelevanceReranker:
    """Asks the model that also writes the drafts; a text that is longer than its context scores 0."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def name(self) -> str:
        return f"{RERANK}@{content_hash(_source())[:12]}/{self._engine.sha256}"

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Probabilities, 0 to 1. Raises ModelError where this engine can't tell."""
        return self._engine.judge([write_relevance_prompt(question, text) for text in texts])


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    return environment.from_string(_source())


@cache
def _source() -> str:
    return (resources.files("pipeline") / "prompts" / f"{RERANK}.jinja").read_text(encoding="utf-8")
