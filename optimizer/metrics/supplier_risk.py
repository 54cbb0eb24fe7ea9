"""Expected outage days per year of each supplier."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.portfolio import Portfolio


def outage_days_per_year(portfolio: Portfolio) -> FloatArray:
    r"""
    Return the risk index of every supplier.

    .. math:: \sum_{\text{outages that reach it}} \text{rate}\cdot
              \text{hit probability}\cdot\text{mean duration}

    Parameters
    ----------
    portfolio
        Its suppliers and hazards.

    Returns
    -------
    FloatArray
        Shape ``(J,)``.  [day/yr].  Outages that overlap are counted twice: an index, not a
        forecast.

    References
    ----------
    .. [1] The model contract, section 4.
    """
    hazards, suppliers = portfolio.hazards, portfolio.suppliers
    days = hazards.annual_rate * hazards.hit_probability * hazards.duration_mean_days
    index = np.zeros(len(suppliers))
    for hazard in np.flatnonzero(hazards.kind == "outage").tolist():
        index += np.where(reaches(portfolio, hazard), days[hazard], 0.0)
    return index


def reaches(portfolio: Portfolio, hazard: int) -> BoolArray:
    """Return whether an outage can hit each supplier.  Shape ``(J,)``."""
    suppliers, tags = portfolio.suppliers, portfolio.tags
    scope, target = portfolio.hazards.scope[hazard], portfolio.hazards.target[hazard]
    if scope == "tag":
        carriers = tags.supplier[tags.tag == target]
        return np.isin(np.arange(len(suppliers)), carriers)
    name = suppliers.region if scope == "region" else suppliers.supplier
    return np.asarray(name == target, dtype=np.bool_)
