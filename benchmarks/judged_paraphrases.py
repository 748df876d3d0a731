"""How much of what a model says in other words is published, and how much of it is false.

    python benchmarks/judged_paraphrases.py --model /models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf --count 40

The model rewrites a sentence of an abstract, and the same with its direction, a negation, a number, its partners, or a hedge changed.
The checks of the night, the model's judge among them, then hold both against the preprint. Rewritten by a small model, a true sentence
may become false and a false one true: what is published is printed beside what it was made from, to be read.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import islice
from pathlib import Path
from random import Random

from pipeline.answer.ask import Drafting
from pipeline.answer.engines.llama_cpp import LlamaCppEngine
from pipeline.answer.prompt import Prompt
from pipeline.embed.encoder import SentenceEncoder
from pipeline.eval.corruptions import corrupt
from pipeline.night import open_judge
from pipeline.records import DraftSentence, Preprint, Verdict
from pipeline.settings import AnswerSettings, EmbedSettings, VerifySettings
from pipeline.words import sentence_spans

ASKED = "Say this in other words, in one sentence. Keep its numbers, its names, and whether it is sure.\n\n{sentence}"
GRAMMAR = 'root ::= [A-Z] [^\\x00-\\x1f"{}<>|]{20,300} "."'
LEAST, MOST = 8, 40
"""Words of a sentence."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A sentence that the model is asked to say in other words."""

    preprint: Preprint
    original: str
    kind: str
    """`true`, or what was changed."""
    asked: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="name of the catalogue, or a GGUF file")
    parser.add_argument("--count", type=int, default=40, help="sentences")
    parser.add_argument("--preprints", type=Path, help="JSON lines of title and abstract, else those in the box")
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    file = arguments.preprints or resources.files("pipeline") / "sample" / "preprints.jsonl"
    with file.open(encoding="utf-8") as lines:
        asked = list(islice(draw(list(map(json.loads, lines)), arguments.seed), 2 * arguments.count))
    settings = AnswerSettings(model=arguments.model)
    engine = LlamaCppEngine(settings)
    judge = open_judge(VerifySettings(), engine, settings.models)
    drafting = Drafting(SentenceEncoder(EmbedSettings()), engine, VerifySettings(), judge)
    print(f"{engine.name}, judge: {judge.name if judge else 'none'}")
    replies = dict(engine.complete([Prompt(ASKED.format(sentence=one.asked), GRAMMAR) for one in asked]))
    told: Counter[tuple[str, str]] = Counter()
    for place, one in enumerate(asked):
        text = replies[place].text.strip()
        sentence = DraftSentence(text, (one.preprint.archive_id,))
        (checked,) = drafting.check([sentence], one.preprint.title, {one.preprint.archive_id: one.preprint})
        kind, outcome = "true" if one.kind == "true" else "changed", became(text, one, checked.verdict)
        told[kind, outcome] += 1
        if outcome in ("published", "refused by the judge alone"):
            print(f"\n{outcome}, {one.kind}\n  abstract: {one.original}\n  rewritten: {text}")
    for kind in ("true", "changed"):
        print(f"\n{kind}: " + ", ".join(f"{count} {name}" for (of, name), count in sorted(told.items()) if of == kind))


def draw(records: Sequence[dict[str, str]], seed: int) -> Iterator[Rewritten]:
    """Of each preprint one sentence that can be changed, as it is and changed."""
    random = Random(seed)
    for number, record in enumerate(random.sample(records, len(records))):
        abstract = " ".join(record["abstract"].split())
        sentences = [abstract[start:end] for start, end in sentence_spans(abstract)]
        found = [
            (sentence, made)
            for sentence in sentences[1:]
            if LEAST <= len(sentence.split()) <= MOST and (made := corrupt(sentence, random))
        ]
        if not found:
            continue
        sentence, made = random.choice(found)
        changed = random.choice(made)
        preprint = Preprint(
            "arxiv", str(number), record["title"], abstract, (), (), (), "2026.01", archive_id=f"AG-2026.01-{number:04}"
        )
        yield Rewritten(preprint, sentence, "true", sentence)
        yield Rewritten(preprint, sentence, changed.kind, changed.text)


def became(text: str, one: Rewritten, verdict: Verdict) -> str:
    if not text:
        return "not written"
    if text in (one.original, one.asked):
        return "copied, published" if verdict.accepted else "copied, refused"
    if verdict.accepted:
        return "published"
    refused = {opinion.check for opinion in verdict.opinions if not opinion.holds}
    return "refused by the judge alone" if refused <= {"judge", "bearing", "agreement"} else "refused by the words"


if __name__ == "__main__":
    main()
