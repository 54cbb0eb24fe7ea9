"""Resource use of options and onboardings (MODEL 5)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.option import Costs, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.maths.service_members import service_members
from optimizer.options.capital_by_quarter import CAPITAL_BY_QUARTER, capital_by_quarter
from optimizer.options.costs import spend_per_day


class Resource(NamedTuple):
    """One row of `Resources`."""

    name: str
    unit: str
    option_use: FloatArray
    onboard_use: FloatArray
    limit: float | None


def resources(portfolio: Portfolio, designs: Designs, costs: Costs) -> Resources:
    """
    Return every resource, limited or not.

    Parameters
    ----------
    portfolio
        Its budgets and limits.
    designs, costs
        The options.

    Returns
    -------
    Resources
        Capital, one capital per budgeted category, one per quarter if today's stock is known,
        storage, qualifications, onboardings, changes if there is a plan in force, and units short
        per service floor.

    References
    ----------
    .. [1] The model contract, section 5.
    """
    rows = [
        *_capital(portfolio, designs, costs),
        *_by_quarter(portfolio, designs, costs),
        *_counted(portfolio, costs),
        *_service(portfolio, designs, costs),
    ]
    limits = [np.inf if row.limit is None else float(row.limit) for row in rows]
    return Resources(
        name=tuple(row.name for row in rows),
        unit=tuple(row.unit for row in rows),
        option_use=np.stack([row.option_use for row in rows]),
        onboard_use=np.stack([row.onboard_use for row in rows]),
        limit=np.array(limits),
    )


def decisive(every: Resources) -> Resources:
    """
    Return the resources that matter to a decision: capital, and every limited resource.

    Parameters
    ----------
    every
        From `resources`.

    Returns
    -------
    Resources
        In the same order.
    """
    rows = [r for r, name in enumerate(every.name) if name == "capital" or every.limit[r] < np.inf]
    return Resources(
        name=tuple(every.name[r] for r in rows),
        unit=tuple(every.unit[r] for r in rows),
        option_use=every.option_use[rows],
        onboard_use=every.onboard_use[rows],
        limit=every.limit[rows],
    )


def _capital(portfolio: Portfolio, designs: Designs, costs: Costs) -> list[Resource]:
    """Return capital: stock on own books, and one-time cash if the budget includes it."""
    budget, currency = portfolio.settings.budget, portfolio.settings.currency
    suppliers = portfolio.suppliers
    cash, onboard = _cash(portfolio, costs)
    use = costs.capital + cash
    rows = [Resource("capital", currency, use, onboard, budget.capital)]
    for category, limit in budget.category.items():
        within = portfolio.skus.category[designs.sku] == category
        part = np.where(within, use, 0.0)
        nothing = np.zeros(len(suppliers))
        rows.append(Resource(f"capital:{category}", currency, part, nothing, limit))
    return rows


def _by_quarter(portfolio: Portfolio, designs: Designs, costs: Costs) -> list[Resource]:
    """Return capital by quarter, today's stock counted; one-time cash is paid at the begin."""
    if portfolio.stock_on_hand is None:
        return []
    budget, currency = portfolio.settings.budget, portfolio.settings.currency
    cash, onboard = _cash(portfolio, costs)
    held = capital_by_quarter(portfolio, designs, costs.mean_on_hand)
    limits = budget.quarters or (None,) * len(held)
    return [
        Resource(name, currency, stock + cash, onboard, limit)
        for name, stock, limit in zip(CAPITAL_BY_QUARTER, held, limits, strict=True)
    ]


def _cash(portfolio: Portfolio, costs: Costs) -> tuple[FloatArray, FloatArray]:
    """Return the one-time cash of options and of onboardings, 0 where it is no capital."""
    suppliers = portfolio.suppliers
    if not portfolio.settings.budget.includes_qualification:
        return np.zeros(len(costs.capital)), np.zeros(len(suppliers))
    return costs.qualification_cash, np.where(suppliers.onboarded, 0.0, suppliers.onboarding_cost)


def _counted(portfolio: Portfolio, costs: Costs) -> list[Resource]:
    """Return storage space and counted resources: qualifications, onboardings, changes."""
    limits, suppliers = portfolio.settings.limits, portfolio.suppliers
    no_option, no_supplier = np.zeros(len(costs.capital)), np.zeros(len(suppliers))
    new = np.where(suppliers.onboarded, 0.0, 1.0)
    rows = [
        Resource("storage", "m³", costs.storage, no_supplier, limits.storage),
        Resource(
            "qualifications", "sources", costs.qualifications, no_supplier, limits.qualifications
        ),
        Resource("onboardings", "suppliers", no_option, new, limits.onboardings),
    ]
    if portfolio.plan_in_force is not None:
        rows.append(Resource("changes", "SKUs", costs.change, no_supplier, limits.changes))
    return rows


@lru_cache(maxsize=2)
def service_weights(portfolio: Portfolio) -> dict[str, FloatArray]:
    r"""
    Return what a SKU weighs in each service floor, by the floor's resource.

    .. math:: w_i = 100\,\frac{c_i D_i}{\sum_k c_k D_k}

    Parameters
    ----------
    portfolio
        Its SKUs and floors.

    Returns
    -------
    dict of FloatArray
        Shape ``(N,)`` each.  [%].  All 0 if none of its SKUs has demand.  Kept for the last
        portfolios, as every block of SKUs asks for them.
    """
    if not portfolio.settings.limits.service:
        return {}
    spend = spend_per_day(portfolio, np.arange(len(portfolio.skus)))
    weights = {}
    for floor in portfolio.settings.limits.service:
        within = np.where(service_members(portfolio, floor), spend, 0.0)
        weights[floor.resource] = 100.0 * within / (within.sum() or 1.0)
    return weights


def _service(portfolio: Portfolio, designs: Designs, costs: Costs) -> list[Resource]:
    """Return the share of demand short, one row per service floor: linear, as fill rates add."""
    weights, short = service_weights(portfolio), 1.0 - costs.fill_rate
    nothing = np.zeros(len(portfolio.suppliers))
    return [
        Resource(
            floor.resource,
            "%",
            weights[floor.resource][designs.sku] * short,
            nothing,
            floor.most_short,
        )
        for floor in portfolio.settings.limits.service
    ]
