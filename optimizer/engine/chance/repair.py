"""Which limits would be enough where no choice keeps the quantile limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.chance.distribution import probability_within
from optimizer.engine.chance.joint import probability_of
from optimizer.engine.chance.limit import QuantileLimit
from optimizer.engine.chance.tilted import tilted_row
from optimizer.engine.highs import solve
from optimizer.engine.knapsack import Knapsack

_HALVINGS = 50


def enough(
    knapsack: Knapsack, limits: list[QuantileLimit], *, independent: bool
) -> list[float] | None:
    """
    Return limits that one choice keeps together, None where none keeps the resource limits.

    The choice has a small loss for every limit, not the smallest: lower limits may be enough.
    """
    rows = np.array([tilted_row(limit, knapsack.start, 1.0)[0] for limit in limits])
    program = replace(knapsack.program(), cost=rows.sum(axis=0))
    values = solve(program, gap=0.0, stop=Stop()).values
    if values is None:
        return None
    option = knapsack.chosen(values)
    return [_quantile(limit, option, independent=independent) for limit in limits]


def _quantile(limit: QuantileLimit, option: IntArray, *, independent: bool) -> float:
    """Return an amount that the losses stay within at the level, by halving."""
    low = sum(float(limit.loss[o].min()) for o in option)
    high = sum(float(limit.loss[o].max()) for o in option)
    high += 1e-9 * max(abs(low), abs(high))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        tried = replace(limit, most=middle)
        if independent:
            probability = probability_within(tried, option, quick=True).low
        else:
            probability = probability_of(tried, option)
        low, high = (low, middle) if probability >= limit.level else (middle, high)
    return high
