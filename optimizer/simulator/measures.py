"""Measures from a ledger: fill rate, cycle service, waiting, stock, cost, loss, with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.maths.intervals import Interval, mean_interval, ratio_interval
from optimizer.simulator.tally import Line

Measures = dict[str, Interval]
"""By name: fill rates and cycle service are shares, waiting days are days, the rest is money."""

_SERVICE: Final = {
    "fill_rate": (Line.SHORT, Line.DEMAND),
    "cycle_service": (Line.CYCLES_SHORT, Line.CYCLES),
    "struck_fill_rate": (Line.STRUCK_SHORT, Line.STRUCK_DEMAND),
}
_SUMS: Final = {
    "waiting_days": (Line.WAITING_DAYS,),
    "struck_waiting_days": (Line.STRUCK_WAITING_DAYS,),
    "stock": (Line.STOCK,),
    "carrying": (Line.CARRYING,),
    "ordering": (Line.ORDERING,),
    "routine_stockout": (Line.ROUTINE_STOCKOUT,),
    "stockout_loss": (Line.STOCKOUT_LOSS,),
    "price_loss": (Line.PRICE_LOSS,),
    "loss": (Line.STOCKOUT_LOSS, Line.PRICE_LOSS),
    "modelled_stockout_loss": (Line.MODELLED_STOCKOUT_LOSS,),
    "modelled_price_loss": (Line.MODELLED_PRICE_LOSS,),
    "modelled_loss": (Line.MODELLED_STOCKOUT_LOSS, Line.MODELLED_PRICE_LOSS),
    "cost": (
        Line.CARRYING,
        Line.ORDERING,
        Line.ROUTINE_STOCKOUT,
        Line.STOCKOUT_LOSS,
        Line.PRICE_LOSS,
    ),
}
_PAIRED: Final = {
    "stockout_loss_beyond_model": (Line.STOCKOUT_LOSS,),
    "price_loss_beyond_model": (Line.PRICE_LOSS,),
    "loss_beyond_model": _SUMS["loss"],
    "cost_net_of_modelled_loss": _SUMS["cost"],
}
_MODELLED: Final = {
    Line.STOCKOUT_LOSS: Line.MODELLED_STOCKOUT_LOSS,
    Line.PRICE_LOSS: Line.MODELLED_PRICE_LOSS,
}
NAMES: Final = (*_SERVICE, *_SUMS, *_PAIRED)


def measure(lines: FloatArray, confidence: float) -> Measures:
    """
    Return every measure of a ledger.

    Parameters
    ----------
    lines
        From `ledger`, or several of them added.  Shape ``(len(Line), K)``.
    confidence
        Confidence level of the intervals. [-]

    Returns
    -------
    Measures
        Those *beyond the model* are mean paired differences between played and modelled loss, with
        much narrower intervals than either.
    """
    parts, wholes = _shares(lines)
    missed = ratio_interval(parts, wholes, confidence)
    sums = mean_interval(np.stack([*_sums(lines)], axis=1), confidence)
    centre = np.concatenate([1.0 - missed.centre, sums.centre])
    half_width = np.concatenate([missed.half_width, sums.half_width])
    return {
        name: Interval(mean, half)
        for name, mean, half in zip(NAMES, centre, half_width, strict=True)
    }


def centres(lines: FloatArray) -> FloatArray:
    """Return every measure of a ledger without its interval.  Shape ``(len(NAMES),)``."""
    parts, wholes = (table.mean(axis=0) for table in _shares(lines))
    missed = parts / np.where(wholes > 0.0, wholes, 1.0)
    return np.concatenate([1.0 - missed, [line.mean() for line in _sums(lines)]])


def _shares(lines: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return numerators and denominators of the missed shares.  Shape ``(K, 3)`` each."""
    parts, wholes = (lines[list(rows)].T for rows in zip(*_SERVICE.values(), strict=True))
    return parts, wholes


def _sums(lines: FloatArray) -> Iterator[FloatArray]:
    """Yield the amounts to average, in the order of `NAMES`.  Shape ``(K,)`` each."""
    for parts in _SUMS.values():
        yield lines[list(parts)].sum(axis=0)
    for parts in _PAIRED.values():
        modelled = [_MODELLED[part] for part in parts if part in _MODELLED]
        yield lines[list(parts)].sum(axis=0) - lines[modelled].sum(axis=0)


def loss(lines: FloatArray) -> FloatArray:
    """Return the loss to disruptions in every replication.  Shape ``(K,)``. [currency]"""
    return np.asarray(lines[Line.STOCKOUT_LOSS] + lines[Line.PRICE_LOSS])


def modelled_loss(lines: FloatArray) -> FloatArray:
    """Return the loss by the model's formula in every replication.  Shape ``(K,)``. [currency]"""
    return np.asarray(lines[Line.MODELLED_STOCKOUT_LOSS] + lines[Line.MODELLED_PRICE_LOSS])
