"""Write claims that people's labels make true or false of a text: JSON lines of claim, source and label, as `eval support` reads them.

    git clone https://github.com/jayded/evidence-inference trials
    python benchmarks/labelled_claims.py trials trials > claims.jsonl
    python benchmarks/labelled_claims.py questions ../shared/data/retrieval/pubmedqa_dev >> claims.jsonl

`trials` is Evidence Inference 2.0 (DeYoung et al. 2020, MIT), whose readers noted for an intervention, a comparator and an outcome
whether the outcome was significantly increased, decreased, or neither, and the sentence that says so: each becomes a claim that is true
and one that is contradicted. `questions` is PubMedQA (Jin et al. 2019, MIT), whose readers answered the question of a title with yes or
no: each becomes a statement and its negation. A source is the sentences around the evidence, not the whole abstract, since short texts
teach more in the same time.

Unsupported are claims of a near text, and what a text is about and does not tell: an outcome of the same trial that its sentences do not
name, and the answer to a question where only the sentences that lead to it are there.
"""

import argparse
import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import bm25s

from pipeline.words import salient_stems, sentence_spans

WAYS = {
    "increased": (
        "{i} increases {o} compared with {c}.",
        "{o} is higher with {i} than with {c}.",
        "{i} raises {o}.",
        "{i} leads to an increase in {o}.",
        "{o} increases with {i}.",
    ),
    "decreased": (
        "{i} decreases {o} compared with {c}.",
        "{o} is lower with {i} than with {c}.",
        "{i} reduces {o}.",
        "{i} leads to a decrease in {o}.",
        "{o} decreases with {i}.",
    ),
    "the same": (
        "{i} does not affect {o}.",
        "{i} has no effect on {o} compared with {c}.",
        "{o} is similar with {i} and with {c}.",
        "{o} does not differ between {i} and {c}.",
        "{i} fails to change {o}.",
    ),
}
"""What a trial may find, and how a claim may put it."""
FOUND = {
    "significantly increased": "increased",
    "significantly increase": "increased",
    "significantly decreased": "decreased",
    "no significant difference": "the same",
}
LONGEST = 9
"""Words of an intervention, a comparator, or an outcome."""
FINDINGS, UNTOLD = 2, 2
"""Of a trial, at most."""
AROUND = 1
"""Sentences before and after one that is evidence."""
CONTEXT = 2
"""Sentences before the conclusion that answers a question."""
LEADING = 3
"""Sentences that lead to a question, of a text that has twice as many."""
NAMED = 0.5
"""Share of the words of an outcome from which on a text may be about it."""
NEIGHBOURS = 10

