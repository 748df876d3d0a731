"""Learn when a preprint answers a question, and write pipeline/answer/bearing.toml.

    python benchmarks/train_bearing.py ../shared/data/retrieval/pubmedqa_dev

A labelled set in BEIR's layout whose queries are questions, each judged to be answered by few documents. Every question is asked
twice, of all documents and of all but those that answer it; what comes up is weighed by a logistic model whose surest document
has to tell the one case from the other. Other sets can be named after --test: they are measured and never learnt from.

About three minutes on two cores for 500 questions over 1,000 documents.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from pipeline.answer.bearing import SIGNALS, WEIGHTS, Nearness, read_nearness
from pipeline.embed.encoder import SentenceEncoder, Vectors
from pipeline.eval.labelled_set import LabelledSet, read_set
from pipeline.eval.retrieval import corpus_of
from pipeline.logistic import Logistic
from pipeline.progress import Progress, shown
from pipeline.records import Question
from pipeline.retrieve.search import search
from pipeline.settings import EmbedSettings, RetrieveSettings

PASSAGES = 8
DEPTH = 60
"""Documents that are ranked, so that eight are left when those that answer are taken away."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question asked of some documents."""

    answerable: bool
    seen: tuple[Nearness, ...]
    answers: tuple[bool, ...]
    """Whether each document was judged to answer it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--test", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    with shown() as progress:
        asked = ask_all(read_set(arguments.set), progress)
        learnt = learn(asked)
        lines = "".join(f"{name} = {weight}\n" for name, weight in learnt.weights.items())
        WEIGHTS.write_text(
            f"# Written by benchmarks/train_bearing.py from {arguments.set.name}.\nbias = {learnt.bias}\n{lines}",
            encoding="utf-8",
        )
        report(arguments.set.name, learnt, asked)
        for folder in arguments.test:
            report(folder.name, learnt, ask_all(read_set(folder), progress))


def ask_all(labelled: LabelledSet, progress: Progress) -> list[Asked]:
    encode = once(SentenceEncoder(EmbedSettings()).encode)
    corpus = corpus_of(labelled.documents, encode, progress)
    questions = [Question(name, text, ()) for name, text in labelled.queries.items()]
    asked = []
    found = search(corpus, encode, questions, RetrieveSettings(), DEPTH)
    for done, (question, hits) in enumerate(zip(questions, found, strict=True), 1):
        answering = {name for name, score in labelled.judgements[question.slug].items() if score > 0}
        for taken_away in (frozenset[str](), answering):
            left = [hit for hit in hits if hit.archive_id not in taken_away][:PASSAGES]
            texts = [(*split(labelled.documents[hit.archive_id]), hit.similarity) for hit in left]
            seen = read_nearness(question.question, texts, encode)
            answers = tuple(hit.archive_id in answering for hit in left)
            asked.append(Asked(not taken_away, tuple(seen), answers))
        progress("ask", done, len(questions))
    return asked


def once(encode: Callable[[Sequence[str]], Vectors]) -> Callable[[Sequence[str]], Vectors]:
    """Encode every text once: the same documents come up for many questions."""
    known: dict[str, Vectors] = {}

    def encode_new(texts: Sequence[str]) -> Vectors:
        new = list(dict.fromkeys(text for text in texts if text not in known))
        known.update(zip(new, encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    return encode_new


def split(document: str) -> tuple[str, str]:
    """Title and abstract, as far as they can be told apart."""
    title, _, text = document.partition(". ")
    return title, text


def learn(asked: Sequence[Asked]) -> Logistic:
    """First which document answers, then how sure the surest must be for the question to be answered."""
    values = table([seen for one in asked for seen in one.seen])
    model = LogisticRegression(C=1.0, max_iter=1000).fit(values, [answer for one in asked for answer in one.answers])
    surest = np.array([[model.decision_function(table(one.seen)).max()] for one in asked])
    outer = LogisticRegression(C=1.0).fit(surest, [one.answerable for one in asked])
    weights = outer.coef_[0, 0] * model.coef_[0]
    bias = outer.coef_[0, 0] * model.intercept_[0] + outer.intercept_[0]
    return Logistic(
        round(float(bias), 2), {name: round(float(one), 2) for name, one in zip(SIGNALS, weights, strict=True)}
    )


def table(seen: Sequence[Nearness]) -> np.ndarray:
    return np.array([[getattr(one, name) for name in SIGNALS] for one in seen])


def report(name: str, weights: Logistic, asked: Sequence[Asked]) -> None:
    surest = np.array([max(map(weights.log_odds, one.seen)) for one in asked])
    answerable = np.array([one.answerable for one in asked])
    print(f"{name}: area under the curve {roc_auc_score(answerable, surest):.3f}")
    for least in (-1.0, 0.0, 1.0):
        taken = surest >= least
        print(
            f"  from {least:+.0f} on: {taken[answerable].mean():.1%} of the answerable, {taken[~answerable].mean():.1%} of the others"
        )


if __name__ == "__main__":
    main()
