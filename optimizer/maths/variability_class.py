"""XYZ: classes by the variability of demand."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray, TextArray


def variability_class(
    demand_mean: FloatArray, demand_std: FloatArray, limits: tuple[float, float]
) -> TextArray:
    """
    Return X, Y or Z by the coefficient of variation of daily demand.

    Parameters
    ----------
    demand_mean, demand_std
        Shape ``(N,)``.  >= 0 [unit/day]
    limits
        X up to the first coefficient of variation, Y up to the second, Z beyond.

    Returns
    -------
    TextArray
        Shape ``(N,)``.  Z without demand.

    Examples
    --------
    >>> mean, std = np.array([10.0, 10.0, 10.0]), np.array([5.0, 10.0, 11.0])
    >>> variability_class(mean, std, (0.5, 1.0)).tolist()
    ['X', 'Y', 'Z']

    References
    ----------
    .. [1] Silver, Pyke and Thomas (2017), Section 2.5.
    """
    x_limit, y_limit = limits
    has_demand = demand_mean > 0.0
    is_x = has_demand & (demand_std <= x_limit * demand_mean)
    is_y = has_demand & (demand_std <= y_limit * demand_mean)
    return np.where(is_x, "X", np.where(is_y, "Y", "Z")).astype(object)
