"""The lot that costs least, and how numbers become whole units and whole packs (MODEL 3)."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.maths.checks import require

ROUNDING: Final = 1e-9
"""Of a step, or of the number of steps: so much above a whole number still is that number."""


def economic_order_quantity(
    order_cost: FloatArray, annual_demand: FloatArray, holding_cost: FloatArray
) -> FloatArray:
    r"""
    Return the lot that costs least to order and to hold.

    .. math:: Q^* = \sqrt{2 K d / h}

    Parameters
    ----------
    order_cost
        Shape ``(N,)``.  :math:`K \ge 0` [currency/order]
    annual_demand
        Shape ``(N,)``.  :math:`d \ge 0` [unit/yr]
    holding_cost
        Shape ``(N,)``.  :math:`h \ge 0` [currency/unit/yr]

    Returns
    -------
    FloatArray
        Shape ``(N,)``.  :math:`Q^*` [unit].  Where :math:`K d = 0` it is 0; else, where holding
        costs nothing, ``inf``.

    Raises
    ------
    ValueError
        If an argument is negative or NaN.

    Examples
    --------
    >>> economic_order_quantity(np.array([8.0]), np.array([1300.0]), np.array([0.225])).round(6)
    array([304.04678])

    References
    ----------
    .. [1] Snyder, L.V. and Shen, Z.-J.M. (2019). *Fundamentals of Supply Chain Theory*, 2nd ed.
       Eq. (3.4).
    """
    require("order_cost", order_cost, order_cost >= 0.0, ">= 0")
    require("annual_demand", annual_demand, annual_demand >= 0.0, ">= 0")
    require("holding_cost", holding_cost, holding_cost >= 0.0, ">= 0")
    ordering = 2.0 * order_cost * annual_demand
    squared = np.where(ordering > 0.0, np.inf, 0.0)
    np.divide(ordering, holding_cost, out=squared, where=holding_cost > 0.0)
    return np.sqrt(squared)


def round_up(value: FloatArray, step: FloatArray) -> FloatArray:
    r"""
    Return the least multiple of a step that is not below a value.

    .. math:: \lceil x/\delta - 10^{-9} \max(1, |x/\delta|) \rceil\,\delta

    Parameters
    ----------
    value
        Shape ``(N,)``.  :math:`x` [unit]
    step
        Shape ``(N,)``.  :math:`\delta > 0` [unit]

    Returns
    -------
    FloatArray
        Shape ``(N,)``. [unit].  What exceeds a multiple by less than the tolerance is that
        multiple.

    Examples
    --------
    >>> round_up(np.array([2.0, 2.1, 2.0 + 1e-12]), np.ones(3))
    array([2., 3., 2.])

    References
    ----------
    .. [1] The model contract, section 3.
    """
    steps = value / step
    whole = np.ceil(steps - ROUNDING * np.maximum(1.0, np.abs(steps)))
    return np.asarray((whole + 0.0) * step)


def round_down(value: FloatArray, step: FloatArray) -> FloatArray:
    r"""
    Return the largest multiple of a step that is not above a value.

    .. math:: \lfloor x/\delta + 10^{-9} \max(1, |x/\delta|) \rfloor\,\delta

    Parameters
    ----------
    value
        Shape ``(N,)``.  :math:`x` [unit]
    step
        Shape ``(N,)``.  :math:`\delta > 0` [unit]

    Returns
    -------
    FloatArray
        Shape ``(N,)``. [unit]

    Examples
    --------
    >>> round_down(np.array([2.0, 2.9, 3.0 - 1e-12]), np.ones(3))
    array([2., 2., 3.])

    References
    ----------
    .. [1] The model contract, section 3.
    """
    steps = value / step
    return np.asarray(np.floor(steps + ROUNDING * np.maximum(1.0, np.abs(steps))) * step)
