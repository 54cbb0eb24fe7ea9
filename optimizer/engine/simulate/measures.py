"""A ledger → fill rate, cycle service, stockout days, cost and loss, each with its interval."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.engine.simulate.ledger import Line
from optimizer.maths.intervals import Interval, mean_interval, ratio_interval

Measures = dict[str, Interval]
"""By name.  Fill rates and cycle service are shares, stockout days are days, the rest is money."""

_SERVICE: Final = {
    "fill_rate": (Line.SHORT, Line.DEMAND),
    "cycle_service": (Line.CYCLES_SHORT, Line.CYCLES),
    "struck_fill_rate": (Line.STRUCK_SHORT, Line.STRUCK_DEMAND),
}
_SUMS: Final = {
    "stockout_days": (Line.STOCKOUT_DAYS,),
    "struck_stockout_days": (Line.STRUCK_STOCKOUT_DAYS,),
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
        Of the intervals. [-]

    Returns
    -------
    Measures
        Those *beyond the model* are mean differences between played and modelled loss, future by
        future: they are much better known than either.
    """
    found: Measures = {}
    for name, (part, whole) in _SERVICE.items():
        missed = ratio_interval(lines[part], lines[whole], confidence)
        found[name] = Interval(1.0 - missed.centre, missed.half_width)
    for name, parts in _SUMS.items():
        found[name] = mean_interval(lines[list(parts)].sum(axis=0), confidence)
    for name, parts in _PAIRED.items():
        modelled = [_MODELLED[part] for part in parts if part in _MODELLED]
        beyond = lines[list(parts)].sum(axis=0) - lines[modelled].sum(axis=0)
        found[name] = mean_interval(beyond, confidence)
    return found


def loss(lines: FloatArray) -> FloatArray:
    """Return what disruptions cost in every replication.  Shape ``(K,)``. [currency]"""
    return np.asarray(lines[Line.STOCKOUT_LOSS] + lines[Line.PRICE_LOSS])


def modelled_loss(lines: FloatArray) -> FloatArray:
    """Return what they cost by the model's formula.  Shape ``(K,)``. [currency]"""
    return np.asarray(lines[Line.MODELLED_STOCKOUT_LOSS] + lines[Line.MODELLED_PRICE_LOSS])
