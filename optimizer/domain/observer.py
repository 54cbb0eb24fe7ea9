"""Progress: the engine tells, only faces draw."""

from __future__ import annotations

from typing import Final, Protocol


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


SILENT: Final = Silent()
