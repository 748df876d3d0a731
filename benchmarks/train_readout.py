"""Teach a language model to judge whether a text supports a claim: write pipeline/verify/readouts/NAME.gguf and NAME.toml.

    pip install gguf==0.19.0
    python benchmarks/train_readout.py --model /models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf --name qwen2.5-coder-1.5b-instruct \
        --leave-out ../shared/data/support/scifact_train.jsonl \
        ../shared/data/retrieval/scifact_train/corpus.jsonl.gz ../shared/data/arxiv/arxiv_full.jsonl.gz

Nobody labels anything. Of abstracts (JSON lines with `title` and `abstract` or `text`, plain or gzipped), titles that state something
and what sentences say was found are true claims; with a direction or a negation turned they are contradicted; those of a near abstract
are unsupported. Two in five of the texts are told the other way round, every direction turned, so that there the turned claim is the
true one: what sounds likely by itself is worth nothing. Abstracts of the pairs to leave out, by their `source_id`, are not looked at.

The model reads a text once and the question of `judge.v1` about each of its claims, up to one of its layers. First a logistic regression
over what comes out of it is learnt from some texts; then both it and small matrices beside the attention of the layers before it
(LoRA) from the others, each text once. The order is drawn, and no text comes twice, so that the ranking that is printed on the
way (of 100 couples among the last 200 claims, how often the true one is above) is of claims that were not yet learnt from.
45 minutes on two cores with AVX-512 BF16 for 500 texts; without it, in 32-bit floats, half as fast.

`--claims` mixes in claims that people labelled (`benchmarks/labelled_claims.py`), and `--go-on` begins with what was learnt before:

    python benchmarks/train_readout.py ... --go-on --learning-rate 2e-4 --claims claims.jsonl --first 10 --texts 50 ...
"""

import argparse
import gzip
import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import bm25s
import gguf  # for this script alone
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.nn import functional
from transformers import AutoConfig, AutoTokenizer, Qwen2ForCausalLM

from pipeline.eval.corruptions import claim_in, claim_of_title, corrupt, mirror, reword
from pipeline.eval.support import read_pairs
from pipeline.hashes import file_sha256
from pipeline.verify.readout import READOUTS, Readout, read_readout, write_question
from pipeline.words import salient_stems, sentence_spans

