"""What it costs that the threads of a model spin while they wait for one another, beside other work and alone.

python benchmarks/waiting_threads.py --threads 2 --drafts 2
GOMP_SPINCOUNT=300000 python benchmarks/waiting_threads.py      what GCC's OpenMP does where nothing is set

docs/benchmarks.md tells what was found. For a machine that is busy with other work: `nice -n -20` before it stands for an idle one.
"""

import argparse
import os
import resource
import time

from pipeline.answer.engines.llama_cpp import LlamaCppEngine
from pipeline.answer.prompt import write_prompt
from pipeline.models.threads import wait_briefly
from pipeline.records import Evidence
from pipeline.settings import AnswerSettings

PREPRINTS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--drafts", type=int, default=2)
    arguments = parser.parse_args()
    wait_briefly()
    engine = LlamaCppEngine(AnswerSettings(max_tokens=96, threads=arguments.threads))
    numbers = {f"AG-{number}": number for number in range(1, PREPRINTS + 1)}
    evidence = [
        Evidence(
            name, f"Decoder {number} reaches a logical error rate of 0.{number}% at an error rate of 1%.", 0, 1, 0.9
        )
        for name, number in numbers.items()
    ]
    prompts = [
        write_prompt(f"How good are decoders {number}?", evidence, numbers) for number in range(arguments.drafts)
    ]
    list(engine.complete(prompts[:1]))  # the model is loaded, and what is made once is made
    started, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    written = sum(reply.completion_tokens for _, reply in engine.complete(prompts))
    seconds, used = time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF).ru_utime - used
    print(
        f"{arguments.threads} threads, GOMP_SPINCOUNT={os.environ['GOMP_SPINCOUNT']}: {written} tokens of {arguments.drafts} drafts in"
        f" {seconds:.1f} s, {used:.1f} s of processor time; load {os.getloadavg()[0]:.0f}"
    )


if __name__ == "__main__":
    main()
