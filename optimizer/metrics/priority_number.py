"""RPN, severity × occurrence × detection, and where it ranks otherwise than money does."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.domain.portfolio import Portfolio
from optimizer.metrics.outage_rates import outage_rates

_FEWEST: Final = 5
_SHARE: Final = 0.1
TOO_LOW: Final = "RPN too low"
TOO_HIGH: Final = "RPN too high"


class Reversal(NamedTuple):
    """Two SKUs, rows, of which RPN puts the one with less money at risk first."""

    first: int
    behind: int


def occurrence(portfolio: Portfolio) -> IntArray:
    """
    Return how often each SKU's primary supplier is struck, as a rating from 1 to 10.

    The rates at which a rating begins are the setting ``audit.occurrence_rates``.
    """
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    rates = outage_rates(portfolio)[primary]
    limits = np.array(portfolio.settings.audit.occurrence_rates)
    return 1 + np.searchsorted(limits, rates, side="right")


def priority_number(severity: FloatArray, occurring: IntArray, detection: FloatArray) -> FloatArray:
    """
    Return the risk priority number.

    Examples
    --------
    9 × 3 × 5 and 5 × 9 × 3 are the same number, though not the same risk:

    >>> priority_number(np.array([9.0, 5.0]), np.array([3, 9]), np.array([5.0, 3.0]))
    array([135., 135.])
    """
    return severity * occurring * detection


def ranks(values: FloatArray) -> IntArray:
    """
    Return 1 for the largest; equal values have the same rank.

    Examples
    --------
    >>> ranks(np.array([5.0, 9.0, 5.0, 1.0]))
    array([2, 1, 2, 4])
    """
    ascending = np.sort(values)
    return len(values) - np.searchsorted(ascending, values, side="right") + 1


def n_first(n_skus: int) -> int:
    """Return how many SKUs count as the first: a tenth, at least 5."""
    return min(n_skus, max(_FEWEST, round(_SHARE * n_skus)))


def reversals(rpn: FloatArray, at_risk: FloatArray) -> TextArray:
    """
    Mark the SKUs that are among the first by one ranking and not by the other.

    Returns
    -------
    TextArray
        `TOO_LOW`, `TOO_HIGH` or ``""``.  Shape ``(N,)``.  A SKU with nothing at risk is never among
        the first by money.
    """
    first = n_first(len(rpn))
    by_money = (ranks(at_risk) <= first) & (at_risk > 0.0)
    by_rpn = ranks(rpn) <= first
    marks = np.where(by_money & ~by_rpn, TOO_LOW, np.where(by_rpn & ~by_money, TOO_HIGH, ""))
    return marks.astype(object)


def largest_reversal(rpn: FloatArray, at_risk: FloatArray) -> Reversal | None:
    """Return the pair ranked against its money with the most money between; None for none."""
    if not len(rpn):
        return None
    order = np.lexsort((at_risk, -rpn))
    starts = np.flatnonzero(np.diff(rpn[order], prepend=np.inf) != 0.0)
    best, worst = None, 0.0
    least = -1  # of the groups before, the row with the least at risk
    for members in np.split(order, starts[1:]):
        most = int(members[-1])
        if least >= 0 and at_risk[most] - at_risk[least] > worst:
            best, worst = Reversal(least, most), float(at_risk[most] - at_risk[least])
        if least < 0 or at_risk[members[0]] < at_risk[least]:
            least = int(members[0])
    return best
