"""Rounds the relaxation's shares of options to a whole plan within the limits."""

from __future__ import annotations

import numpy as np

from models.data import ModelData
from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.engine.exact.formulate import needed_suppliers

LIMIT_TOLERANCE = 1e-9  # relative to the limit


def round_plan(data: ModelData, share: FloatArray, priced_cost: FloatArray) -> IntArray | None:
    """
    Round shares to one option per SKU, then move back within the limits.

    Every SKU takes its option of the largest share; then, while a limit is exceeded, the move of
    the least cost per unit of excess removed is made.

    Parameters
    ----------
    share
        Share of each option, summing to 1 over a SKU.  Shape ``(O,)``.
    priced_cost
        Cost of each option at the relaxation's shadow prices.  Shape ``(O,)``.

    Returns
    -------
    IntArray or None
        Shape ``(N,)``; None if no such move is left and a limit is still exceeded.
    """
    option = _largest(data, share)
    for _ in range(3 * data.n_skus):
        used = resources_used(data, option)
        if within_limits(data, used):
            return option
        best = _best_move(data, option, used, priced_cost)
        if best is None:
            return None
        option[data.sku_of_option[best]] = best
    return None


def resources_used(data: ModelData, option: IntArray) -> FloatArray:
    """Return a plan's use of every limited resource, onboarding included.  Shape ``(R,)``."""
    onboarded = needed_suppliers(data, option)
    held, opened = data.resource_use[:, option], data.onboarding_use[:, onboarded]
    return np.asarray(held.sum(axis=1) + opened.sum(axis=1))


def within_limits(data: ModelData, used: FloatArray) -> bool:
    """Whether no limit is exceeded by more than the tolerance."""
    slack = LIMIT_TOLERANCE * np.abs(data.resource_limit)
    return bool(np.all(used <= data.resource_limit + slack))


def _largest(data: ModelData, share: FloatArray) -> IntArray:
    """Return every SKU's option of the largest share, the first of ties."""
    most = np.maximum.reduceat(share, data.start[:-1])
    at_most = np.flatnonzero(share >= most[data.sku_of_option])
    sku = data.sku_of_option[at_most]
    return at_most[np.unique(sku, return_index=True)[1]]


def _best_move(
    data: ModelData, option: IntArray, used: FloatArray, priced_cost: FloatArray
) -> int | None:
    limit = np.where(data.resource_limit > 0.0, data.resource_limit, 1.0)
    current = option[data.sku_of_option]
    after = used[:, None] + data.resource_use - data.resource_use[:, current]
    excess = np.maximum(after - data.resource_limit[:, None], 0.0) / limit[:, None]
    now = np.maximum(used - data.resource_limit, 0.0) / limit
    removed = now.sum() - excess.sum(axis=0)
    dearer = np.maximum(priced_cost - priced_cost[current], 0.0)
    score = np.where(removed > 0.0, dearer / np.where(removed > 0.0, removed, 1.0), np.inf)
    best = int(np.argmin(score))
    return best if np.isfinite(score[best]) else None