KINDS = ("direction", "negated", "unnegated", "partners")
TURNED = 2
"""Contradicted claims of a text, at most."""
MIRRORED = 0.4
REWORDED = 0.6
FOUND = 0.3
"""Abstracts whose claim is what a sentence says was found, as a share of those whose claim is the title."""
TAKEN_OUT = 0.5
"""Share of those whose sentence is taken out of the text."""
SHORTEST = 6
"""Words of a title."""
NEIGHBOURS = 10
LONGEST = 800
"""Tokens of a text."""
FIRST_LAYER, RANK, ALPHA = 9, 8, 16
MATRICES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
}
"""What gets small matrices beside it: transformers' name, and GGUF's."""
OTHERS = {
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
WEIGHTS = {"supported": 1.2, "contradicted": 0.8, "unsupported": 0.6}
"""What a claim counts."""
LEARNING_RATE, WARM_UP, TEXTS_A_STEP = 3e-4, 8, 4
NUMBERS = torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() else torch.float32
PENALTY = 3e-3
"""Inverse strength of the penalty on the first regression."""
TOLD_EVERY = 20
"""Texts."""


@dataclass(frozen=True, slots=True)
class Told:
    """An abstract with a claim that is true of it."""

    text: str
    claim: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, and claims with what it says of them."""

    text: str
    claims: tuple[tuple[str, str], ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="equal parts are drawn from each")
    parser.add_argument("--model", required=True, type=Path, help="a GGUF file of the architecture qwen2")
    parser.add_argument("--name", required=True, help="of the model in the catalogue")
    parser.add_argument("--leave-out", type=Path, help="JSON lines with source_id")
    parser.add_argument(
        "--claims", nargs="*", default=[], type=Path, help="JSON lines of claim, source and label, to mix in"
    )
    parser.add_argument("--go-on", action="store_true", help="begin with what is written for that name already")
    parser.add_argument("--learning-rate", type=float, default=LEARNING_RATE)
    parser.add_argument("--first", type=int, default=60, help="texts that only the first regression learns from")
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--layer", type=int, default=20)
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    random = Random(arguments.seed)
    texts = label(arguments.files, left_out(arguments.leave_out), arguments.first + arguments.texts, random)
    first, others = (
        texts[: arguments.first],
        [*texts[arguments.first :], *(one for file in arguments.claims for one in grouped(file))],
    )
    random.shuffle(others)
    adapter = READOUTS / f"{arguments.name}.gguf"
    reader = Reader(arguments.model, arguments.layer)
    before = read_before(adapter, reader.matrices) if arguments.go_on else None
    learnt = train(reader, first, others, arguments.learning_rate, before)
    write_adapter({name: one.detach().numpy() for name, one in small_ones(reader.matrices).items()}, adapter)
    file = adapter.with_suffix(".toml")
    earlier = comments(file) if arguments.go_on else ""
    written = render(file_sha256(arguments.model), arguments.layer, adapter, learnt)
    file.write_text(earlier + describe(arguments) + written, encoding="utf-8")
    print(f"wrote {adapter} and {file}")


# --- claims ---------------------------------------------------------------------------------------------------------


def left_out(file: Path | None) -> set[str]:
    """Ids of the abstracts that a file of labelled pairs is about: nothing is learnt of these."""
    if not file:
        return set()
    with file.open(encoding="utf-8") as lines:
        return {str(json.loads(line)["source_id"]) for line in lines}


def label(files: Sequence[Path], without: set[str], count: int, random: Random) -> list[Labelled]:
    """So many texts, each with a claim that it carries, the same turned round, and one of a text near it."""
    told = [one for file in files for one in draw(list(read(file, without, random)), count // len(files), random)]
    random.shuffle(told)
    index = bm25s.BM25()
    index.index([salient_stems(one.text) for one in told], show_progress=False)
    found = []
    for place, one in enumerate(told):
        near, _ = index.retrieve([salient_stems(one.text)], k=NEIGHBOURS + 1, show_progress=False)
        other = told[random.choice([int(number) for number in near[0] if number != place])].claim
        turned = [each.text for each in corrupt(other, random) if each.kind in KINDS]
        foreign = random.choice(turned) if turned and random.random() < 0.5 else other
        text, true, false = turn(one, random)
        claims = [(true, "supported"), *((each, "contradicted") for each in false), (foreign, "unsupported")]
        random.shuffle(claims)
        found.append(Labelled(text, tuple(claims)))
    return found


def grouped(file: Path) -> Iterator[Labelled]:
    """The claims of every source of a file."""
    claims: dict[str, list[tuple[str, str]]] = {}
    for pair in read_pairs(file):
        claims.setdefault(pair.source, []).append((pair.claim, pair.label))
    yield from (Labelled(source, tuple(found)) for source, found in claims.items())


def draw(told: Sequence[tuple[str, Told]], count: int, random: Random) -> list[Told]:
    """So many, and not too many of what was found."""
    titles, found = ([one for kind, one in told if kind == wanted] for wanted in ("title", "found"))
    part = round(count * FOUND / (1 + FOUND))
    drawn = random.sample(found, min(len(found), max(part, count - len(titles))))
    return [*random.sample(titles, min(len(titles), count - len(drawn))), *drawn]


def read(file: Path, without: set[str], random: Random) -> Iterator[tuple[str, Told]]:
    """What titles claim (`title`), and what sentences found (`found`), with their texts."""
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            title = " ".join(record["title"].split()).rstrip(".")
            text = " ".join((record.get("abstract") or record.get("text") or "").split())
            if str(record.get("_id", "")) in without or not text:
                continue
            if (claim := claim_of_title(title)) and is_sentence(claim):
                yield "title", Told(text, claim)
                continue
            sentences = [text[start:end] for start, end in sentence_spans(text)]
            claims = [(place, claim) for place, one in enumerate(sentences) if (claim := claim_in(one))]
            if claims and len(sentences) > 3:
                place, claim = claims[-1]
                rest = sentences[:place] + sentences[place + (random.random() < TAKEN_OUT) :]
                yield "found", Told(f"{title}. {' '.join(rest)}", claim)


def is_sentence(title: str) -> bool:
    """Whether it is written like one: of some length, and most words without a capital."""
    parts = title.split()
    return len(parts) >= SHORTEST and sum(part[:1].islower() for part in parts) > len(parts) / 2


def turn(one: Told, random: Random) -> tuple[str, str, list[str]]:
    """The text, what is true of it, and what it contradicts."""
    true = reword(one.claim, random) if random.random() < REWORDED else one.claim
    other_way = mirror(one.claim)
    if other_way != one.claim and random.random() < MIRRORED:
        return mirror(one.text), other_way, [true]
    false = list(dict.fromkeys(other.text for _ in range(3) for other in corrupt(true, random) if other.kind in KINDS))
    random.shuffle(false)
    return one.text, true, false[:TURNED]


# --- the model ------------------------------------------------------------------------------------------------------


class Beside(nn.Module):
    """A matrix of the model with two small ones beside it (LoRA); the second begins with zeros, so that nothing changes."""

    def __init__(self, matrix: nn.Linear) -> None:
        super().__init__()
        self.matrix = matrix
        self.a = nn.Parameter(torch.randn(RANK, matrix.in_features) / math.sqrt(matrix.in_features))
        self.b = nn.Parameter(torch.zeros(matrix.out_features, RANK))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        inner = functional.linear(states, self.a.to(states.dtype))
        return self.matrix(states) + functional.linear(inner, self.b.to(states.dtype)) * (ALPHA / RANK)


class Reader:
    """The model up to one of its layers, its weights unpacked."""

    def __init__(self, file: Path, layer: int) -> None:
        config = AutoConfig.from_pretrained(file.parent, gguf_file=file.name)
        config.num_hidden_layers, config.tie_word_embeddings = layer, True
        with torch.device("meta"):
            model = Qwen2ForCausalLM(config).to(NUMBERS).model
        model.load_state_dict(dict(unpack(file, layer)), assign=True)
        model.norm = nn.Identity()
        model.rotary_emb = type(model.rotary_emb)(config)
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        self.matrices = {
            f"{number}.{name}": beside(model, number, name) for number in range(FIRST_LAYER, layer) for name in MATRICES
        }
        self._model = model
        self._tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
        slot = "\N{FLOWER PUNCTUATION MARK}"
        message = [{"role": "user", "content": slot}]
        frame = self._tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True)
        self._before, self._after = map(self._tokens, frame.split(slot))

    def states(self, one: Labelled) -> torch.Tensor:
        """(claims, width): each claim sees the text and itself, as if it followed the text alone."""
        prompts = [write_question(one.text, claim) for claim, _ in one.claims]
        tokens = (self._before + self._tokens(prompts[0].text))[:LONGEST]
        shared = len(tokens)
        places, owners, ends = list(range(shared)), [0] * shared, []
        for number, prompt in enumerate(prompts, 1):
            ending = self._tokens(prompt.question) + self._after
            tokens += ending
            places += range(shared, shared + len(ending))
            owners += [number] * len(ending)
            ends.append(len(tokens) - 1)
        owner = torch.tensor(owners)
        seen = torch.ones(len(tokens), len(tokens), dtype=torch.bool).tril()
        seen &= (owner[:, None] == owner[None]) | (owner[None] == 0)
        mask = torch.zeros(seen.shape, dtype=NUMBERS).masked_fill(~seen, torch.finfo(NUMBERS).min)
        out = self._model(
            input_ids=torch.tensor([tokens]),
            position_ids=torch.tensor([places]),
            attention_mask=mask[None, None],
            use_cache=False,
        )
        found: torch.Tensor = out.last_hidden_state[0, ends].float()
        return found

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])


def unpack(file: Path, layer: int) -> Iterator[tuple[str, torch.Tensor]]:
    """Names and weights of a GGUF file as transformers has them, up to that layer."""
    names = {short: name for name, short in (MATRICES | OTHERS).items()}
    for tensor in gguf.GGUFReader(file).tensors:
        whole = {"token_embd.weight": "embed_tokens.weight", "output_norm.weight": "norm.weight"}.get(tensor.name)
        _, number, short, kind = (
            tensor.name.split(".") if not whole and tensor.name.startswith("blk.") else ("", "-1", "", "")
        )
        if not whole and 0 <= int(number) < layer:
            whole = f"layers.{number}.{names[short]}.{kind}"
        if whole:
            numbers = gguf.dequantize(tensor.data, tensor.tensor_type).copy()
            yield whole, torch.from_numpy(numbers).to(NUMBERS)


def beside(model: Any, number: int, name: str) -> Beside:
    """Put small matrices beside one of a layer, in its place."""
    part, matrix = name.split(".")
    parent = getattr(model.layers[number], part)
    made = Beside(getattr(parent, matrix))
    setattr(parent, matrix, made)
    return made


# --- learning -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Learnt:
    """The readout: what each number of the layer is worth."""

    bias: float
    weights: np.ndarray


def train(
    reader: Reader, first: Sequence[Labelled], texts: Sequence[Labelled], top: float, before: Readout | None
) -> Learnt:
    """Teach the small matrices and the readout together, a text at a time."""
    mean, spread, weights, bias = begin(reader, first, before)
    small = [one for matrix in reader.matrices.values() for one in (matrix.a, matrix.b)]
    groups = [{"params": small, "weight_decay": 0.01}, {"params": [weights, bias], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=top, betas=(0.9, 0.98))
    seen: list[tuple[str, float]] = []
    started = time.monotonic()
    for place, one in enumerate(texts, 1):
        odds = ((reader.states(one) - mean) / spread) @ weights + bias
        labels = [label for _, label in one.claims]
        true = torch.tensor([float(label == "supported") for label in labels])
        worth = torch.tensor([WEIGHTS[label] for label in labels])
        loss = functional.binary_cross_entropy_with_logits(odds, true, worth, reduction="sum") / (2 * TEXTS_A_STEP)
        loss.backward()
        seen += zip(labels, odds.tolist(), strict=True)
        if place % TEXTS_A_STEP == 0:
            share = min(1, place / TEXTS_A_STEP / WARM_UP) * (1 - 0.9 * place / len(texts))
            for group, rate in zip(optimizer.param_groups, (top, top / 3), strict=True):
                group["lr"] = rate * share
            nn.utils.clip_grad_norm_(small, 1.0)
            optimizer.step()
            optimizer.zero_grad()
        if place % TOLD_EVERY == 0:
            ranks = ", ".join(
                f"{rank(seen[-200:], other):.0f} above {other}" for other in ("contradicted", "unsupported")
            )
            print(f"{place} texts, {time.monotonic() - started:.0f} s: {ranks}", flush=True)
    own = (weights / spread).detach()
    return Learnt(float(bias - own @ mean), own.numpy())


def begin(
    reader: Reader, texts: Sequence[Labelled], before: Readout | None
) -> tuple[torch.Tensor, torch.Tensor, nn.Parameter, nn.Parameter]:
    """Mean and spread of what comes out of the layer, and a first regression over it, or what was learnt before."""
    with torch.inference_mode():
        states = torch.cat([reader.states(one) for one in texts]).numpy().astype(float)
    mean, spread = states.mean(0), states.std(0) + 1e-6
    if before:
        own = np.array(before.weights)
        weights, bias = own * spread, before.bias + own @ mean
    else:
        labels = [label for one in texts for _, label in one.claims]
        share = {label: len(labels) / 3 / labels.count(label) for label in WEIGHTS}
        model = LogisticRegression(C=PENALTY, max_iter=1000).fit(
            (states - mean) / spread, [label == "supported" for label in labels], [share[label] for label in labels]
        )
        weights, bias = model.coef_[0], model.intercept_[0]
    tensor: Callable[[Any], torch.Tensor] = lambda one: torch.tensor(one, dtype=torch.float32)  # noqa: E731
    return tensor(mean), tensor(spread), nn.Parameter(tensor(weights)), nn.Parameter(tensor(bias))


def rank(seen: Sequence[tuple[str, float]], other: str) -> float:
    """Of 100 couples of a true claim and another, in how many the true one is above."""
    true, false = (np.array([odds for label, odds in seen if label == wanted]) for wanted in ("supported", other))
    return float(100 * np.mean(true[:, None] > false))


# --- files ----------------------------------------------------------------------------------------------------------


def read_before(adapter: Path, matrices: dict[str, Beside]) -> Readout:
    """What was learnt before; puts its small matrices beside the model's."""
    found = read_tensors(adapter)
    for name, numbers in small_ones(matrices).items():
        numbers.data.copy_(torch.from_numpy(found[name]))
    return read_readout(adapter.with_suffix(".toml"))


def comments(file: Path) -> str:
    """The lines of a TOML file that only tell."""
    return "".join(line for line in file.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("#"))


def read_tensors(adapter: Path) -> dict[str, np.ndarray]:
    """Every small matrix of a file by its name."""
    return {tensor.name: tensor.data.astype(np.float32) for tensor in gguf.GGUFReader(adapter).tensors}


def small_ones(matrices: dict[str, Beside]) -> dict[str, nn.Parameter]:
    """The small matrices by their names in a file."""
    return {
        f"blk.{number}.{MATRICES[name]}.weight.lora_{side}": numbers
        for key, matrix in matrices.items()
        for number, name in [key.split(".", 1)]
        for side, numbers in (("a", matrix.a), ("b", matrix.b))
    }


def write_adapter(tensors: dict[str, np.ndarray], file: Path) -> None:
    """As the LoRA adapter that llama.cpp reads."""
    writer = gguf.GGUFWriter(file, "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(ALPHA))
    for name, numbers in tensors.items():
        writer.add_tensor(name, numbers.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def describe(arguments: argparse.Namespace) -> str:
    """What was learnt from, as a comment."""
    drawn = f"{arguments.texts} texts of {', '.join(file.name for file in arguments.files)}, seed {arguments.seed}"
    labelled = f"; all of {', '.join(file.name for file in arguments.claims)}" if arguments.claims else ""
    how = "Taught further" if arguments.go_on else "Taught"
    return f"# {how} by benchmarks/train_readout.py: {drawn}{labelled}.\n"


def render(model_sha256: str, layer: int, adapter: Path, learnt: Learnt) -> str:
    """The TOML file of what was learnt."""
    rows = [learnt.weights[start : start + 16] for start in range(0, len(learnt.weights), 16)]
    lines = "\n".join("    " + " ".join(f"{one:.4g}," for one in row) for row in rows)
    return (
        f'sha256 = "{model_sha256}"\nlayer = {layer}\nadapter = "{adapter.name}"\n'
        f'adapter_sha256 = "{file_sha256(adapter)}"\nbias = {learnt.bias:.5g}\nweights = [\n{lines}\n]\n'
    )


if __name__ == "__main__":
    main()
