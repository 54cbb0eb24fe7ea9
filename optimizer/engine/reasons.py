"""Why each SKU got its option: the runner-up, and the capital price at which the choice flips."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, TextArray
from optimizer.domain.plan import Reasons
from optimizer.engine.kernel import PricingTable

_SAME = 1e-9  # relative: costs closer than this are equal
_SKUS_AT_ONCE = 20_000


class _Block(NamedTuple):
    """Some SKUs' options: where each SKU's begin, and the chosen one of each, in block rows."""

    start: IntArray
    chosen: IntArray
    certain: FloatArray
    priced: FloatArray
    capital: FloatArray

    @property
    def sku(self) -> IntArray:
        """SKU of each option, in block rows."""
        return np.repeat(np.arange(len(self.chosen)), np.diff(self.start))


def reasons(
    table: PricingTable,
    option: IntArray,
    priced: FloatArray,
    capital: FloatArray,
    capital_price: float,
) -> Reasons:
    """
    Return the reasons of a plan at the relaxation's prices.

    Parameters
    ----------
    option
        Chosen option of every SKU.  Shape ``(N,)``.
    priced
        Every option's cost at those prices.  Shape ``(O,)``. [money unit]
    capital
        Use of the resource `capital` by each option.  Shape ``(O,)``. [money unit]
    capital_price
        [money unit per unit of capital over the horizon]
    """
    texts, seconds, flips = [], [], []
    for first in range(0, table.n_skus, _SKUS_AT_ONCE):
        end = min(first + _SKUS_AT_ONCE, table.n_skus)
        low, high = table.start[first], table.start[end]
        block = _Block(
            start=table.start[first : end + 1] - low,
            chosen=option[first:end] - low,
            certain=table.cost[low:high],
            priced=priced[low:high],
            capital=capital[low:high],
        )
        texts.append(_texts(block))
        seconds.append(_runner_up(block, low))
        flips.append(_flip_price(block, capital_price))
    return Reasons(
        text=np.concatenate(texts),
        runner_up=np.concatenate(seconds),
        flip_price=np.concatenate(flips),
    )


def _alone(block: _Block) -> BoolArray:
    return np.asarray(np.diff(block.start) == 1)


def _runner_up(block: _Block, low: int) -> IntArray:
    """Row of the cheapest priced option but the chosen, -1 where there is no other."""
    others = block.priced.copy()
    others[block.chosen] = np.inf
    return np.where(_alone(block), -1, _first_least(others, block) + low)


def _first_least(value: FloatArray, block: _Block) -> IntArray:
    """First option of every SKU with the least value."""
    least = np.minimum.reduceat(value, block.start[:-1])
    at_least = np.flatnonzero(value <= least[block.sku])
    return at_least[np.unique(block.sku[at_least], return_index=True)[1]]


def _texts(block: _Block) -> TextArray:
    least = np.minimum.reduceat(block.priced, block.start[:-1])
    paid = block.priced[block.chosen]
    best = paid - least <= _SAME * np.maximum(np.abs(paid), 1.0)
    certain = block.certain[block.chosen]
    least_certain = np.minimum.reduceat(block.certain, block.start[:-1])
    text = np.full(len(paid), "next best that the limits leave room for", dtype=np.object_)
    text[best] = "least cost with losses and scarce resources priced in"
    cheapest = certain - least_certain <= _SAME * np.abs(certain)
    text[best & cheapest] = "least cost even before losses and scarce resources"
    text[_alone(block)] = "the only option"
    return text


def _flip_price(block: _Block, price: float) -> FloatArray:
    """
    Price of capital, nearest to today's, at which another option's priced cost meets the chosen's.

    Along the price each option's cost is a line whose slope is its capital.
    """
    chosen = block.chosen[block.sku]
    slope = block.capital[chosen] - block.capital
    distance = block.priced - block.priced[chosen]
    crosses = slope != 0.0
    at = np.where(crosses, price + distance / np.where(crosses, slope, 1.0), np.nan)
    away = np.where(crosses & (at >= 0.0), np.abs(at - price), np.inf)
    nearest = _first_least(away, block)
    return np.where(np.isfinite(away[nearest]), at[nearest], np.nan)
