"""The segment of every SKU, as in A-X-high."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import TextArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.maths.value_class import value_class
from optimizer.maths.variability_class import variability_class
from optimizer.metrics.supplier_risk import outage_days_per_year


def segment(portfolio: Portfolio) -> TextArray:
    """
    Return value class, variability class and supplier risk of every SKU.

    Parameters
    ----------
    portfolio
        Its SKUs, primary suppliers and hazards.

    Returns
    -------
    TextArray
        Shape ``(N,)``, such as ``A-X-high`` or ``C-Z-low``.

    References
    ----------
    .. [1] The model contract, section 6.
    """
    skus, limits = portfolio.skus, portfolio.settings.segments
    annual_value = skus.unit_cost * skus.demand_mean * DAYS_PER_YEAR
    value = value_class(annual_value, limits.value_shares)
    variability = variability_class(skus.demand_mean, skus.demand_std, limits.variation_limits)
    primary = portfolio.sources.supplier[skus.primary]
    is_high = outage_days_per_year(portfolio)[primary] >= limits.high_risk_days
    risk = np.where(is_high, "-high", "-low").astype(object)
    return np.asarray(value + "-" + variability + risk, dtype=object)
