"""How much the stock on hand of an (r, nQ) policy moves about its mean."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.maths.demand import Moments
from optimizer.maths.discrete_law import discrete_square_excess
from optimizer.maths.gamma_law import gamma_excess

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_FAR: Final = 12.0  # standard deviations: demand does not go beyond


def on_hand_variance(
    mean: FloatArray,
    stock_level: FloatArray,
    lot: FloatArray,
    unit: FloatArray,
    demand: Moments,
    *,
    is_discrete: BoolArray,
) -> FloatArray:
    r"""
    Return the variance over time of the stock on hand, the position less lead-time demand.

    .. math::
        \operatorname{Var} (P - X)^+ = \operatorname{Var} P + \operatorname{Var} X
        + (E P - E X)^2 - E[((X - P)^+)^2] - I^2

    with the position P uniform on :math:`(s, s + Q]`, as in `positions`.

    Parameters
    ----------
    mean
        Mean on hand without a ring-fenced reserve.  Shape ``(N,)``.  :math:`I` [unit]
    stock_level, lot
        Shape ``(N,)``.  :math:`s`, :math:`Q > 0` [unit]
    unit
        Smallest quantity.  Shape ``(N,)``.  :math:`\delta` [unit]
    demand
        Over the lead time.  Shape ``(N,)``. [unit], [unit²]

    Returns
    -------
    FloatArray
        Shape ``(N,)``. [unit²]

    Examples
    --------
    Constant demand, a lot of 12: uniform from 0 to 12.

    >>> one = np.ones(1)
    >>> demand = Moments(20.0 * one, 0.0 * one)
    >>> fluid = np.zeros(1, dtype=np.bool_)
    >>> on_hand_variance(
    ...     6.0 * one, 20.0 * one, 12.0 * one, 1e-9 * one, demand, is_discrete=fluid
    ... ).round(6)
    array([12.])

    References
    ----------
    .. [1] Zipkin, P.H. (2000). *Foundations of Inventory Management*. Section 6.2.
    """
    step = np.where(is_discrete, 1.0, 0.0)
    centre = stock_level + (lot + np.where(is_discrete, 1.0, unit)) / 2.0
    spread = (lot**2 - step) / 12.0
    owed = np.empty_like(mean)
    for rows, law in ((is_discrete, _discrete), (~is_discrete, _gamma)):
        some = Moments(demand.mean[rows], demand.variance[rows])
        owed[rows] = law(stock_level[rows], lot[rows], unit[rows], some)
    square = spread + demand.variance + (centre - demand.mean) ** 2 - owed
    return np.maximum(square - mean**2, 0.0)


def _discrete(
    stock_level: FloatArray, lot: FloatArray, unit: FloatArray, demand: Moments
) -> FloatArray:
    low = np.floor(stock_level + 1e-9 * unit).astype(np.int64)
    return discrete_square_excess(low, low + np.maximum(np.rint(lot), 1).astype(np.int64), demand)


def _gamma(
    stock_level: FloatArray, lot: FloatArray, unit: FloatArray, demand: Moments
) -> FloatArray:
    """Integrate over the positions that demand can exceed."""
    low = stock_level + unit / 2.0
    most = demand.mean + _FAR * np.sqrt(demand.variance)
    width = np.clip(most - low, 0.0, lot)
    at = low[:, None] + width[:, None] * (_NODES + 1.0) / 2.0
    _, half_square = gamma_excess(at, Moments(demand.mean[:, None], demand.variance[:, None]))
    return np.asarray(width / lot * (half_square @ _WEIGHTS))
