"""How to put the two legs together: what is fused against the better leg, over labelled sets and over worse legs made of them.

    python benchmarks/tune_fusion.py ../shared/data/retrieval/* --cache /tmp/vectors

Compared are reciprocal rank fusion and convex combinations of scores, by nDCG@10 above that of the better leg. A weight that is
chosen where both legs are about as good fails where one is far worse, and no labelled set at hand has such a leg; so each set
is also taken with its legs made worse: the lexical one gets only some of a query's words, the dense one a query vector with noise.
Told at the end, for each way: the worst and the mean difference, over the sets as they are and over all cases; and what is
chosen (by its mean over all cases) when one set is left out, with how that does on the set left out.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.embed.encoder import SentenceEncoder, Vectors  # noqa: E402  # the path comes first
from pipeline.eval.labelled_set import LabelledSet, read_set  # noqa: E402
from pipeline.eval.retrieval import measure  # noqa: E402
from pipeline.hashes import content_hash  # noqa: E402
from pipeline.retrieve.fuse import Leg, Scores, fuse, top  # noqa: E402
from pipeline.retrieve.lexical import LexicalIndex  # noqa: E402
from pipeline.settings import EmbedSettings  # noqa: E402

CANDIDATES, DEPTH = 100, 20
KEPT_WORDS, NOISE = (0.6, 0.4, 0.25), (0.05, 0.08, 0.11)
DENSE_WEIGHTS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.875, 0.9, 0.95)
RANK_CONSTANTS = (10, 60)
Way = Callable[[Scores, Scores], Sequence[int]]


@dataclass(frozen=True)
class Case:
    """A set, as it is or with one leg made worse."""

    name: str
    made: str
    lexical: list[Scores]
    dense: list[Scores]


def by_ranks(constant: int) -> Way:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

    def fused(lexical: Scores, dense: Scores) -> Sequence[int]:
        score: dict[int, float] = {}
        for leg in (lexical, dense):
            for rank, number in enumerate(top(leg, CANDIDATES), 1):
                score[number] = score.get(number, 0.0) + 1 / (constant + rank)
        return sorted(score, key=lambda number: -score[number])

    return fused


def by_scores(dense_weight: float) -> Way:
    """As the night does it."""

    def fused(lexical: Scores, dense: Scores) -> Sequence[int]:
        score = fuse([Leg(dense_weight, -1, dense), Leg(1 - dense_weight, 0, lexical)], CANDIDATES)
        return sorted(score, key=lambda number: -score[number])

    return fused


WAYS: dict[str, Way] = {f"ranks, constant {constant}": by_ranks(constant) for constant in RANK_CONSTANTS} | {
    f"scores, dense weight {weight}": by_scores(weight) for weight in DENSE_WEIGHTS
}


def cases(name: str, labelled: LabelledSet, encode: Callable[[Sequence[str]], Vectors], most: int) -> Iterator[Case]:
    random = np.random.default_rng(7)
    index, documents = (
        LexicalIndex.of_texts(list(labelled.documents.values())),
        encode(list(labelled.documents.values())),
    )
    queries = list(labelled.queries.values())[:: max(1, len(labelled.queries) // most)]
    vectors = encode(queries)

    def words_of(texts: Sequence[str]) -> list[Scores]:
        return [index.scores(text) for text in texts]

    def meaning_of(wanted: Vectors) -> list[Scores]:
        return list(wanted @ documents.T)

    lexical, dense = words_of(queries), meaning_of(vectors)
    yield Case(name, "as it is", lexical, dense)
    for share in KEPT_WORDS:
        fewer = [" ".join(word for word in text.split() if random.random() < share) for text in queries]
        yield Case(name, f"{share:.0%} of the words", words_of(fewer), dense)
    for size in NOISE:
        noisy = vectors + random.standard_normal(vectors.shape, dtype=np.float32) * size
        noisy /= np.linalg.norm(noisy, axis=1, keepdims=True)
        yield Case(name, f"noise of {size}", lexical, meaning_of(noisy))


def above_the_better_leg(case: Case, labelled: LabelledSet, most: int) -> dict[str, float]:
    """nDCG@10 of every way, less that of the better leg."""
    names = list(labelled.queries)[:: max(1, len(labelled.queries) // most)]
    documents = list(labelled.documents)
    judged = {name: labelled.judgements[name] for name in names}

    def quality(orders: Sequence[Sequence[int]]) -> float:
        runs = {name: [documents[n] for n in order[:DEPTH]] for name, order in zip(names, orders, strict=True)}
        return measure(judged, runs).ndcg_at_10

    lexical, dense = (quality([top(scores, DEPTH) for scores in leg]) for leg in (case.lexical, case.dense))
    print(f"{case.name}, {case.made}: lexical {lexical:.4f}, dense {dense:.4f}", flush=True)
    found = {}
    for label, way in WAYS.items():
        found[label] = quality([way(*legs) for legs in zip(case.lexical, case.dense, strict=True)]) - max(
            lexical, dense
        )
    return found


def tell(results: Mapping[tuple[str, str], Mapping[str, float]]) -> None:
    plain = [key for key in results if key[1] == "as it is"]
    print(f"\n{'':<28}{'as they are':>18}{'all cases':>18}\n{'':<28}" + f"{'worst':>9}{'mean':>9}" * 2)
    for way in WAYS:
        figures = [[results[key][way] for key in keys] for keys in (plain, results)]
        print(f"{way:<28}" + "".join(f"{min(these):>+9.4f}{sum(these) / len(these):>+9.4f}" for these in figures))
    print()
    for left_out, _ in plain:
        others = [key for key in results if key[0] != left_out]
        if others:
            best = max(WAYS, key=lambda way: sum(results[key][way] for key in others))
            print(f"{left_out} left out: {best}, which does {results[left_out, 'as it is'][best]:+.4f} on it")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument(
        "--cache", type=Path, required=True, help="folder that keeps the vectors from one run to the next"
    )
    parser.add_argument("--queries", type=int, default=200, help="about so many of each set")
    arguments = parser.parse_args()
    arguments.cache.mkdir(parents=True, exist_ok=True)
    encoder = SentenceEncoder(EmbedSettings())

    def encode(texts: Sequence[str]) -> Vectors:
        file = arguments.cache / f"{content_hash(encoder.name, *texts)}.npy"
        if not file.exists():
            np.save(file, encoder.encode(texts))
        return np.asarray(np.load(file), np.float32)

    results: dict[tuple[str, str], dict[str, float]] = {}
    for folder in arguments.sets:
        labelled = read_set(folder)
        for case in cases(folder.name, labelled, encode, arguments.queries):
            results[case.name, case.made] = above_the_better_leg(case, labelled, arguments.queries)
    tell(results)


if __name__ == "__main__":
    main()
