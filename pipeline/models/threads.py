"""How the threads of a model wait for one another. [edge: the environment]

torch and llama.cpp part each step of a model among threads of OpenMP, thousands of times a second, and GCC's OpenMP lets those that are
done spin until the last one is. On a processor that other programs use too the last one may not be running at all, and the others
spin its time away: two drafts took more than 200 seconds beside other work, and 19 with short waits (docs/benchmarks.md).
"""

import os

SPINS = "1000"
"""Turns of waiting before a thread lets others run: some microseconds, enough for threads that all run."""


def wait_briefly() -> None:
    """Have threads give way soon; call it before a library that brings OpenMP is imported. What the operator set prevails."""
    os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
