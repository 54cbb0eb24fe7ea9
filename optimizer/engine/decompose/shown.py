"""Progress shown while searching: true of the whole portfolio, and never getting worse."""

from __future__ import annotations

import math

from optimizer.domain.observer import Observer, Silent


class Best(Silent):
    """Passes on the best objective and the best bound of all searches of one portfolio."""

    def __init__(self, outer: Observer) -> None:
        self._outer = outer
        self._objective, self._bound = math.inf, -math.inf

    def on_iteration(self, objective: float | None, bound: float | None) -> None:
        """Pass on the best so far, None for what is not known yet."""
        self._objective = min(self._objective, math.inf if objective is None else objective)
        self._bound = max(self._bound, -math.inf if bound is None else bound)
        bound = min(self._bound, self._objective)
        self._outer.on_iteration(
            self._objective if math.isfinite(self._objective) else None,
            bound if math.isfinite(bound) else None,
        )


class OfCore(Silent):
    """
    Passes on a core's plans, and its bound as far as it holds for the whole portfolio.

    Any plan costs at least `least`; one with an option left out of the core at least `most`.
    [currency]
    """

    def __init__(self, outer: Observer, least: float, most: float) -> None:
        self._outer, self._least, self._most = outer, least, most

    def on_iteration(self, objective: float | None, bound: float | None) -> None:
        """Pass on the objective, and the bound clipped to what holds for the whole portfolio."""
        valid = -math.inf if bound is None else min(bound, self._most)
        self._outer.on_iteration(objective, max(self._least, valid))
