"""How many days a year each supplier is expected to be out."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio

HIGH_RISK_DAYS: Final = 3.0
"""Expected outage days a year from which a supplier counts as high risk: a month in ten years."""


def outage_days_per_year(portfolio: Portfolio) -> FloatArray:
    r"""
    Return the risk index of every supplier.

    .. math:: \sum_{\text{outages that hit it}} (1 - e^{-\text{rate}})\cdot
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
    days = -np.expm1(-hazards.annual_rate) * hazards.hit_probability * hazards.duration_mean_days
    index = np.zeros(len(suppliers))
    for hazard in np.flatnonzero(hazards.kind == "outage"):
        by_region = hazards.scope[hazard] == "region"
        target = suppliers.region if by_region else suppliers.supplier
        index += np.where(target == hazards.target[hazard], days[hazard], 0.0)
    return index
