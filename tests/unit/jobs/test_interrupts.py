"""Ctrl-C, heard by a job: it ends one that holds nothing, and lets one that does finish."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from optimizer.domain.stop import Stop
from optimizer.errors import StoppedError
from optimizer.jobs.interrupts import finishing, ignore_interrupts, listen


def _press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def _handlers() -> Iterator[None]:
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


def test_a_job_that_holds_nothing_ends_at_once() -> None:
    """Proves: the first Ctrl-C ends it where it is, in its own words; the handler is back."""
    before, after = signal.getsignal(signal.SIGINT), []

    def job() -> None:
        with finishing(None, "f", before="it flew"):
            _press()
            after.append(1)

    with pytest.raises(StoppedError, match=r"^stopped before it flew; nothing was written\.$"):
        job()
    assert not after
    assert signal.getsignal(signal.SIGINT) is before


def test_a_job_that_keeps_its_findings_ends_at_the_second() -> None:
    """
    Proves: work goes on after one Ctrl-C, and ends after two in words that name what was written.

    Sensitivity: heard as before, the first one says that nothing was written.
    """
    with finishing(None, "f") as stop:
        stop.begin_search(60.0)
        _press()
    assert (stop.interrupted, stop.seconds_left, stop.reason) == (True, 0.0, "interrupt")

    def pressed_twice() -> None:
        with finishing(None, "f") as stop:
            stop.begin_search(60.0)
            _press()
            _press()

    with pytest.raises(StoppedError) as twice:
        pressed_twice()
    told = "stopped before f was written in full; every file already written is complete."
    assert str(twice.value) == told


def test_work_that_can_be_left_out_ends_alone() -> None:
    """Proves: a Ctrl-C in it ends it at once; the job goes on, and begins no more of it."""
    seen: list[str] = []

    def reasons() -> str:
        _press()
        seen.append("after")
        return "made"

    with finishing(None, "f") as stop:
        stop.begin_search(60.0)
        assert stop.unless_asked(lambda: "made") == "made"
        assert stop.unless_asked(reasons) is None
        assert stop.unless_asked(lambda: "made") is None
    assert seen == []
    assert stop.keeps


def test_the_caller_may_hear_for_it() -> None:
    """Proves: with a stop of its caller's, a job sets no handler, and the caller's may end it."""
    before, own = signal.getsignal(signal.SIGINT), Stop()
    with finishing(own, "f") as stop:
        assert stop is own
        assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.usefixtures("_handlers")
@pytest.mark.parametrize("one", [signal.SIGINT, signal.SIGTERM])
def test_a_command_hears_both_signals(
    one: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    """Proves: SIGTERM is heard as Ctrl-C is, and said so once where there is more to finish."""
    stop = Stop(keeps=True)
    listen(stop, signal.SIGINT, signal.SIGTERM, note="finishing\n")
    os.kill(os.getpid(), one)
    assert stop.interrupted
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), one)
    assert capfd.readouterr().err == "finishing\n"
    ignore_interrupts()
    os.kill(os.getpid(), one)


@pytest.mark.usefixtures("_handlers")
def test_what_is_ignored_stays_so() -> None:
    """Proves: a script's job in the background, whose Ctrl-C is ignored, is not stopped by it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stop = Stop()
    listen(stop, signal.SIGINT)
    _press()
    assert not stop.interrupted


def test_a_thread_may_finish_too() -> None:
    """Proves: outside the main thread, which alone may set handlers, work is done as it is."""
    done: list[bool] = []

    def work() -> None:
        with finishing(None, "f"):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


ROOT = Path(__file__).parents[3]
IN_EXEC = """
import signal, sys
from optimizer.domain.stop import Stop
from optimizer.jobs.interrupts import listen

signal.signal(signal.SIGINT, signal.default_int_handler)
listen(Stop(), signal.SIGINT)
try:
    exec("import os, signal; os.kill(os.getpid(), signal.SIGINT)")
except KeyboardInterrupt:
    sys.exit(4)
"""


def test_the_exit_code_is_the_one_that_is_given(tmp_path: Path) -> None:
    """
    Proves: a Ctrl-C that passes through `exec`, as while modules load, ends with the exit code.

    Sensitivity: with a plain KeyboardInterrupt ``python -m`` ends by the signal, -2.
    """
    (tmp_path / "early.py").write_text(IN_EXEC)
    where = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    ended = subprocess.run([sys.executable, "-m", "early"], check=False, env=where)
    assert ended.returncode == 4
