"""Ctrl-C while what was found is written: the first is noted, the second ends it."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from optimizer.engine.exact import Interruption
from optimizer.errors import StoppedError
from optimizer.interrupts import finishing


def _interrupted(times: int, interruption: Interruption) -> None:
    with finishing("f", interruption):
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)


def test_the_first_is_noted_and_the_second_ends_it() -> None:
    """Proves: work goes on after one, ends in words that name it after two; the handler is back."""
    before, interruption = signal.getsignal(signal.SIGINT), Interruption()
    _interrupted(1, interruption)
    assert interruption.happened
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(StoppedError, match="while f was being written"):
        _interrupted(2, interruption)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_thread_may_finish_too() -> None:
    """Proves: outside the main thread, which alone may set handlers, work is done as it is."""
    done: list[bool] = []

    def work() -> None:
        with finishing("f", Interruption()):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
