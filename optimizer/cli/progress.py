"""Progress on a terminal: one line a step, one live line while the engine searches."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status


class Progress:
    """An observer that draws on a console, for as long as it is entered."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = Status("working", console=console)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._status.stop()

    def on_step(self, name: str, detail: str, seconds: float) -> None:
        """Draw a line for a step that ended."""
        line = f"  {name:<10} {seconds:7.2f} s  {detail}"
        self._console.print(line, markup=False, soft_wrap=not self._console.is_terminal)

    def on_iteration(self, objective: float | None, bound: float | None) -> None:
        """Draw the best plan and the bound known so far."""
        plan = "no plan yet" if objective is None else f"plan {objective:,.0f}"
        proven = "no bound yet" if bound is None else f"at least {bound:,.0f}"
        if objective and bound is not None:
            proven += f", gap {(objective - bound) / abs(objective):.3%}"
        self._status.update(f"searching: {plan}, {proven}")

    def on_progress(self, name: str, share: float) -> None:
        """Draw how far a step is."""
        self._status.update(f"{name}: {share:.0%}")
