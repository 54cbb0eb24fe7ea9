"""Progress: the engine tells, only faces draw."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

_LOG = logging.getLogger(__name__)


class Observer(Protocol):
    """What long work tells while it runs."""

    def on_step(self, name: str, detail: str, seconds: float) -> None:
        """A step of the pipeline ended."""

    def on_iteration(self, objective: float | None, bound: float | None) -> None:
        """The engine knows a plan of this objective (or none) and this proven bound (or none)."""

    def on_progress(self, name: str, share: float) -> None:
        """This share of a step is done."""


class Silent:
    """An observer that draws nothing."""

    def on_step(self, name: str, detail: str, seconds: float) -> None:
        """Ignore it."""

    def on_iteration(self, objective: float | None, bound: float | None) -> None:
        """Ignore it."""

    def on_progress(self, name: str, share: float) -> None:
        """Ignore it."""


class PassingOn:
    """An observer that passes everything on to another."""

    def __init__(self, outer: Observer) -> None:
        self._outer = outer

    def on_step(self, name: str, detail: str, seconds: float) -> None:
        """Pass it on."""
        self._outer.on_step(name, detail, seconds)

    def on_iteration(self, objective: float | None, bound: float | None) -> None:
        """Pass it on."""
        self._outer.on_iteration(objective, bound)

    def on_progress(self, name: str, share: float) -> None:
        """Pass it on."""
        self._outer.on_progress(name, share)


SILENT: Final = Silent()


@contextmanager
def step(observer: Observer, name: str) -> Iterator[Any]:
    """Time a step, log it, and tell the observer what it says of itself."""
    began = time.monotonic()
    details: list[str] = []
    yield details.append
    seconds = time.monotonic() - began
    detail = details[-1] if details else ""
    _LOG.info("%s: %s, %.2f s", name, detail, seconds)
    observer.on_step(name, detail, seconds)
