"""Comparison of sets of alternates: suppliers to onboard, and lost days."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.option import AlternateSets
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import LostDays


class SourcingOrder(NamedTuple):
    """
    What sets of alternates are compared by, and the price shocks of each SKU.

    `profile` is the set's row of `lost`, shape ``(A,)``; `onboard` the suppliers that it needs
    onboarded, -1 for none, shape ``(A, 2)``; `price_profile` the row of each SKU's price shocks, -1
    for none, shape ``(N,)``.
    """

    profile: IntArray
    onboard: IntArray
    price_profile: IntArray
    lost: LostDays


def suppliers_to_onboard(portfolio: Portfolio, sets: AlternateSets) -> IntArray:
    """
    Return the suppliers that a set of alternates needs onboarded.

    Parameters
    ----------
    portfolio
        Its sources and suppliers.
    sets
        From `alternate_sets`.

    Returns
    -------
    IntArray
        Rows of suppliers, -1 for none.  Shape ``(A, 2)``.

    References
    ----------
    .. [1] The model contract, section 5.
    """
    supplier = portfolio.sources.supplier[sets.sources]
    needed = (sets.sources >= 0) & ~portfolio.suppliers.onboarded[supplier]
    return np.where(needed, supplier, -1)
