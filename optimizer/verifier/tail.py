r"""
The tail of the loss (MODEL 5), by sorting.

Scenarios whose loss equals VaR (within 1e-9) share the rest of the worst :math:`1 - \alpha` in
proportion to probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray

TOLERANCE: Final = 1e-9
"""Rounding allowed in sums of probabilities, and relative distance of tied losses."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tail:
    """VaR, CVaR, and the weight of every scenario in the CVaR (shape ``(S,)``, sum 1)."""

    var: float
    cvar: float
    weight: FloatArray


def tail_of(loss: FloatArray, probability: FloatArray, tail_level: float) -> Tail:
    """Return the tail of a loss distribution at a tail level."""
    possible = np.flatnonzero(probability > 0.0)
    order = possible[np.argsort(loss[possible])]
    below = np.cumsum(probability[order])
    place = int(np.searchsorted(below, tail_level - TOLERANCE))
    var = float(loss[order[min(place, len(order) - 1)]])
    return Tail(
        var=var,
        cvar=_mean_of_worst(loss[order[::-1]], probability[order[::-1]], 1.0 - tail_level),
        weight=_weights(loss, probability, tail_level, var),
    )


def _mean_of_worst(loss: FloatArray, probability: FloatArray, mass: float) -> float:
    """Return the mean over the first ``mass`` of losses sorted from the worst."""
    before = np.cumsum(probability) - probability
    taken = np.clip(mass - before, 0.0, probability)
    return float(loss @ taken / mass)


def _weights(
    loss: FloatArray, probability: FloatArray, tail_level: float, var: float
) -> FloatArray:
    tied = np.abs(loss - var) <= TOLERANCE * abs(var)
    weight = np.where((loss > var) & ~tied, probability / (1.0 - tail_level), 0.0)
    weight[tied] = probability[tied] / probability[tied].sum() * (1.0 - weight.sum())
    return weight
