"""Which SKUs a service floor speaks of."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR, ServiceFloor
from optimizer.maths.value_class import value_class
from optimizer.maths.variability_class import variability_class


def service_members(portfolio: Portfolio, floor: ServiceFloor) -> BoolArray:
    """
    Return the SKUs of a service floor.

    Parameters
    ----------
    portfolio
        Its SKUs, and where the classes of its segments begin.
    floor
        Selects by category, by primary supplier, or by segment: a value class, a variability
        class, or both as in ``A-X``.

    Returns
    -------
    BoolArray
        Shape ``(N,)``.  SKUs without demand may be among them; they weigh nothing.
    """
    skus, limits = portfolio.skus, portfolio.settings.segments
    if floor.category:
        return np.asarray(skus.category == floor.category, dtype=np.bool_)
    if floor.supplier:
        primary = portfolio.sources.supplier[skus.primary]
        return np.asarray(portfolio.suppliers.supplier[primary] == floor.supplier, dtype=np.bool_)
    value = value_class(skus.unit_cost * skus.demand_mean * DAYS_PER_YEAR, limits.value_shares)
    variability = variability_class(skus.demand_mean, skus.demand_std, limits.variation_limits)
    members = np.ones(len(skus), dtype=np.bool_)
    for part in floor.segment.split("-"):
        members &= (value == part) | (variability == part)
    return members
