"""Why each SKU got its option: the runner-up, and the capital price at which the choice flips."""

from __future__ import annotations

import numpy as np

from models.data import ModelData
from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.domain.plan import Reasons
from optimizer.engine.pricing import Priced

_SAME = 1e-9  # relative: costs closer than this are equal


def reasons(
    data: ModelData, option: IntArray, priced: Priced, capital: FloatArray, capital_price: float
) -> Reasons:
    """
    Return the reasons of a plan at the relaxation's prices.

    Parameters
    ----------
    option
        Chosen option of every SKU.  Shape ``(N,)``.
    priced
        Every option's cost at those prices.
    capital
        Use of the resource `capital` by each option.  Shape ``(O,)``. [currency]
    capital_price
        [currency per unit of capital over the horizon]
    """
    others = priced.cost.copy()
    others[option] = np.inf
    runner_up = _first_least(others, data)
    alone = np.diff(data.start) == 1
    return Reasons(
        text=_texts(data, option, priced, alone),
        runner_up=np.where(alone, -1, runner_up),
        flip_price=_flip_price(data, option, priced.cost, capital, capital_price),
    )


def _first_least(cost: FloatArray, data: ModelData) -> IntArray:
    """First option of every SKU with the least cost."""
    least = np.minimum.reduceat(cost, data.start[:-1])
    at_least = np.flatnonzero(cost <= least[data.sku_of_option])
    return at_least[np.unique(data.sku_of_option[at_least], return_index=True)[1]]


def _texts(data: ModelData, option: IntArray, priced: Priced, alone: np.ndarray) -> TextArray:
    extra = priced.reduced_cost[option]
    best = extra <= _SAME * np.maximum(np.abs(priced.cost[option]), 1.0)
    cheapest = data.cost[option] <= np.minimum.reduceat(data.cost, data.start[:-1]) * (1.0 + _SAME)
    text = np.full(data.n_skus, "next best that the limits leave room for", dtype=np.object_)
    text[best] = "least cost with losses and scarce resources priced in"
    text[best & cheapest] = "least cost even before losses and scarce resources"
    text[alone] = "the only option"
    return text


def _flip_price(
    data: ModelData, option: IntArray, cost: FloatArray, capital: FloatArray, price: float
) -> FloatArray:
    """
    Price of capital, nearest to today's, at which another option's priced cost meets the chosen's.

    Along the price each option's cost is a line whose slope is its capital.
    """
    chosen = option[data.sku_of_option]
    slope = capital[chosen] - capital
    distance = cost - cost[chosen]
    crosses = np.abs(slope) > 0.0
    at = np.where(crosses, price + distance / np.where(crosses, slope, 1.0), np.nan)
    away = np.where(crosses & (at >= 0.0), np.abs(at - price), np.inf)
    nearest = _first_least(away, data)
    return np.where(np.isfinite(away[nearest]), at[nearest], np.nan)
