"""Days short of supply when an outage meets a stock (MODEL 3), one by one and as a table."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray


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


def outage_table(lost: IntArray, weight: FloatArray) -> FloatArray:
    r"""
    Return the weighted moments of the days lost beyond each whole day, per outage profile.

    .. math:: T_{pkj} = \sum_{s:\,\ell_{ps} > k} w_s\,(\ell_{ps} - k)^j, \qquad j = 0, 1, 2

    Three sums from the far end give all of it: :math:`(\ell - k)^2` is the sum of the first
    :math:`\ell - k` odd numbers.

    Parameters
    ----------
    lost
        Days lost by profile and scenario; below zero counts as zero.  Shape ``(P, S)``.
        :math:`\ell_{ps}` [whole days]
    weight
        Shape ``(S,)`` or ``(P, S)``.  :math:`w_s` [-]

    Returns
    -------
    FloatArray
        Shape ``(P, K + 1, 3)``, K the most days lost.

    Examples
    --------
    >>> outage_table(np.array([[0, 2]]), np.array([0.5, 0.5]))[0]
    array([[0.5, 1. , 2. ],
           [0.5, 0.5, 0.5],
           [0. , 0. , 0. ]])

    References
    ----------
    .. [1] The model contract, section 4.
    """
    days = np.maximum(lost, 0)
    n_profiles, n_days = len(days), int(days.max(initial=0)) + 1
    cell = np.arange(n_profiles)[:, None] * n_days + days
    spread = np.broadcast_to(weight, days.shape)
    at_day = np.bincount(cell.ravel(), weights=spread.ravel(), minlength=n_profiles * n_days)
    at_least = _sum_from_the_end(at_day.astype(np.float64).reshape(n_profiles, n_days))
    more = np.append(at_least[:, 1:], np.zeros((n_profiles, 1)), axis=1)
    first = _sum_from_the_end(more)
    second = _sum_from_the_end(2.0 * first - more)
    return np.stack([more, first, second], axis=-1)


def half_squared_excess(
    table: FloatArray, profile: IntArray, assured_days: FloatArray
) -> FloatArray:
    r"""
    Return the table form of the shortage, from which every option's weighted days short follow.

    .. math:: H_p(a) = \tfrac12 \sum_s w_s\,((\ell_{ps} - a)^+)^2
              = \tfrac12\,(T_2 - 2 f T_1 + f^2 T_0), \qquad f = a - \lfloor a \rfloor

    so that :math:`\sum_s w_s\,\text{short}(\ell_{ps}; a, q) = (H_p(a) - H_p(a + q))/q`.

    Parameters
    ----------
    table
        From `outage_table`.  Shape ``(P, K + 1, 3)``.
    profile
        Row of the table.  Shape ``(O,)``.
    assured_days
        Shape ``(O,)``.  :math:`a \ge 0` [day]

    Returns
    -------
    FloatArray
        Shape ``(O,)``. [day²].  0 from K days on.

    Examples
    --------
    Half of the weight loses 2 days; with 0.5 day assured, ½ · 0.5 · 1.5².

    >>> table = outage_table(np.array([[0, 2]]), np.array([0.5, 0.5]))
    >>> half_squared_excess(table, np.array([0]), np.array([0.5]))
    array([0.5625])

    References
    ----------
    .. [1] The model contract, section 4.
    """
    within = np.minimum(assured_days, table.shape[1] - 1.0)
    whole = within.astype(np.int64)
    rest = within - whole
    moment = table[profile, whole]
    squared = moment[:, 2] - 2.0 * rest * moment[:, 1] + rest**2 * moment[:, 0]
    return np.asarray(0.5 * squared, dtype=np.float64)


def _sum_from_the_end(values: FloatArray) -> FloatArray:
    return np.cumsum(values[:, ::-1], axis=1)[:, ::-1]
