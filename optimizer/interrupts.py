"""Ctrl-C once the search is over: what was found is verified and written first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from optimizer.engine.exact import Interruption
from optimizer.errors import StoppedError


@contextmanager
def finishing(name: str, interruption: Interruption) -> Iterator[None]:
    """
    Note the first Ctrl-C and go on verifying and writing; another one ends it.

    Outside the main thread, where no signal arrives, it changes nothing.

    Parameters
    ----------
    name
        Of what is written, as the user knows it.
    interruption
        Where the first one is noted.

    Raises
    ------
    StoppedError
        If a second one came.
    """

    def note(_signal: int, _frame: FrameType | None) -> None:
        interruption.happened = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    hears = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, note) if hears else None
    try:
        yield
    except KeyboardInterrupt:
        said = f"stopped while {name} was being written. What is there of it already is whole."
        raise StoppedError(said) from None
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
