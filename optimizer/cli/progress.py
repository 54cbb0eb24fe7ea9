"""Progress on a terminal: one line per step, a live line during the search; or debug lines."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.status import Status

_LOG: Final = logging.getLogger(__name__)
_CONSOLE: Final = Console(stderr=True, highlight=False)


@contextmanager
def shown(*, quiet: bool, verbose: bool) -> Iterator[None]:
    """Within this context, draw no progress, or also the log's debug lines."""
    log, lines = logging.getLogger("optimizer"), _DebugLines()
    _CONSOLE.quiet = quiet
    if verbose:
        log.addHandler(lines)
        log.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        _CONSOLE.quiet = False
        log.removeHandler(lines)
        log.setLevel(logging.NOTSET)


class _DebugLines(logging.Handler):
    """Print debug lines only: INFO is one line per step, which progress draws anyway."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.DEBUG:
            show_line(f"    {record.name.removeprefix('optimizer.')}: {record.getMessage()}")


class Progress:
    """An observer that draws on the error stream while its context is active."""

    def __init__(self) -> None:
        self._status = Status("working", console=_CONSOLE)

    def __enter__(self) -> Self:
        if _CONSOLE.is_terminal:
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
        """Draw a line for a finished step."""
        show_line(f"  {name:<10} {seconds:7.2f} s  {detail}")

    def on_iteration(self, objective: float | None, bound: float | None) -> None:
        """Draw the incumbent's cost and the bound so far."""
        plan = "no plan yet" if objective is None else f"plan {objective:,.0f}"
        proven = "no bound yet" if bound is None else f"at least {bound:,.0f}"
        if objective and bound is not None:
            proven += f", gap {(objective - bound) / abs(objective):.3%}"
        _LOG.debug("searching: %s, %s", plan, proven)
        self._status.update(f"searching: {plan}, {proven}")

    def on_progress(self, name: str, share: float) -> None:
        """Draw the progress of a step."""
        self._status.update(f"{name}: {share:.0%}")


def show_line(line: str) -> None:
    """Print a line, wrapped on a terminal only, not in a pipe."""
    _CONSOLE.print(line, markup=False, soft_wrap=not _CONSOLE.is_terminal)
