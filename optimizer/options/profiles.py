"""Outage profiles: primary supplier, surge category, alternates, price category (MODEL 4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain.arrays import IntArray, TextArray
from optimizer.domain.option import AlternateSets
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.scenario import Profiles
from optimizer.options.distinct import distinct


def outage_profiles(
    portfolio: Portfolio, sets: AlternateSets
) -> tuple[Profiles, IntArray, IntArray]:
    """
    Return the distinct profiles, and those of every set of alternates and every SKU.

    Parameters
    ----------
    portfolio
        Its SKUs, sources and hazards.
    sets
        From `alternate_sets`.  Shape ``(A,)``.

    Returns
    -------
    tuple
        The profiles, supplies in order of first appearance; the supply's row of every set, shape
        ``(A,)``; the price category's row of every SKU, -1 for none, shape ``(N,)``.

    References
    ----------
    .. [1] The model contract, section 4.
    """
    sources, given = portfolio.sources, sets.sources >= 0
    supplier = np.where(given, sources.supplier[sets.sources], -1)
    last = np.where(given, supplier, len(portfolio.suppliers))
    by_supplier = np.argsort(last, axis=1, kind="stable")
    member = np.take_along_axis(sets.sources, by_supplier, axis=1)
    alternate = np.take_along_axis(supplier, by_supplier, axis=1)
    ramp = np.where(sources.role == CANDIDATE, sources.ramp_days, 0.0)
    ramp_days = np.where(member >= 0, ramp[member], 0.0)
    beyond = sources.lead_time_mean - sources.lead_time_mean[portfolio.skus.primary][sources.sku]
    extra_lead_days = np.where(member >= 0, beyond[member], 0.0)
    capacity_share = np.where(member >= 0, sources.capacity_share[member], 0.0)
    primary = sources.supplier[portfolio.skus.primary][sets.sku]
    category = struck_category(portfolio, "surge")[sets.sku]
    numbers = (ramp_days, extra_lead_days, capacity_share)
    first, profile = distinct(
        [primary, category, *alternate.T, *(column for pair in numbers for column in pair.T)]
    )
    hazards = portfolio.hazards
    names = sorted(set(hazards.target[hazards.kind == "price"]))
    profiles = Profiles(
        primary=primary[first],
        surge_category=category[first],
        alternate=alternate[first],
        ramp_days=ramp_days[first],
        extra_lead_days=extra_lead_days[first],
        capacity_share=capacity_share[first],
        price_category=np.array(names, dtype=object),
    )
    place = pd.Index(names, dtype=object).get_indexer(struck_category(portfolio, "price"))
    return profiles, profile, np.where(place >= 0, len(first) + place, -1)


def struck_category(portfolio: Portfolio, kind: str) -> TextArray:
    """
    Return the category of every SKU on which a hazard of a kind acts.

    Parameters
    ----------
    portfolio
        Its SKUs and hazards.
    kind
        ``surge`` or ``price``.

    Returns
    -------
    TextArray
        Shape ``(N,)``; ``""`` if no such hazard targets the SKU's category.

    References
    ----------
    .. [1] The model contract, section 4.
    """
    hazards = portfolio.hazards
    targets = set(hazards.target[hazards.kind == kind])
    codes, names = pd.factorize(portfolio.skus.category)
    struck = np.array([name if name in targets else "" for name in names], dtype=object)
    return struck[codes]
