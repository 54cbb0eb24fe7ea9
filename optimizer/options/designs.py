"""The designs open to every SKU: catalogue rows that it may use, times its sets of alternates."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray, ranges
from optimizer.domain.option import AlternateSets
from optimizer.domain.portfolio import Portfolio
from optimizer.options.law import is_discrete


def eligible_policies(portfolio: Portfolio, allowed: BoolArray) -> BoolArray:
    """
    Return which policies every SKU may use.

    Parameters
    ----------
    portfolio
        Its locks, and what its primary suppliers offer.
    allowed
        Which policies the policy mode allows.  Shape ``(N, n_policies)``.

    Returns
    -------
    BoolArray
        `allowed`, except where the SKU is locked to another policy, its primary supplier does not
        offer what the policy requires, or the policy orders on demand and the SKU's demand is not
        discrete.  Shape ``(N, n_policies)``.

    References
    ----------
    .. [1] The model contract, section 2.
    """
    lock = portfolio.skus.lock_policy
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    eligible = allowed.copy()
    for position, (name, policy) in enumerate(portfolio.settings.policies.items()):
        eligible[:, position] &= (lock == "") | (lock == name)
        if policy.requires == "offers_vmi":
            eligible[:, position] &= portfolio.suppliers.offers_vmi[primary]
        if policy.reorder_point is not None:
            eligible[:, position] &= is_discrete(portfolio, np.arange(len(allowed)))
    return eligible


def with_alternates(sku: IntArray, sets: AlternateSets) -> tuple[IntArray, IntArray]:
    """
    Return every design with every set of alternates of its SKU.

    Parameters
    ----------
    sku
        Rows of the designs' SKUs.
    sets
        From `alternate_sets`.

    Returns
    -------
    tuple of IntArray
        Row of the given design and row of the set; sorted by design, then by set.

    References
    ----------
    .. [1] The model contract, section 2.
    """
    first = sets.start[sku]
    return ranges(first, sets.start[sku + 1] - first)
