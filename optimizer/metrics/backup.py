"""Single points of failure: what stands behind the primary supplier of every SKU today."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, TextArray
from optimizer.domain.portfolio import CANDIDATE, PRIMARY, QUALIFIED, Portfolio

ALONE: Final = "no other source"
CANDIDATES: Final = "candidates only"
SAME_REGION: Final = "same region"
SAME_TAG: Final = "shared tag"
PARTIAL: Final = "part of demand"
WHOLE: Final = "all demand"
BACKUPS: Final = (ALONE, CANDIDATES, SAME_REGION, SAME_TAG, PARTIAL, WHOLE)
"""From the weakest to the strongest."""
SINGLE: Final = frozenset({ALONE, CANDIDATES})
"""One supplier's outage stops these."""
_ROUNDING: Final = 1e-9


def ready(portfolio: Portfolio) -> BoolArray:
    """Return which sources could deliver tomorrow beside the primary.  Shape of `Sources`."""
    sources = portfolio.sources
    onboarded = portfolio.suppliers.onboarded[sources.supplier]
    return np.asarray((sources.role == QUALIFIED) & onboarded, dtype=np.bool_)


def backup(portfolio: Portfolio) -> TextArray:
    """
    Return one of `BACKUPS` for every SKU.

    Only sources that are qualified, of suppliers that are onboarded, stand behind a primary; those
    of its region, or that share a tag with it, fall with it.

    Returns
    -------
    TextArray
        Shape ``(N,)``.
    """
    sources, suppliers = portfolio.sources, portfolio.suppliers
    rows = np.flatnonzero(ready(portfolio))
    sku, supplier = sources.sku[rows], sources.supplier[rows]
    primary = sources.supplier[portfolio.skus.primary[sku]]
    elsewhere = suppliers.region[supplier] != suppliers.region[primary]
    apart = elsewhere & ~_share_a_tag(portfolio, supplier, primary)
    covered = np.bincount(
        sku[apart], sources.capacity_share[rows[apart]], minlength=len(portfolio.skus)
    )
    unready = (sources.role != PRIMARY) & ~ready(portfolio)
    stages: list[tuple[BoolArray, str]] = [
        (covered >= 1.0 - _ROUNDING, WHOLE),
        (covered > 0.0, PARTIAL),
        (_any(portfolio, sku[elsewhere]), SAME_TAG),
        (_any(portfolio, sku), SAME_REGION),
        (_any(portfolio, sources.sku[unready]), CANDIDATES),
    ]
    kinds = [np.full(len(portfolio.skus), name, dtype=object) for _, name in stages]
    found = np.select([reached for reached, _ in stages], kinds, default=ALONE)
    return np.asarray(found, dtype=object)


def rely_on(portfolio: Portfolio, down: BoolArray, able: BoolArray) -> BoolArray:
    """
    Return which SKUs have no source left once some suppliers are down.

    Parameters
    ----------
    down
        Which suppliers.  Shape ``(J,)``.
    able
        Which sources stand behind a primary, as of `ready`.

    Returns
    -------
    BoolArray
        Shape ``(N,)``.
    """
    sources = portfolio.sources
    left = ~down[sources.supplier] & (able | (sources.role == PRIMARY))
    return ~_any(portfolio, sources.sku[left])


def best_candidate(portfolio: Portfolio) -> IntArray:
    """
    Return the source to qualify for each SKU, -1 for none.

    Outside the primary's region if there is any, then the one that costs least to qualify, then
    the one that charges least.  Shape ``(N,)``.
    """
    sources, region = portfolio.sources, portfolio.suppliers.region
    rows = np.flatnonzero((sources.role != PRIMARY) & ~ready(portfolio))
    cash: FloatArray = np.where(
        sources.role[rows] == CANDIDATE, sources.qualification_cost[rows], 0.0
    )
    primary = sources.supplier[portfolio.skus.primary[sources.sku[rows]]]
    is_near = region[sources.supplier[rows]] == region[primary]
    order = rows[np.lexsort((rows, sources.price_premium[rows], cash, is_near))]
    best = np.full(len(portfolio.skus), -1)
    best[sources.sku[order[::-1]]] = order[::-1]
    return best


def _any(portfolio: Portfolio, sku: IntArray) -> BoolArray:
    return np.bincount(sku, minlength=len(portfolio.skus)) > 0


def _share_a_tag(portfolio: Portfolio, one: IntArray, other: IntArray) -> BoolArray:
    """Return whether two suppliers have a tag in common, pair by pair."""
    tags, n_suppliers = portfolio.tags, len(portfolio.suppliers)
    of: list[set[str]] = [set() for _ in range(n_suppliers)]
    for supplier, tag in zip(tags.supplier.tolist(), tags.tag.tolist(), strict=True):
        of[supplier].add(tag)
    pairs, which = np.unique(one * n_suppliers + other, return_inverse=True)
    shared = [not of[pair // n_suppliers].isdisjoint(of[pair % n_suppliers]) for pair in pairs]
    return np.array(shared, dtype=np.bool_)[which]
