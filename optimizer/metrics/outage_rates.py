"""Outage rates of suppliers, from the rates of the hazards that reach them."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio


def outage_rates(portfolio: Portfolio) -> FloatArray:
    r"""
    Return the rate at which each supplier is struck by an outage.

    .. math:: \Lambda_j = \sum_{h \text{ reaches } j} \lambda_h\,p_h

    Returns
    -------
    FloatArray
        Shape ``(J,)``.  Hazards of no duration do not count. [1/yr]
    """
    hazards = portfolio.hazards
    rates = np.zeros(len(portfolio.suppliers))
    strikes = (hazards.kind == "outage") & (hazards.duration_mean_days > 0.0)
    for row in np.flatnonzero(strikes).tolist():
        reached = _reached(portfolio, hazards.scope[row], hazards.target[row])
        rates[reached] += hazards.annual_rate[row] * hazards.hit_probability[row]
    return rates


def within_a_year(rate: FloatArray) -> FloatArray:
    """Return the probability of at least one event within a year at this annual rate."""
    return -np.expm1(-rate)


def _reached(portfolio: Portfolio, scope: str, target: str) -> IntArray:
    """Return the suppliers that an outage of this scope and target can hit."""
    suppliers, tags = portfolio.suppliers, portfolio.tags
    if scope == "tag":
        return np.unique(tags.supplier[tags.tag == target])
    names = suppliers.region if scope == "region" else suppliers.supplier
    return np.flatnonzero(names == target)
