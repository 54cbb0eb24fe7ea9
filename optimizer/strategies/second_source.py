"""The alternate of every SKU with the lowest yearly cost."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import CANDIDATE, PRIMARY, Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.options.costs import spend_per_day


def second_source(portfolio: Portfolio) -> IntArray:
    """
    Return the cheapest alternate of every SKU.

    Parameters
    ----------
    portfolio
        Its sources, suppliers and SKUs.

    Returns
    -------
    IntArray
        Row of `Sources`, -1 without an alternate or demand; the first of ties.  Shape ``(N,)``.
    """
    sources, has_demand = portfolio.sources, portfolio.skus.demand_mean > 0.0
    usable = np.flatnonzero((sources.role != PRIMARY) & has_demand[sources.sku])
    order = usable[np.lexsort((yearly_cost(portfolio)[usable], sources.sku[usable]))]
    sku, first = np.unique(sources.sku[order], return_index=True)
    cheapest = np.full(len(portfolio.skus), -1)
    cheapest[sku] = order[first]
    return cheapest


def yearly_cost(portfolio: Portfolio) -> FloatArray:
    r"""
    Return the yearly cost of each source as its SKU's only alternate.

    .. math:: 365\,c D\,\text{volume share}\cdot\text{price premium}
              + \frac{\text{qualification cost}}{\text{life}}
              + \frac{\text{onboarding cost}}{\text{life}}

    Qualification applies to candidates; onboarding to suppliers not yet onboarded, in full although
    other SKUs may share it.

    Parameters
    ----------
    portfolio
        Its sources, suppliers and SKUs.

    Returns
    -------
    FloatArray
        One row per source, negative if it is cheaper than the primary. [currency/yr]
    """
    sources, suppliers, settings = portfolio.sources, portfolio.suppliers, portfolio.settings
    spend = spend_per_day(portfolio, np.arange(len(portfolio.skus)))[sources.sku] * DAYS_PER_YEAR
    to_qualify = np.where(sources.role == CANDIDATE, sources.qualification_cost, 0.0)
    to_onboard = np.where(suppliers.onboarded, 0.0, suppliers.onboarding_cost)[sources.supplier]
    return (
        spend * sources.volume_share * sources.price_premium
        + to_qualify / settings.qualification.life_years
        + to_onboard / settings.onboarding.life_years
    )
