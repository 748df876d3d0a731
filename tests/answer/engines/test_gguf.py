"""Ctrl-C while llama.cpp calls back."""

import signal
import threading
from collections.abc import Iterator

import pytest

from pipeline.answer.engines.gguf import interrupts_held


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Ctrl-C as Python has it: what a shell starts in the background is deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_takes_effect_at_the_end() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt):
        with interrupts_held():
            signal.raise_signal(signal.SIGINT)
            done.append("went on")
        done.append("never here")
    assert done == ["went on"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_without_an_interrupt_nothing_happens_in_any_thread() -> None:
    done = []

    def work() -> None:
        with interrupts_held():
            done.append("there")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    with interrupts_held():
        done.append("here")
    assert done == ["there", "here"]
