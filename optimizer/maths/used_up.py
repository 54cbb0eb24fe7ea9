r"""
How long today's stock stands until demand has used it up.

.. math:: s(t) = u + o\,[t \ge L] - D t

u is usable today, o is on order and arrives after one mean lead time L.  Quarter k = 1 … 4 begins
at :math:`t_k = 91.25\,(k - 1)` days; its figure is the most that stands on any of its days, SKU by
SKU: their sum is at least what stands on any one day, so that a limit that it keeps is kept on
every day.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray

QUARTERS: Final = 4
QUARTER_DAYS: Final = 91.25
MONTH_DAYS: Final = 365.0 / 12.0


def most_by_quarter(
    usable: FloatArray, on_order: FloatArray, demand: FloatArray, lead_time: FloatArray
) -> FloatArray:
    r"""
    Return the most that stands of today's stock in each of the next four quarters.

    Between its begin and its end stock only falls, but for what arrives: the most stands at the
    begin, or on the day of the arrival.

    Parameters
    ----------
    usable, on_order
        Today.  Shape ``(N,)``. [unit]
    demand
        Mean.  Shape ``(N,)``.  :math:`D` [unit/day]
    lead_time
        Mean time until what is on order is there.  Shape ``(N,)``.  :math:`L` [day]

    Returns
    -------
    FloatArray
        Shape ``(4, N)``; 0 where it is used up. [unit]

    Examples
    --------
    100 stand and sell 1 a day; 50 come on day 30, when 70 are left.  After a year all are sold.

    >>> one = [np.array([x]) for x in (100.0, 50.0, 1.0, 30.0)]
    >>> most_by_quarter(*one).ravel()
    array([120.  ,  58.75,   0.  ,   0.  ])
    """
    begin = QUARTER_DAYS * np.arange(QUARTERS)[:, None]
    at_begin = usable + np.where(lead_time <= begin, on_order, 0.0) - demand * begin
    arrives = (begin < lead_time) & (lead_time < begin + QUARTER_DAYS)
    on_arrival = np.where(arrives, usable + on_order - demand * lead_time, 0.0)
    most: FloatArray = np.maximum(np.maximum(at_begin, on_arrival), 0.0)
    return most
