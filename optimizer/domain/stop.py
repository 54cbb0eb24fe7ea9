"""When work is to end, and why: one value for a whole job, which everything long looks at."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Self, TypeVar

_Made = TypeVar("_Made")


@dataclass(slots=True)
class Stop:
    """
    When work is to end: at a deadline, or because somebody asks for it.

    Attributes
    ----------
    deadline
        Of the search under way, by the monotonic clock. [s]
    interrupted
        Whether somebody asked: by Ctrl-C, by SIGTERM, or whoever runs the job.
    keeps
        Whether what was found is kept: then the first request is noted only, the search ends with
        the best plan, and that is verified and written.  Before, it ends the job at once.
    drops
        Whether the work under way can be left out: the first request ends it at once.
    """

    deadline: float = math.inf
    interrupted: bool = False
    keeps: bool = False
    drops: bool = False

    @classmethod
    def within(cls, seconds: float) -> Self:
        """Return one of a search that begins now and may take so long. [s]"""
        return cls(deadline=time.monotonic() + seconds)

    def begin_search(self, seconds: float) -> None:
        """Give the search that begins now so much time; from here on what is found is kept. [s]"""
        self.deadline = time.monotonic() + seconds
        self.keeps = True

    @property
    def seconds_left(self) -> float:
        """Time left to the search, none once somebody asked. [s]"""
        return 0.0 if self.interrupted else max(self.deadline - time.monotonic(), 0.0)

    @property
    def reason(self) -> Literal["interrupt", "time_limit"]:
        """Why there is no time left."""
        return "interrupt" if self.interrupted else "time_limit"

    def ask(self) -> bool:
        """Note that somebody asks for the end; return whether that is to be at once."""
        again, self.interrupted = self.interrupted, True
        return again or self.drops or not self.keeps

    def unless_asked(self, work: Callable[[], _Made]) -> _Made | None:
        """
        Return what some work makes, None where somebody asked for the end before or meanwhile.

        For work that what was found does without: a request ends it at once, and it alone.
        """
        if self.interrupted:
            return None
        made = None
        try:
            try:
                self.drops = True
                made = work()
            finally:
                self.drops = False
        except KeyboardInterrupt:
            self.interrupted = True
        return made
