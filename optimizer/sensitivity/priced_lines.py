r"""
Priced cost of an option: its shadow-priced cost, linear in each of three inputs of its SKU.

.. math::
    c_o + \sum_r \mu_r a_{ro} + A_o + B_o + \text{shocks}_o + \text{onboarding}_o

A is the priced loss (expected loss plus marginal risk charge) to outages of the primary supplier, B
that to demand surges.  The sum is linear in the shadow price of capital :math:`\mu`; in a common
factor on all stockout costs, stated as the daily stockout cost :math:`\kappa`, to which A, B and
the routine stockouts in :math:`c_o` are proportional; and in the factor f on the rate at which the
primary is struck.  The expected loss is exactly linear in f if older outages of the alternates stay
as likely as today; the marginal risk charge is scaled in proportion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, freeze
from optimizer.domain.option import Costs, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LossLines:
    """
    Priced losses of options to disruptions.  Shape ``(O,)`` each. [currency]

    Attributes
    ----------
    outage
        Losses to outages of the primary supplier.
    surge
        Losses to demand surges.
    dearer
        Losses to price shocks, which contain no stockout cost.
    """

    outage: FloatArray
    surge: FloatArray
    dearer: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanPrices:
    """
    Shadow prices of a plan's relaxation, and the plan itself.

    Attributes
    ----------
    resource
        Shadow price of every resource, by name. [currency per unit of the resource]
    users
        Number of SKUs with each supplier as an alternate in the plan.  Shape ``(J,)``.
    chosen
        The plan.
    stockout_cost
        Daily stockout cost of each SKU.  Shape ``(N,)``.  :math:`\\kappa` [currency/day]
    """

    resource: Mapping[str, float]
    users: IntArray
    chosen: Designs
    stockout_cost: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """
    Priced options of a set of SKUs.

    Attributes
    ----------
    start
        Options of the n-th of these SKUs are rows ``start[n]:start[n + 1]``.
    chosen
        Row of each SKU's option in the plan.
    certain
        Certain cost. [currency]
    scarce
        Resource use at shadow prices. [currency]
    loss
        Priced loss to disruptions. [currency]
    onboarding
        Priced cost of suppliers that the plan onboards, or would, for this SKU alone. [currency]
    capital
        Slope in the shadow price of capital. [currency]
    stockout
        Slope in the daily stockout cost; 0 if a day costs nothing. [day]
    outages
        Slope in the factor on the rate at which the primary is struck. [currency]
    """

    start: IntArray
    chosen: IntArray
    certain: FloatArray
    scarce: FloatArray
    loss: FloatArray
    onboarding: FloatArray
    capital: FloatArray
    stockout: FloatArray
    outages: FloatArray

    def __post_init__(self) -> None:
        freeze(self)

    @property
    def priced(self) -> FloatArray:
        """Priced cost of every option. [currency]"""
        return self.certain + self.scarce + self.loss + self.onboarding

    @property
    def sku(self) -> IntArray:
        """The SKU of every option, as an index into these SKUs."""
        return np.repeat(np.arange(len(self.chosen)), np.diff(self.start))


def make_lines(
    portfolio: Portfolio,
    prices: PlanPrices,
    *,
    designs: Designs,
    costs: Costs,
    used: Resources,
    losses: LossLines,
) -> Lines:
    """
    Price all options of a set of SKUs.

    Parameters
    ----------
    designs, costs, used, losses
        Every option that the catalogue leaves these SKUs, sorted by SKU.
    """
    sku, horizon = designs.sku, portfolio.settings.horizon
    per_day = prices.stockout_cost[sku]
    of_stockouts = costs.routine_stockout + losses.outage + losses.surge
    price = np.array([prices.resource.get(name, 0.0) for name in used.name])
    alone = _alone(portfolio, prices, designs)
    written_off = horizon.years / portfolio.settings.onboarding.life_years
    opening = portfolio.suppliers.onboarding_cost * written_off + price @ used.onboard_use
    capital = used.name.index("capital")
    return Lines(
        start=np.append(np.flatnonzero(np.diff(sku, prepend=-1)), len(sku)),
        chosen=_chosen(prices.chosen, designs),
        certain=costs.total,
        scarce=price @ used.option_use,
        loss=losses.outage + losses.surge + losses.dearer,
        onboarding=_sum_of(opening, alone),
        capital=used.option_use[capital] + _sum_of(used.onboard_use[capital], alone),
        stockout=np.divide(
            of_stockouts, per_day, out=np.zeros_like(of_stockouts), where=per_day > 0.0
        ),
        outages=losses.outage,
    )


def _alone(portfolio: Portfolio, prices: PlanPrices, designs: Designs) -> IntArray:
    """Return suppliers that only this option would onboard, -1 for none.  Shape ``(O, 2)``."""
    supplier = _suppliers(portfolio, designs.alternates)
    planned = _suppliers(portfolio, prices.chosen.alternates)[designs.sku]
    by_this_sku = (supplier[:, :, None] == planned[:, None, :]).any(axis=2)
    alone = (prices.users[supplier] == by_this_sku) & ~portfolio.suppliers.onboarded[supplier]
    return np.where((supplier >= 0) & alone, supplier, -1)


def _suppliers(portfolio: Portfolio, sources: IntArray) -> IntArray:
    return np.where(sources >= 0, portfolio.sources.supplier[sources], -1)


def _sum_of(amount: FloatArray, suppliers: IntArray) -> FloatArray:
    return np.asarray(np.append(amount, 0.0)[suppliers].sum(axis=1))


def _chosen(plan: Designs, designs: Designs) -> IntArray:
    """Return the row of every SKU's option in the plan."""
    planned = plan.take(designs.sku)
    same = (
        (planned.policy == designs.policy)
        & (planned.service_level == designs.service_level)
        & (planned.reserve_days == designs.reserve_days)
        & (planned.lot_days_min == designs.lot_days_min)
        & (planned.lot_factor == designs.lot_factor)
        & (planned.alternates == designs.alternates).all(axis=1)
    )
    rows = np.flatnonzero(same)
    skus, first = np.unique(designs.sku[rows], return_index=True)
    if len(skus) < len(np.unique(designs.sku)):
        raise ValueError("a SKU's option in the plan is not among its options.")
    return rows[first]
