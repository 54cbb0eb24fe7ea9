"""Why each SKU got its option, at shadow prices: the runner-up, and where the choice flips."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, TextArray
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.sensitivity.flips import Flips, first_least, flips
from optimizer.sensitivity.priced_lines import Lines

_SAME = 1e-9  # relative: costs closer than this are equal


class Inputs(NamedTuple):
    """Today's values of the inputs in which a choice can flip.  Arrays have shape ``(n,)``."""

    capital_price: float
    stockout_cost: FloatArray
    outage_rate: FloatArray

    @property
    def most_outages(self) -> FloatArray:
        """Factor at which the primary is struck every day, ``inf`` if it never is struck."""
        rate = self.outage_rate
        every_day = np.full_like(rate, DAYS_PER_YEAR)
        return np.divide(every_day, rate, out=np.full_like(rate, np.inf), where=rate > 0.0)


class AllFlips(NamedTuple):
    """Flips in the price of capital, the daily stockout cost, the factor on the outage rate."""

    capital_price: Flips
    stockout_cost: Flips
    outages: Flips


def all_flips(lines: Lines, inputs: Inputs) -> AllFlips:
    """Return the input values at which the choice of every SKU flips."""
    return AllFlips(
        capital_price=flips(lines, lines.capital, inputs.capital_price),
        stockout_cost=flips(lines, lines.stockout, inputs.stockout_cost),
        outages=flips(lines, lines.outages, 1.0, inputs.most_outages),
    )


def runner_up(lines: Lines) -> tuple[IntArray, FloatArray]:
    """
    Return every SKU's cheapest priced option besides the chosen one, and how much dearer it is.

    -1 and NaN if there is no other option.
    """
    others = lines.priced.copy()
    others[lines.chosen] = np.inf
    alone = _alone(lines)
    second = first_least(others, lines)
    paid = lines.priced[lines.chosen]
    gap = others[second] - paid
    gap = np.where(np.abs(gap) <= _SAME * np.abs(paid), 0.0, gap)
    return np.where(alone, -1, second), np.where(alone, np.nan, gap)


def texts(lines: Lines) -> TextArray:
    """Return the reason for every choice, in words."""
    priced, first = lines.priced, lines.start[:-1]
    paid = priced[lines.chosen]
    certain = lines.certain[lines.chosen]
    size = np.maximum(np.abs(paid), np.abs(certain))
    best = paid - np.minimum.reduceat(priced, first) <= _SAME * size
    least_certain = np.minimum.reduceat(lines.certain, first)
    text = np.full(len(paid), "next best that the limits leave room for", dtype=np.object_)
    text[best] = "least cost with losses and scarce resources priced in"
    cheapest = certain - least_certain <= _SAME * np.abs(certain)
    text[best & cheapest] = "least cost even before losses and scarce resources"
    text[_alone(lines)] = "the only option"
    return text


def _alone(lines: Lines) -> BoolArray:
    return np.asarray(np.diff(lines.start) == 1)
