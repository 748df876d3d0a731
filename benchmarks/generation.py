"""Drafts of the box's questions: by `llama_cpp.Llama` one at a time, as a user would call it, and by our engine, many at a time.

    .venv/bin/python benchmarks/generation.py antigravity.toml                            the model in the box
    .venv/bin/python benchmarks/generation.py antigravity.toml --model FILE.gguf --questions 8 --tokens 100

The prompts are the project's own, over the preprints of the settings' archive. Both sides get the same
prompts, the same grammar, temperature 0, the same penalty on repetition, and the same number of threads. Processor time is told
beside the time by the clock, since only that says something on a machine that others use as well.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.answer.draft import parse_draft  # noqa: E402  # the path comes first
from pipeline.answer.engines.llama_cpp import REPEAT_PENALTY, LlamaCppEngine, model_file  # noqa: E402
from pipeline.answer.prompt import Prompt, number_passages, write_prompt  # noqa: E402
from pipeline.settings import AnswerSettings, read_settings  # noqa: E402


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply, and the tokens that were read and written for it."""

    text: str
    read: int
    written: int


def one_at_a_time(settings: AnswerSettings, prompts: Sequence[Prompt]) -> Callable[[], list[Draft]]:
    """With `create_chat_completion` of llama-cpp-python; the model is loaded before the time counts."""
    import llama_cpp
    from llama_cpp.llama_grammar import LlamaGrammar

    from tests.models.llama_server import without_amx

    with without_amx(llama_cpp.llama_cpp):
        model = llama_cpp.Llama(
            str(model_file(settings)),
            n_ctx=settings.context_tokens,
            n_threads=settings.threads,
            n_threads_batch=settings.threads,
            verbose=False,
        )

    def draft() -> list[Draft]:
        drafts = []
        for prompt in prompts:
            reply: Any = model.create_chat_completion(
                messages=[{"role": "user", "content": prompt.text}],
                grammar=LlamaGrammar.from_string(prompt.grammar, verbose=False),
                temperature=0.0,
                repeat_penalty=REPEAT_PENALTY,
                max_tokens=settings.max_tokens,
            )
            usage = reply["usage"]
            text = reply["choices"][0]["message"]["content"] or ""
            drafts.append(Draft(text, usage["prompt_tokens"], usage["completion_tokens"]))
            print(".", end="", file=sys.stderr, flush=True)
        return drafts

    return draft


def many_at_a_time(settings: AnswerSettings, prompts: Sequence[Prompt]) -> Callable[[], list[Draft]]:
    """With our engine."""
    engine = LlamaCppEngine(settings)
    engine.judge([])
    list(engine.complete([Prompt("Say a.", 'root ::= "a"')]))  # which loads the model

    def draft() -> list[Draft]:
        drafts: dict[int, Draft] = {}
        for place, reply in engine.complete(prompts):
            assert reply.problem is None, reply.problem
            drafts[place] = Draft(reply.text, reply.prompt_tokens, reply.completion_tokens)
            print(".", end="", file=sys.stderr, flush=True)
        return [drafts[place] for place in range(len(prompts))]

    return draft


def make_prompts(config: Path, count: int) -> list[Prompt]:
    """Those of the questions with evidence, by their slugs; the archive of the settings is brought up to date first."""
    from pipeline import steps
    from pipeline.night import open_night
    from pipeline.progress import shown
    from pipeline.store.answers import load_passages
    from pipeline.store.preprints import load_preprints

    prompts: list[Prompt] = []
    with shown() as progress, open_night(read_settings(config), progress) as night:
        for step in (steps.ingest, steps.embed, steps.retrieve):
            step(night)
        for question in sorted(night.questions(), key=lambda one: one.slug):
            passages = load_passages(night.connection, slug=question.slug)
            preprints = load_preprints(night.connection, [passage.archive_id for passage in passages])
            read = [(passage, preprints[passage.archive_id]) for passage in passages]
            if evidence := night.drafting.evidence(question.question, read):
                numbers = number_passages([passage.archive_id for passage in passages])
                prompts.append(write_prompt(question.question, evidence, numbers))
    return prompts[:count]


def usable(draft: Draft) -> int:
    """Sentences with a citation that the reply holds."""
    numbers = number_passages([str(number) for number in range(1, 9)])
    return sum(len(finding.sentences) for finding in parse_draft(draft.text, numbers).findings)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("config", type=Path)
    arguments.add_argument("--model", default=AnswerSettings().model)
    arguments.add_argument("--questions", type=int, default=100)
    arguments.add_argument("--tokens", type=int, default=AnswerSettings().max_tokens)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--parallel", type=int, default=16)
    arguments.add_argument("--prompts", type=Path, help="file that keeps the prompts; where it is there, it is read")
    arguments.add_argument("--only", choices=["one", "many"])
    given = arguments.parse_args()
    settings = AnswerSettings(
        model=given.model, max_tokens=given.tokens, max_seconds=86400, threads=given.threads, parallel=given.parallel
    )
    if given.prompts and given.prompts.is_file():
        prompts = [Prompt(**one) for one in json.loads(given.prompts.read_text())][: given.questions]
    else:
        prompts = make_prompts(given.config, given.questions)
        if given.prompts:
            kept = [{"text": one.text, "grammar": one.grammar} for one in prompts]
            given.prompts.write_text(json.dumps(kept))
    sides = {"one": one_at_a_time, "many": many_at_a_time}
    rows: dict[str, tuple[list[Draft], float, float]] = {}
    for name, side in sides.items():
        if given.only not in (None, name):
            continue
        run = side(settings, prompts)
        begun, used = time.monotonic(), time.process_time()
        drafts = run()
        rows[name] = drafts, time.monotonic() - begun, time.process_time() - used
        print(file=sys.stderr)
    print(f"{model_file(settings).name}, {len(prompts)} prompts, {given.threads} threads, {given.parallel} slots")
    for name, (drafts, seconds, processor) in rows.items():
        written, read = sum(one.written for one in drafts), sum(one.read for one in drafts)
        sentences = [usable(one) for one in drafts]
        print(
            f"{name:5} {read} tokens read, {written} written; {seconds:.1f} s by the clock, {processor:.1f} of processor: "
            f"{written / processor:.1f} written a processor second, {(read + written) / processor:.1f} read or written; "
            f"{sum(map(bool, sentences))} usable drafts, {sum(sentences)} sentences with a citation"
        )
    if len(rows) == 2:
        (one, _, alone), (many, _, together) = rows["one"], rows["many"]
        same = sum(left.text == right.text for left, right in zip(one, many, strict=True))
        ratio = (sum(d.written for d in many) / together) / (sum(d.written for d in one) / alone)
        print(f"{ratio:.2f} times as many tokens a processor second; {same} texts the same to the letter")


if __name__ == "__main__":
    main()
