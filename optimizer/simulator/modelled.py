"""The plan's losses by the model's formula, in the futures that are played (MODEL 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, freeze
from optimizer.domain.scenario import NODES, LostDays
from optimizer.maths.lost_days import losses


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelView:
    """
    The futures as the model sees them, one per replication, and the plan's curves.

    Attributes
    ----------
    lost
        Days lost by every profile, strike by strike, in K futures.
    profile, price_profile
        Rows of `lost` for the SKU's supply, and for its price shocks, -1 for none.  ``(N,)``
    curves, price_curves
        Loss by lost days at `NODES`.  Shape ``(N, 17)``. [currency]
    slope, price_slope
        Loss per day beyond the last node.  Shape ``(N,)``. [currency/day]
    """

    lost: LostDays
    profile: IntArray
    price_profile: IntArray
    curves: FloatArray
    price_curves: FloatArray
    slope: FloatArray
    price_slope: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


def modelled_losses(view: ModelView, i: int) -> tuple[FloatArray, FloatArray]:
    r"""
    Return SKU i's modelled losses in every replication.

    .. math:: \sum_e \text{factor}_e\,\text{curve}(\ell_e), \qquad
              \text{linear between nodes, then curve}_{16} + \text{slope}\,(\ell_e - 365)

    Returns
    -------
    tuple of FloatArray
        To stockouts, and to price shocks.  Shape ``(K,)`` each. [currency]
    """
    return (
        _losses(view.lost, int(view.profile[i]), view.curves[i], view.slope[i]),
        _losses(view.lost, int(view.price_profile[i]), view.price_curves[i], view.price_slope[i]),
    )


def _losses(lost: LostDays, profile: int, curve: FloatArray, slope: float) -> FloatArray:
    if profile < 0:
        return np.zeros(lost.n_scenarios)
    strikes = losses(lost, np.array([profile]))
    loss = np.interp(strikes.days, NODES, curve) + slope * np.maximum(strikes.days - NODES[-1], 0.0)
    by_future = np.zeros(lost.n_scenarios)
    np.add.at(by_future, strikes.scenario, strikes.factor * loss)
    return by_future
