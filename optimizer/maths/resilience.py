"""What a strategy avoids for each unit of money that it takes more."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray

_ROUNDING = 1e-9


def added(amount: FloatArray, base: float) -> FloatArray:
    """
    Return how much more than the base each amount is, 0 where they differ by rounding only.

    Parameters
    ----------
    amount
        Shape ``(K,)``. [currency]
    base
        [currency]

    Returns
    -------
    FloatArray
        Shape ``(K,)``.  [currency], negative where it is less.

    Examples
    --------
    >>> added(np.array([150.0, 100.0 + 1e-9, 90.0]), 100.0)
    array([ 50.,   0., -10.])
    """
    more = amount - base
    is_same = np.abs(more) <= _ROUNDING * np.maximum(np.abs(amount), abs(base))
    return np.where(is_same, 0.0, more)


def resilience_return(avoided: FloatArray, more: FloatArray) -> FloatArray:
    r"""
    Return the loss avoided by each unit of money that is taken more.

    .. math:: \frac{\ell_0 - \ell_k}{m_k - m_0}, \qquad m_k > m_0

    The loss is expected, VaR or CVaR; the money is capital, or cost a year.  Capital cost is part
    of the cost a year (of carrying), so the two ratios are alternatives and never added.

    Parameters
    ----------
    avoided
        :math:`\ell_0 - \ell_k`, negative where more is lost.  Shape ``(K,)``. [currency]
    more
        :math:`m_k - m_0`, from `added`.  Shape ``(K,)``. [currency, or currency/yr]

    Returns
    -------
    FloatArray
        Shape ``(K,)``.  NaN where nothing more is taken: there is nothing to divide by, and
        whatever is avoided comes free.

    Examples
    --------
    Just in time ties up 100 and is expected to lose 80; three others tie up 150, 100 and 90 and
    lose 60, 70 and 75.  The first avoids 80 - 60 = 20 for 50 more:

    >>> more = added(np.array([150.0, 100.0, 90.0]), 100.0)
    >>> resilience_return(80.0 - np.array([60.0, 70.0, 75.0]), more)
    array([0.4, nan, nan])
    """
    costs_more = more > 0.0
    return np.where(costs_more, avoided / np.where(costs_more, more, 1.0), np.nan)
