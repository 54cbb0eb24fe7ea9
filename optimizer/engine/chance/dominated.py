"""
Leave out options that another one of the group replaces in every choice.

It costs no more, uses no more, and its loss is no greater in distribution: at every amount it is at
least as probably below.  Groups are put in the order of the search: those with the greatest
difference in cost first, because foresight of them is worth the most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.engine.chance.limit import QuantileLimit
from optimizer.engine.knapsack import Knapsack


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reduced:
    """A knapsack of fewer options; `option`: their rows in the one it was made of."""

    knapsack: Knapsack
    limits: list[QuantileLimit]
    option: IntArray


def without_dominated(knapsack: Knapsack, limits: list[QuantileLimit]) -> Reduced:
    """Return the knapsack without the dominated options, its groups in the order of the search."""
    groups = [
        np.arange(first, end)
        for first, end in zip(knapsack.start[:-1], knapsack.start[1:], strict=True)
    ]
    kept = [group[_undominated(knapsack, limits, group)] for group in groups]
    kept.sort(key=lambda group: -float(np.ptp(knapsack.cost[group])))
    option = np.concatenate(kept)
    return Reduced(
        knapsack=Knapsack(
            cost=knapsack.cost[option],
            use=knapsack.use[:, option],
            limit=knapsack.limit,
            start=np.concatenate([[0], np.cumsum([len(group) for group in kept])]),
        ),
        limits=[limit.of(option) for limit in limits],
        option=option,
    )


def _undominated(knapsack: Knapsack, limits: list[QuantileLimit], group: IntArray) -> BoolArray:
    numbers = [knapsack.cost[group], *knapsack.use[:, group]]
    no_worse = np.all([value[:, None] <= value[None, :] for value in numbers], axis=0)
    for limit in limits:
        no_worse &= _no_greater(limit, group)
    earlier = np.tri(len(group), k=-1, dtype=np.bool_).T
    replaces = no_worse & (~no_worse.T | earlier)
    undominated: BoolArray = ~replaces.any(axis=0)
    return undominated


def _no_greater(limit: QuantileLimit, group: IntArray) -> BoolArray:
    """Return whether one option's loss is no greater in distribution than another's."""
    amounts = np.unique(np.concatenate([limit.loss[o] for o in group]))
    below = np.array([_below(limit.loss[o], limit.probability[o], amounts) for o in group])
    return np.array([(one >= below).all(axis=1) for one in below])


def _below(loss: FloatArray, probability: FloatArray, amounts: FloatArray) -> FloatArray:
    order = np.argsort(loss)
    cumulated = np.concatenate([[0.0], np.cumsum(probability[order])])
    at_most: FloatArray = cumulated[np.searchsorted(loss[order], amounts, side="right")]
    return at_most
