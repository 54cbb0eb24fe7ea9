"""Ctrl-C and SIGTERM, heard by the stop of a job for as long as it runs."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Final

from optimizer.domain.stop import Stop
from optimizer.errors import ANY_PLAN, NOTHING, WRITTEN_IS_WHOLE, StoppedError

_ERROR_STREAM: Final = 2  # written past Python's buffer, which the signal may have interrupted


class Interrupted(KeyboardInterrupt):
    """
    Ctrl-C or SIGTERM, of a type of its own.

    A plain one that passes through ``exec``, of which dataclasses are made, lets Python end the
    process by the signal, however it was caught and whatever exit code was given.
    """


@contextmanager
def finishing(
    given: Stop | None, name: str, *, before: str = ANY_PLAN, kept: str = NOTHING
) -> Iterator[Stop]:
    """
    Yield the stop of a job, which decides, records and writes: what is found is finished.

    The first Ctrl-C ends a job that has found nothing yet; after that it is noted, and the job
    finishes what there is.  Another one ends it.

    Parameters
    ----------
    given
        That of the caller, who then hears for it; None to hear Ctrl-C as long as the job runs.
        Outside the main thread, where no signal arrives, nothing is heard.
    name
        Of what is written, as the user knows it.
    before, kept
        What had not happened yet, and what is left, where nothing was found.

    Raises
    ------
    StoppedError
        If it was ended.
    """
    stop = given or Stop()
    try:
        with heard(stop) if given is None else nullcontext():
            yield stop
    except KeyboardInterrupt:
        if stop.keeps:
            before, kept = f"{name} was written in full", WRITTEN_IS_WHOLE
        raise StoppedError("interrupt", before=before, kept=kept) from None


@contextmanager
def heard(stop: Stop) -> Iterator[None]:
    """Let a stop hear Ctrl-C for a while; outside the main thread, where none comes, do nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    try:
        listen(stop, signal.SIGINT)
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def listen(stop: Stop, *signals: signal.Signals, note: str = "") -> None:
    """
    Let a stop hear signals from now on; those that are ignored stay so.

    Parameters
    ----------
    note
        Written to the error stream where what was found is finished first.
    """

    def hear(_signal: int, _frame: FrameType | None) -> None:
        is_first = not stop.interrupted
        at_once = stop.ask()
        if note and is_first and stop.keeps:
            os.write(_ERROR_STREAM, note.encode())
        if at_once:
            raise Interrupted

    for one in signals:
        if signal.getsignal(one) is not signal.SIG_IGN:
            signal.signal(one, hear)


def ignore_interrupts() -> None:
    """Hear nothing any more: there is nothing left to stop."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
