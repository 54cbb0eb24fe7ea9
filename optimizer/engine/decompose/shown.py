"""What is shown of a search while it runs: true of the whole portfolio, and never worse again."""

from __future__ import annotations

import math

from optimizer.domain.observer import Observer, Silent


class Best(Silent):
    """Passes on the best plan and the best bound of one portfolio, whichever search found them."""

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
    Passes on what a core says of the whole: its plans, and its bound as far as that holds there.

    A plan of the whole costs at least `least`, and one with an option left out of the core at
    least `most`. [currency]
    """

    def __init__(self, outer: Observer, least: float, most: float) -> None:
        self._outer, self._least, self._most = outer, least, most

    def on_iteration(self, objective: float | None, bound: float | None) -> None:
        """Pass it on."""
        own = -math.inf if bound is None else min(bound, self._most)
        self._outer.on_iteration(objective, max(self._least, own))
