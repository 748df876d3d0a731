"""Ctrl-C while llama.cpp calls back."""

import signal
import threading

import pytest

from pipeline.answer.engines.gguf import interrupts_held


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
