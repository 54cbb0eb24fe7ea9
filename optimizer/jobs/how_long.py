"""About how long the rest of a job takes, from what its first part took; short jobs say nothing."""

from __future__ import annotations

import time
from typing import Final

from optimizer.domain.observer import Observer, PassingOn

STEP: Final = "to go"
_SHORT: Final = 10.0  # seconds that need no words
_ENOUGH: Final = 3.0  # seconds of a step, before which its share says little
_SECONDS, _MINUTES = 90.0, 90.0  # up to which a time is told in them


def tell_rest(observer: Observer, seconds: float, rest: float, what: str) -> None:
    """
    Tell about how long the rest takes, where that is more than some seconds.

    Parameters
    ----------
    seconds
        That one part took. [s]
    rest
        How many parts of that size are left. [-]
    what
        The parts, as in ``for 11 more budgets``.
    """
    left = seconds * rest
    if left > _SHORT:
        observer.on_step(STEP, f"about {about(left)} {what}", 0.0)


def about(seconds: float) -> str:
    """
    Return a time to one or two digits, as an estimate is.

    Examples
    --------
    >>> [about(seconds) for seconds in (14.0, 86.0, 130.0, 2_000.0, 9_000.0)]
    ['10 s', '90 s', '2 min', '33 min', '2.5 h']
    """
    if seconds < _SECONDS:
        return f"{max(round(seconds, -1), 10.0):.0f} s"
    minutes = seconds / 60.0
    return f"{minutes:.0f} min" if minutes < _MINUTES else f"{minutes / 60.0:.1f} h"


class Foretelling(PassingOn):
    """An observer that also tells, from the first seconds of a step, how long its rest takes."""

    def __init__(self, outer: Observer) -> None:
        super().__init__(outer)
        self._began, self._told = time.monotonic(), False

    def on_progress(self, name: str, share: float) -> None:
        """Pass it on; once, after some seconds, tell about how long the rest takes."""
        self._outer.on_progress(name, share)
        if self._told or share <= 0.0:
            return
        seconds = time.monotonic() - self._began
        if seconds >= _ENOUGH:
            self._told = True
            tell_rest(self._outer, seconds, 1.0 / share - 1.0, f"to {name} the rest")


class ToldByStep(PassingOn):
    """
    An observer that also tells, from what one step took, about how long all after it takes.

    Parameters
    ----------
    name
        The step; only its first time counts.
    rest
        How many times its duration all the others take. [-]
    what
        They are, as in ``for the whole job``.
    """

    def __init__(self, outer: Observer, name: str, rest: float, what: str) -> None:
        super().__init__(outer)
        self._name, self._rest, self._what, self._told = name, rest, what, False

    def on_step(self, name: str, detail: str, seconds: float) -> None:
        """Pass it on; after the step, tell about how long the others take."""
        self._outer.on_step(name, detail, seconds)
        if name == self._name and not self._told:
            self._told = True
            tell_rest(self._outer, seconds, self._rest, self._what)
