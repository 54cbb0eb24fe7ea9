r"""
Marginal analysis with Poisson demand: the plain way to stock spare parts, as a peer.

One-for-one ordering: base stock :math:`S_i`, demand over the lead time Poisson with mean
:math:`\mu_i`.  The next unit of part i takes :math:`w_i P(X_i > S_i)` from the weighted expected
backorders and costs :math:`c_i`.  Units are bought in order of gain per cost, so that a point of
the path is a threshold :math:`\theta` on it:

.. math:: S_i(\theta) = \min\{k \ge 0 : w_i\,P(X_i > k) \le \theta\,c_i\}.

References
----------
.. [1] Sherbrooke, C.C. (2004). *Optimal Inventory Modeling of Systems*, 2nd ed. Section 2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.stats import poisson

from optimizer.domain.arrays import FloatArray

_HALVINGS: Final = 30
_SPAN: Final = (-18.0, 3.0)  # decades of gain per cost, before the largest weight by cost


def base_stock(
    mean: FloatArray, unit_cost: FloatArray, weight: FloatArray, threshold: float
) -> FloatArray:
    """
    Return what is bought while the next unit's gain per cost exceeds a threshold.

    Parameters
    ----------
    mean
        Demand over the lead time.  Shape ``(N,)``.  :math:`\\mu > 0` [unit]
    unit_cost, weight
        Above 0.  Shape ``(N,)``.  :math:`c, w`
    threshold
        :math:`\\theta > 0`

    Returns
    -------
    FloatArray
        Whole units.  Shape ``(N,)``.  :math:`S` [unit]

    Examples
    --------
    Means 1 and 4 at costs 5 and 1: of a budget of 17, ten for the first and seven for the second.

    >>> base_stock(np.array([1.0, 4.0]), np.array([5.0, 1.0]), np.ones(2), 0.0515)
    array([2., 7.])
    """
    chance = np.minimum(threshold * unit_cost / weight, 1.0)
    return np.maximum(poisson.isf(chance, mean), 0.0)


def base_stock_worth(
    wanted: float,
    worth: Callable[[FloatArray], float],
    mean: FloatArray,
    unit_cost: FloatArray,
    weight: FloatArray,
) -> FloatArray:
    """
    Return the last point of the path whose stock is worth at most so much.

    Parameters
    ----------
    wanted
        [currency]
    worth
        Mean value of the stock that base stocks keep; it grows with them.
    mean, unit_cost, weight
        As of `base_stock`.
    """
    low, high = (decade + np.log10((weight / unit_cost).max()) for decade in _SPAN)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if worth(base_stock(mean, unit_cost, weight, 10.0**middle)) <= wanted:
            high = middle
        else:
            low = middle
    return base_stock(mean, unit_cost, weight, 10.0**high)