VERBAL = ("does", "do", "did", "can", "could", "will", "would")
QUESTION = re.compile(rf"(?:^|[.:?!]\s+)(?P<first>is|are|was|were|{'|'.join(VERBAL)})\s+(?P<rest>[^?]+)\?$", re.I)
ASKED = (
    "an? associated related correlated linked effective useful necessary safe feasible beneficial affected influenced predictive predicted"
    " important different reliable accurate better worse higher lower superior equivalent able appropriate adequate needed justified"
    " required increased decreased reduced improved possible valid sufficient more less independent indicated common involved used"
    " dependent worthwhile"
)
ASKED_OF = (
    "affect improve reduce increase decrease influence predict have cause alter prevent play help change lead enhance impact contribute"
    " correlate differ explain modify need lower impair provide make require protect decline add mean facilitate determine induce promote"
    " limit offer support benefit depend matter reflect represent result vary worsen delay exist meet use be"
)
SUBJECT = r"(?P<subject>(?!there\b|it\b|we\b|they\b)[\w(\"'-].*?)"
PREDICATE = re.compile(rf"^{SUBJECT} (?P<predicate>(?:{ASKED.replace(' ', '|')})\b.*)$", re.I)
VERB = re.compile(rf"^{SUBJECT} (?P<verb>{ASKED_OF.replace(' ', '|')})\b(?P<rest>.*)$", re.I)
THIRD = {"have": "has", "be": "is"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text with what is true of it, what it contradicts, and what it is about and does not tell."""

    source: str
    true: tuple[str, ...]
    false: tuple[str, ...]
    untold: tuple[str, ...] = ()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("trials", "questions"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    random = Random(arguments.seed)
    texts = list(
        read_trials(arguments.folder, random) if arguments.kind == "trials" else read_questions(arguments.folder)
    )
    foreign = near([one for one in texts if one.true], random)
    for text in texts:
        rows = [
            *((one, "supported") for one in text.true),
            *((one, "contradicted") for one in text.false),
            *((one, "unsupported") for one in text.untold),
            *((next(foreign), "unsupported") for _ in text.true[:1]),
        ]
        for claim, label in rows:
            print(json.dumps({"claim": claim, "source": text.source, "label": label}, ensure_ascii=False))
    print(f"{len(texts)} texts", file=sys.stderr)


def near(texts: Sequence[Text], random: Random) -> Iterator[str]:
    """For each text a claim about one of its neighbours."""
    index = bm25s.BM25()
    index.index([salient_stems(one.source) for one in texts], show_progress=False)
    for place, one in enumerate(texts):
        found, _ = index.retrieve([salient_stems(one.source)], k=NEIGHBOURS + 1, show_progress=False)
        other = texts[random.choice([int(number) for number in found[0] if number != place])]
        yield random.choice([*other.true, *other.false])


# --- trials ---------------------------------------------------------------------------------------------------------


def read_trials(folder: Path, random: Random) -> Iterator[Text]:
    """Those whose evidence stands in the abstract, and whose readers agree."""
    csv.field_size_limit(sys.maxsize)
    prompts = {row["PromptID"]: row for row in read_rows(folder / "annotations/prompts_merged.csv")}
    asked = defaultdict(list)
    for number, row in prompts.items():
        asked[row["PMCID"]].append(number)
    evidence, found = defaultdict(set), defaultdict(set)
    for row in read_rows(folder / "annotations/v2_annotations.csv"):
        if (
            row["Valid Label"] == row["Valid Reasoning"] == "True"
            and row["PromptID"] in prompts
            and row["Label"] in FOUND
        ):
            evidence[row["PromptID"]].add(row["Annotations"])
            found[row["PromptID"]].add(FOUND[row["Label"]])
    trials = defaultdict(list)
    for number, ways in found.items():
        if len(ways) == 1 and is_short(prompts[number]):
            trials[prompts[number]["PMCID"]].append(number)
    for trial in sorted(trials, key=int):
        file = folder / f"annotations/abstracts/PMC{trial}.abst"
        if not file.is_file():
            continue
        sentences = abstract(file)
        told = {number: places for number in trials[trial] if (places := places_of(evidence[number], sentences))}
        drawn = random.sample(sorted(told), min(FINDINGS, len(told)))
        if not drawn:
            continue
        kept = {
            near for number in drawn for place in told[number] for near in range(place - AROUND, place + AROUND + 1)
        }
        claims = [claims_of(prompts[number], next(iter(found[number])), random) for number in drawn]
        source = " ".join(sentence for place, sentence in enumerate(sentences) if place in kept)
        told_of = {prompts[number]["Outcome"].lower() for number in drawn}
        untold = [
            put(prompts[number], random.choice(WAYS[random.choice(list(WAYS))]))
            for number in asked[trial]
            if is_short(prompts[number])
            and prompts[number]["Outcome"].lower() not in told_of
            and not is_named(prompts[number]["Outcome"], source)
        ]
        true, false = zip(*claims, strict=True)
        yield Text(source, true, false, tuple(random.sample(untold, min(UNTOLD, len(untold)))))


def read_rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def is_short(prompt: dict[str, str]) -> bool:
    return all(0 < len(prompt[part].split()) <= LONGEST for part in ("Outcome", "Intervention", "Comparator"))


def is_named(outcome: str, text: str) -> bool:
    """Whether a text may be about an outcome: in its words, or by an abbreviation of them."""
    initials = "".join(re.findall(r"\b[^\W\d_]", outcome)).upper()
    stems = set(salient_stems(outcome))
    return (
        any(one in text for one in re.findall(r"[A-Z]{2,}", outcome))
        or any(one in initials for one in re.findall(r"[A-Z]{3,}", text))
        or len(stems & set(salient_stems(text))) >= NAMED * len(stems)
    )


def abstract(file: Path) -> list[str]:
    """Its sentences, without headings and what comes after it."""
    parts = re.split(r"(?m)^(?=(?:TITLE|ABSTRACT|BODY)\b)", file.read_text(encoding="utf-8", errors="replace"))
    text = " ".join(" ".join(part.partition("\n")[2].split()) for part in parts if part.startswith("ABSTRACT"))
    return [text[start:end] for start, end in sentence_spans(text)]


def places_of(evidence: set[str], sentences: Sequence[str]) -> set[int]:
    """Of the sentences that are evidence, or hold some."""
    plain = [letters(one) for one in sentences]
    return {
        place
        for one in map(letters, evidence)
        for place, sentence in enumerate(plain)
        if len(one) > 20 and len(sentence) > 20 and (one in sentence or sentence in one)
    }


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).lower().strip()


def claims_of(prompt: dict[str, str], found: str, random: Random) -> tuple[str, str]:
    """One that is true, and one that is contradicted."""
    other = random.choice([way for way in WAYS if way != found])
    return put(prompt, random.choice(WAYS[found])), put(prompt, random.choice(WAYS[other]))


def put(prompt: dict[str, str], way: str) -> str:
    i, c, o = (lower(" ".join(prompt[part].split()).rstrip(".")) for part in ("Intervention", "Comparator", "Outcome"))
    claim = way.format(i=i, c=c, o=o)
    return claim[0].upper() + claim[1:]


def lower(phrase: str) -> str:
    """Without a capital at its start, unless it is a name that has more of them."""
    return phrase[0].lower() + phrase[1:] if phrase[1:2].islower() else phrase


# --- questions ------------------------------------------------------------------------------------------------------


def read_questions(folder: Path) -> Iterator[Text]:
    """Those that were answered with yes or no, and that can be turned into a statement."""
    questions, texts, answers = (read_lines(folder / f"{name}.jsonl") for name in ("queries", "corpus", "answers"))
    for number, answer in answers.items():
        told, text = turn(" ".join(questions[number]["text"].split())), texts.get(number.removeprefix("q"))
        if not told or not text or answer["final_decision"] not in ("yes", "no"):
            continue
        words = text["text"]
        sentences = [words[start:end] for start, end in sentence_spans(words)]
        true, false = told if answer["final_decision"] == "yes" else reversed(told)
        yield Text(" ".join([*sentences[-CONTEXT:], " ".join(answer["long_answer"].split())]), (true,), (false,))
        if len(sentences) >= 2 * LEADING:
            yield Text(" ".join(sentences[:LEADING]), (), (), (told[0],))


def read_lines(file: Path) -> dict[str, dict[str, str]]:
    with file.open(encoding="utf-8") as lines:
        return {row["_id"]: row for row in map(json.loads, lines)}


def turn(question: str) -> tuple[str, str] | None:
    """What is asked as a statement, and its negation; None for questions of another form."""
    match = QUESTION.search(question)
    told = match and (VERB if match["first"].lower() in VERBAL else PREDICATE).match(match["rest"])
    if not match or not told:
        return None
    first, subject = match["first"].lower(), told["subject"][0].upper() + told["subject"][1:]
    if first not in VERBAL:
        return f"{subject} {first} {told['predicate']}.", f"{subject} {first} not {told['predicate']}."
    verb = told["verb"].lower()
    said = {"does": third(verb), "do": verb}.get(first, f"{first} {verb}")
    return f"{subject} {said}{told['rest']}.", f"{subject} {first} not {verb}{told['rest']}."


def third(verb: str) -> str:
    if verb in THIRD:
        return THIRD[verb]
    return (
        f"{verb[:-1]}ies"
        if re.search(r"[^aeiou]y$", verb)
        else f"{verb}{'es' if verb.endswith(('s', 'sh', 'ch', 'x', 'o')) else 's'}"
    )


if __name__ == "__main__":
    main()
