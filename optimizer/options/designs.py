"""What can be chosen: the catalogue for every SKU that may use it, times its alternates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.options.alternates import AlternateSets
from optimizer.options.catalogue import catalogue


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


def single_source_designs(portfolio: Portfolio, eligible: BoolArray, skus: IntArray) -> Designs:
    """
    Return every design without alternates of some SKUs.

    Parameters
    ----------
    portfolio
        Its settings.
    eligible
        From `eligible_policies`.  Shape ``(N, n_policies)``.
    skus
        Rows of the SKUs, ascending.

    Returns
    -------
    Designs
        Sorted by SKU, then as the catalogue.

    References
    ----------
    .. [1] The model contract, section 2.
    """
    offered = catalogue(portfolio.settings)
    row, choice = np.nonzero(eligible[skus][:, offered.policy])
    return Designs(
        sku=skus[row],
        policy=offered.policy[choice],
        service_level=offered.service_level[choice],
        reserve_days=offered.reserve_days[choice],
        lot_days_min=offered.lot_days_min[choice],
        alternates=np.full((len(row), 2), -1),
    )


def with_alternates(designs: Designs, sets: AlternateSets) -> tuple[Designs, IntArray, IntArray]:
    """
    Return every design with every set of alternates of its SKU.

    Parameters
    ----------
    designs
        Without alternates, sorted by SKU.
    sets
        From `alternate_sets`.

    Returns
    -------
    tuple
        The designs, the row of the given design and the row of the set of alternates of each;
        sorted by given design, then by set.

    References
    ----------
    .. [1] The model contract, section 2.
    """
    first = sets.start[designs.sku]
    count = sets.start[designs.sku + 1] - first
    row = np.repeat(np.arange(len(designs)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    chosen = first[row] + nth
    return replace(designs.take(row), alternates=sets.sources[chosen]), row, chosen
