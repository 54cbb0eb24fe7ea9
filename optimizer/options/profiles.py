"""The distinct outage profiles: who fails, what surges, who steps in (MODEL 4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.domain.option import AlternateSets
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.scenario import OutageProfiles


def outage_profiles(portfolio: Portfolio, sets: AlternateSets) -> tuple[OutageProfiles, IntArray]:
    """
    Return the distinct profiles and the profile of every set of alternates.

    Parameters
    ----------
    portfolio
        Its SKUs, sources and hazards.
    sets
        From `alternate_sets`.  Shape ``(A,)``.

    Returns
    -------
    tuple
        The profiles in order of first appearance, and their row for every set, shape ``(A,)``.

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
    capacity_share = np.where(member >= 0, sources.capacity_share[member], 0.0)
    primary = sources.supplier[portfolio.skus.primary][sets.sku]
    category = surge_category(portfolio)[sets.sku]
    first, profile = _distinct([primary, category, *alternate.T, *ramp_days.T, *capacity_share.T])
    profiles = OutageProfiles(
        primary=primary[first],
        surge_category=category[first],
        alternate=alternate[first],
        ramp_days=ramp_days[first],
        capacity_share=capacity_share[first],
    )
    return profiles, profile


def surge_category(portfolio: Portfolio) -> TextArray:
    """
    Return the category of every SKU on which a surge hazard acts.

    Parameters
    ----------
    portfolio
        Its SKUs and hazards.

    Returns
    -------
    TextArray
        Shape ``(N,)``; ``""`` where no surge hazard targets the SKU's category.

    References
    ----------
    .. [1] The model contract, section 4.
    """
    hazards = portfolio.hazards
    targets = set(hazards.target[hazards.kind == "surge"])
    codes, names = pd.factorize(portfolio.skus.category)
    surging = np.array([name if name in targets else "" for name in names], dtype=object)
    return surging[codes]


def _distinct(columns: Sequence[FloatArray | IntArray | TextArray]) -> tuple[IntArray, IntArray]:
    """Return the first row of every distinct row, and which distinct row every row is."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        value, values = pd.factorize(column)
        code = pd.factorize(code * len(values) + value)[0]
    first = np.flatnonzero(~pd.Series(code).duplicated().to_numpy())
    return first, code
