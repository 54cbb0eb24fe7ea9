"""The sets of alternates open to every SKU: none, each source, pairs of them."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.option import AlternateSets
from optimizer.domain.portfolio import MUST, NEVER, PRIMARY, Portfolio


def alternate_sets(portfolio: Portfolio) -> AlternateSets:
    """
    Return every set of at most `max_alternates` sources beside the primary.

    Parameters
    ----------
    portfolio
        Its sources, SKUs and settings.

    Returns
    -------
    AlternateSets
        Without sources that are never used, and with all that must be.  A SKU without demand has
        the empty set only.

    References
    ----------
    .. [1] The model contract, section 2.
    """
    n_skus = len(portfolio.skus)
    has_demand = portfolio.skus.demand_mean > 0.0
    sources = portfolio.sources
    offered = (sources.role != PRIMARY) & (sources.use != NEVER)
    usable = np.flatnonzero(offered & has_demand[sources.sku])
    none = np.full((n_skus, 2), -1)
    singles = np.stack([usable, np.full(len(usable), -1)], axis=1)
    at_most = portfolio.settings.max_alternates
    parts = [none, singles, _pairs(usable, sources.sku[usable])][: at_most + 1]
    members = np.concatenate(parts)
    sku = np.concatenate([np.arange(n_skus), *(sources.sku[part[:, 0]] for part in parts[1:])])
    holds = uses_as_stated(portfolio, sku, members)
    sku, members = sku[holds], members[holds]
    order = np.lexsort((members[:, 1], members[:, 0], sku))
    start = np.searchsorted(sku[order], np.arange(n_skus + 1))
    return AlternateSets(sku=sku[order], sources=members[order], start=start)


def uses_as_stated(portfolio: Portfolio, sku: IntArray, members: IntArray) -> BoolArray:
    """
    Return which sets have every source that must be used, and none that never is.

    Parameters
    ----------
    sku
        Row of the SKU of each set.  Shape ``(A,)``.
    members
        Rows of its sources, -1 for none.  Shape ``(A, 2)``.  A SKU without demand has no duties.
    """
    use, rows = portfolio.sources.use, portfolio.sources.sku
    has_demand = portfolio.skus.demand_mean > 0.0
    duties = np.bincount(rows[use == MUST], minlength=len(portfolio.skus)) * has_demand
    of_member = np.where(members >= 0, use[members], 0)
    kept = (of_member == MUST).sum(axis=1) == duties[sku]
    return np.asarray(kept & (of_member != NEVER).all(axis=1))


def _pairs(usable: IntArray, sku: IntArray) -> IntArray:
    """Return the pairs of usable sources of one SKU; `sku` is sorted."""
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for distance in range(1, len(usable)):
        same = sku[distance:] == sku[:-distance]
        if not same.any():
            break
        pairs.append(np.stack([usable[:-distance][same], usable[distance:][same]], axis=1))
    return np.concatenate(pairs)
