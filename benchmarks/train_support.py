"""Learn what the signals of the support check are worth, and write pipeline/verify/support.toml.

    python benchmarks/train_support.py ../shared/data/arxiv/arxiv_full.jsonl.gz \
        ../shared/data/arxiv/arxiv_2024_title_abstract_only.jsonl.gz

Nobody labels anything. From abstracts (JSON lines with `title` and `abstract`, plain or gzipped) come claims that are true of them:
what a sentence says was found, and titles that state something. The sentence itself is mostly taken out of its source, since a
claim in other words is what has to be learnt. The same claim with a direction flipped, a negation moved, sides or a number
swapped is contradicted by the source; held against a neighbouring abstract it is unsupported.

Bearing is learnt from unsupported against the others, agreement from contradicted against true claims. A wrong yes counts five
times a wrong no in the first. The second is held near equal shares by a strong penalty: the corruptions are made of words that
`turn` knows, which would else be trusted alone. How strict to be, that is the five and the bar, was set with an eye on SciFact's
training claims; no weight has seen them.

A quarter of the claims is kept out and measured, every kind of corruption by itself. About 38,000 sentences are embedded: seven
minutes on two idle cores.
"""

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import get_args

import bm25s
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from pipeline.embed.encoder import SentenceEncoder
from pipeline.eval.corruptions import NAMED, Kind, claim_in, claim_of_title, corrupt, reword
from pipeline.logistic import Logistic
from pipeline.progress import shown
from pipeline.settings import EmbedSettings
from pipeline.verify.signals import Signals, read_signals
from pipeline.verify.support import AGREEMENT, BEARING, WEIGHTS, Scales, combine, read_scales, weigh
from pipeline.words import salient_stems, sentence_spans

TAKEN_OUT = 0.85
"""Share of the found claims whose sentence is taken out of the source."""
REWORDED = 0.5
NEIGHBOURS = 25
HELD_AGAINST = 2
"""A claim is held against so many, drawn from the nearest 25 abstracts, that say nothing of it."""
NEIGHBOURHOOD = 20_000
"""Abstracts that neighbours are drawn from."""
SHORT = 14
"""Words of the claims that agreement is learnt from: in longer ones a flipped word is one of many."""
PENALTY = 0.003
"""Inverse strength of the penalty on the weights of agreement."""
WRONG_YES = 5.0
BAR = 0.41
KINDS = ("direction", "negated", "unnegated", "partners")
"""Corruptions that agreement has to see; numbers and names are checks of their own."""


@dataclass(frozen=True, slots=True)
class Pair:
    claim: str
    sentences: tuple[str, ...]
    label: str
    group: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--claims", type=int, default=1500, help="claims to learn from")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    random = Random(arguments.seed)
    pairs = make_pairs([record for file in arguments.files for record in read(file)], arguments.claims, random)
    signals = see(pairs)
    kept_out = np.array([is_kept_out(pair.group) for pair in pairs])
    labels = np.array([pair.label for pair in pairs])
    short = np.array([len(pair.claim.split()) <= SHORT for pair in pairs])
    scales = fit(signals, labels, ~kept_out, short)
    accepted = margins(signals, scales) >= 0
    for label in ("supported", "contradicted", "unsupported", *get_args(Kind)):
        held = kept_out & (labels == label)
        print(f"{label:<13} {accepted[held].sum():>4} of {held.sum():>4} kept out are accepted")
    arguments.out.write_text(render(scales, arguments), encoding="utf-8")
    print(f"wrote {arguments.out}")


def read(file: Path) -> Iterator[tuple[str, str]]:
    """(title, abstract) of every record."""
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            yield " ".join(record["title"].split()), " ".join(record["abstract"].split())


def make_pairs(records: Sequence[tuple[str, str]], count: int, random: Random) -> list[Pair]:
    """Every claim once true, once contradicted where it can be corrupted so, and twice unsupported; of those kept out, every corruption."""
    claims = list(find_claims(records, random))
    random.shuffle(claims)
    others = random.sample(records, min(NEIGHBOURHOOD, len(records)))
    index = bm25s.BM25()
    index.index([salient_stems(f"{title}. {abstract}") for title, abstract in others], show_progress=False)
    names = sorted({name for claim, *_ in claims for name in NAMED.findall(claim)})
    pairs = []
    for group, (claim, sentences, (title, abstract)) in enumerate(claims[:count]):
        true = reword(claim, random) if random.random() < REWORDED else claim
        pairs.append(Pair(true, sentences, "supported", group))
        false = corrupt(claim, random, names)
        if telling := [one for one in false if one.kind in KINDS]:
            pairs.append(Pair(random.choice(telling).text, sentences, "contradicted", group))
        if is_kept_out(group):
            pairs += [Pair(one.text, sentences, one.kind, group) for one in false]
        found, _ = index.retrieve([salient_stems(f"{title}. {abstract}")], k=NEIGHBOURS + 1, show_progress=False)
        near = [others[place] for place in found[0] if others[place][1] != abstract]
        for neighbour in random.sample(near, HELD_AGAINST):
            pairs.append(Pair(claim, tuple(split(". ".join(neighbour))), "unsupported", group))
    return pairs


