"""What the model says the plan loses in the very futures that are played (MODEL 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, freeze
from optimizer.domain.scenario import NODES, LostDays
from optimizer.maths.lost_days import losses


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelView:
    """
    The futures as the model sees them, one scenario a replication, and the plan's curves.

    Attributes
    ----------
    lost
        Days lost by every profile, strike by strike, of K futures.
    profile, price_profile
        Rows of `lost`: of the SKU's supply, and of its price shocks, -1 for none.  Shape ``(N,)``.
    curves, price_curves
        Loss by lost days at `NODES`.  Shape ``(N, 17)``. [currency]
    slope, price_slope
        Loss a day beyond the last node.  Shape ``(N,)``. [currency/day]
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
    Return what SKU i loses by the model in every replication.

    .. math:: \sum_e \text{factor}_e\,\text{curve}(\ell_e), \qquad
              \text{linear between nodes, then curve}_{16} + \text{slope}\,(\ell_e - 365)

    Returns
    -------
    tuple of FloatArray
        By what is short, and by dear purchases.  Shape ``(K,)`` each. [currency]
    """
    return (
        _losses(view.lost, int(view.profile[i]), view.curves[i], view.slope[i]),
        _losses(view.lost, int(view.price_profile[i]), view.price_curves[i], view.price_slope[i]),
    )


def _losses(lost: LostDays, profile: int, curve: FloatArray, slope: float) -> FloatArray:
    if profile < 0:
        return np.zeros(lost.n_scenarios)
    own = losses(lost, np.array([profile]))
    loss = np.interp(own.days, NODES, curve) + slope * np.maximum(own.days - NODES[-1], 0.0)
    by_future = np.zeros(lost.n_scenarios)
    np.add.at(by_future, own.scenario, own.factor * loss)
    return by_future
