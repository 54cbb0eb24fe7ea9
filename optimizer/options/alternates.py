"""The sets of alternates open to every SKU: none, each source, pairs of them."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.option import AlternateSets
from optimizer.domain.portfolio import PRIMARY, Portfolio


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
        A SKU without demand has the empty set only.

    References
    ----------
    .. [1] The model contract, section 2.
    """
    n_skus = len(portfolio.skus)
    has_demand = portfolio.skus.demand_mean > 0.0
    sources = portfolio.sources
    usable = np.flatnonzero((sources.role != PRIMARY) & has_demand[sources.sku])
    none = np.full((n_skus, 2), -1)
    singles = np.stack([usable, np.full(len(usable), -1)], axis=1)
    at_most = portfolio.settings.max_alternates
    parts = [none, singles, _pairs(usable, sources.sku[usable])][: at_most + 1]
    members = np.concatenate(parts)
    sku = np.concatenate([np.arange(n_skus), *(sources.sku[part[:, 0]] for part in parts[1:])])
    order = np.lexsort((members[:, 1], members[:, 0], sku))
    start = np.searchsorted(sku[order], np.arange(n_skus + 1))
    return AlternateSets(sku=sku[order], sources=members[order], start=start)


def _pairs(usable: IntArray, sku: IntArray) -> IntArray:
    """Return the pairs of usable sources of one SKU; `sku` is sorted."""
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for distance in range(1, len(usable)):
        same = sku[distance:] == sku[:-distance]
        if not same.any():
            break
        pairs.append(np.stack([usable[:-distance][same], usable[distance:][same]], axis=1))
    return np.concatenate(pairs)