def is_kept_out(group: int) -> bool:
    return group % 4 == 3


def find_claims(
    records: Sequence[tuple[str, str]], random: Random
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, str]]]:
    """(claim, sentences of its source, record): at most one of an abstract; of the found ones as many as three times the titles."""
    titles, found = [], []
    for title, abstract in records:
        if claim := claim_of_title(title):
            titles.append((claim, tuple(split(abstract)), (title, abstract)))
        elif " that " in abstract:
            sentences = split(abstract)
            claims = [(place, claim) for place, one in enumerate(sentences) if (claim := claim_in(one))]
            if claims and len(sentences) > 3:
                place, claim = claims[0]
                rest = sentences[:place] + sentences[place + 1 :] if random.random() < TAKEN_OUT else sentences
                found.append((claim, (f"{title}.", *rest), (title, abstract)))
    yield from (one for one in titles if one[1])
    yield from random.sample(found, min(len(found), 3 * len(titles)))


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def see(pairs: Sequence[Pair]) -> list[Signals]:
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair.claim, *pair.sentences)))
    encoder = SentenceEncoder(EmbedSettings())
    with shown() as progress:
        blocks = []
        for start in range(0, len(texts), 512):
            blocks.append(encoder.encode(texts[start : start + 512]))
            progress("embed", min(start + 512, len(texts)), len(texts))
    vectors = dict(zip(texts, np.concatenate(blocks), strict=True))
    return [
        read_signals(pair.claim, pair.sentences, np.stack([vectors[text] for text in (pair.claim, *pair.sentences)]))
        for pair in pairs
    ]


def fit(signals: Sequence[Signals], labels: np.ndarray, learnt: np.ndarray, short: np.ndarray) -> Scales:
    on = learnt & (labels != "unsupported") & short
    bearing = learn(table(signals, BEARING)[learnt], (labels != "unsupported")[learnt], 1.0, WRONG_YES)
    agreement = learn(table(signals, AGREEMENT)[on], (labels == "supported")[on], PENALTY, 1.0)
    return Scales(scale(BEARING, bearing), scale(AGREEMENT, agreement), BAR, read_scales().beside_judge)


def table(signals: Sequence[Signals], names: Sequence[str]) -> np.ndarray:
    return np.array([[getattr(one, name) for name in names] for one in signals])


def learn(values: np.ndarray, holds: np.ndarray, penalty: float, wrong_yes: float) -> tuple[float, np.ndarray]:
    """(bias, weights) in the signals' own units."""
    scaler = StandardScaler().fit(values)
    balance = {True: 1 / holds.sum(), False: wrong_yes / (~holds).sum()}
    weight = np.array([balance[bool(one)] for one in holds]) * len(holds) / 2
    model = LogisticRegression(C=penalty, max_iter=1000).fit(scaler.transform(values), holds, weight)
    weights = model.coef_[0] / scaler.scale_
    return float(model.intercept_[0] - weights @ scaler.mean_), weights


def scale(names: Sequence[str], learnt: tuple[float, np.ndarray]) -> Logistic:
    return Logistic(
        round(learnt[0], 3), {name: round(float(one), 3) for name, one in zip(names, learnt[1], strict=True)}
    )


def margins(signals: Sequence[Signals], scales: Scales) -> np.ndarray:
    return np.array([combine(weigh(one, "", "", scales), None, scales) for one in signals])


def render(scales: Scales, arguments: argparse.Namespace) -> str:
    files = ", ".join(file.name for file in arguments.files)
    blocks = [
        f"# Written by benchmarks/train_support.py from {files} ({arguments.claims} claims, seed {arguments.seed}).\n"
        f"bar = {scales.bar}\n"
    ]
    for name, one in (("bearing", scales.bearing), ("agreement", scales.agreement)):
        lines = "".join(f"{key} = {value}\n" for key, value in one.weights.items())
        blocks.append(f"[{name}]\nbias = {one.bias}\n{lines}")
    beside = "".join(f"{key} = {value}\n" for key, value in scales.beside_judge.items())
    blocks.append(
        "# Beside a judge's log odds, which count once: chosen on SciFact's training claims (docs/quality.md).\n"
        f"[beside_judge]\n{beside}"
    )
    return "\n".join(blocks)


if __name__ == "__main__":
    main()
