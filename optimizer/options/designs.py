"""What can be chosen: the catalogue for every SKU that may use it, times its alternates."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray, ranges
from optimizer.domain.option import AlternateSets, Catalogue
from optimizer.domain.portfolio import Portfolio


def eligible_policies(portfolio: Portfolio, allowed: BoolArray) -> BoolArray:
    """
    Return which policies every SKU may use.

    Parameters
    ----------
    portfolio
        Its locks, and what its primary suppliers offer.
    allowed
        What the policy mode leaves.  Shape ``(N, n_policies)``.

    Returns
    -------
    BoolArray
        `allowed`, unless the SKU is locked to another policy, or its primary supplier does not
        offer what the policy requires.  Shape ``(N, n_policies)``.

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
    return eligible


def count_options(
    portfolio: Portfolio, catalogue: Catalogue, allowed: BoolArray, sets: AlternateSets
) -> int:
    """Return how many options there are to build before any rule drops one."""
    eligible = eligible_policies(portfolio, allowed)
    in_policy = np.bincount(catalogue.policy, minlength=eligible.shape[1])
    return int((eligible @ in_policy) @ np.diff(sets.start))


def open_choices(
    catalogue: Catalogue, eligible: BoolArray, skus: IntArray
) -> tuple[IntArray, IntArray]:
    """
    Return what the catalogue offers to some SKUs.

    Parameters
    ----------
    catalogue
        From `catalogue`.
    eligible
        From `eligible_policies`.  Shape ``(N, n_policies)``.
    skus
        Rows of the SKUs, ascending.

    Returns
    -------
    tuple of IntArray
        Row of the SKU and row of the catalogue of every design without alternates; sorted by
        SKU, then as the catalogue.

    References
    ----------
    .. [1] The model contract, section 2.
    """
    row, choice = np.nonzero(eligible[skus][:, catalogue.policy])
    return skus[row], choice


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
