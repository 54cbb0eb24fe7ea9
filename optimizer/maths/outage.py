"""Days that a stock drawn down evenly leaves uncovered (MODEL 3)."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray


def short_days(lost: FloatArray, assured_days: FloatArray, lot_days: FloatArray) -> FloatArray:
    r"""
    Return the expected days short when an outage costs so many days of supply.

    The stock lasts uniformly between :math:`a` and :math:`a + q` days, because the outage begins
    anywhere in the order cycle.

    .. math:: \text{short}(\ell; a, q) =
              \frac{((\ell - a)^+)^2 - ((\ell - a - q)^+)^2}{2q}

    Parameters
    ----------
    lost
        Days of supply lost.  Broadcastable to ``(N,)``.  :math:`\ell` [day]
    assured_days
        Shape ``(N,)``.  :math:`a \ge 0` [day]
    lot_days
        Shape ``(N,)``.  :math:`q > 0` [day]

    Returns
    -------
    FloatArray
        Shape ``(N,)``. [day]

    Examples
    --------
    Of 10 lost days, 4 are assured; a lot of 2 covers 1 more on average: 5 short.

    >>> short_days(np.array([10.0]), np.array([4.0]), np.array([2.0]))
    array([5.])

    References
    ----------
    .. [1] The model contract, section 3.
    """
    uncovered = np.maximum(lost - assured_days, 0.0)
    by_the_lot = np.minimum(uncovered, lot_days)
    return by_the_lot * (2.0 * uncovered - by_the_lot) / (2.0 * lot_days)
