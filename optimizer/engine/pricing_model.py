"""One case as every method of the engine reads it: priced tables, links, limits, probabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import OptionTable
from optimizer.domain.plan import Plan
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import LostDays, ScenarioSet
from optimizer.engine.blocks import equal_blocks
from optimizer.engine.envelope import cvar_cap
from optimizer.engine.kernel import PricingTable, with_knots
from optimizer.engine.knots import build_knots
from optimizer.engine.openings import Links, make_links
from optimizer.errors import VerificationError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """
    What is to be decided.

    Attributes
    ----------
    lost
        Lost days of the option table's outage profiles.
    money_unit
        Currency per unit in which all amounts of the case are counted.
    without_locks
        Makes the case in which no SKU is locked to a policy; None where none is.
    table
        What pricing reads, where `with_table` has made it ahead: cases that differ in how much
        they limit, not in what, share one.
    """

    portfolio: Portfolio
    options: OptionTable
    resources: Resources
    scenarios: ScenarioSet
    lost: LostDays
    money_unit: float
    without_locks: Callable[[], Case] | None = None
    table: PricingTable | None = None

    @property
    def resource_unit(self) -> FloatArray:
        """The resources' own units per unit of the case: `money_unit` where they are money."""
        currency = self.portfolio.settings.currency
        is_money = np.array([unit == currency for unit in self.resources.unit])
        return np.where(is_money, self.money_unit, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PricingModel:
    r"""
    The numbers of a case.  K suppliers can be onboarded, R resources have a limit.

    Attributes
    ----------
    onboarding_cost, onboarding_use
        Shapes ``(K,)`` and ``(R, K)``.
    suppliers
        Their rows in the portfolio.  Shape ``(K,)``.
    limit
        Shape ``(R,)``.
    limited
        Their rows in the case's resources.  Shape ``(R,)``.
    probability
        Shape ``(S,)``. [-]
    tail_weight
        :math:`\omega`, 0 where the measure has no tail. [-]
    tail_cap
        Most that the tail may put on each scenario (`envelope`).  Shape ``(S,)``. [-]
    """

    table: PricingTable
    links: Links
    onboarding_cost: FloatArray
    onboarding_use: FloatArray
    suppliers: IntArray
    limit: FloatArray
    limited: IntArray
    probability: FloatArray
    tail_weight: float
    tail_cap: FloatArray

    def opened_by(self, option: IntArray) -> BoolArray:
        """Return which suppliers these options need onboarded.  Shape ``(K,)``."""
        needed = self.links.supplier[self.table.set_of_option[option]]
        opened = np.zeros(len(self.onboarding_cost), dtype=np.bool_)
        opened[needed[needed >= 0]] = True
        return opened

    def plan(self, option: IntArray, n_suppliers: int) -> Plan:
        """Return the plan of these options and the onboardings they need."""
        onboard = np.zeros(n_suppliers, dtype=np.bool_)
        onboard[self.suppliers[self.opened_by(option)]] = True
        return Plan(option=option, onboard=onboard)


def with_table(case: Case) -> Case:
    """Return the case with its pricing table, for many budgets to share."""
    return replace(case, table=_table(case))


def pricing_model(case: Case) -> PricingModel:
    """Return the numbers of a case."""
    portfolio, settings = case.portfolio, case.portfolio.settings
    limited = _limited(case)
    suppliers, needed = _closed_suppliers(portfolio, case.options)
    risk = settings.risk
    written_off = settings.horizon.years / settings.onboarding.life_years
    return PricingModel(
        table=case.table or _table(case),
        links=make_links(case.options.sets.start, needed, len(suppliers)),
        onboarding_cost=portfolio.suppliers.onboarding_cost[suppliers] * written_off,
        onboarding_use=case.resources.onboard_use[np.ix_(limited, suppliers)],
        suppliers=suppliers,
        limit=case.resources.limit[limited],
        limited=limited,
        probability=case.scenarios.probability,
        tail_weight=risk.tail_weight,
        tail_cap=cvar_cap(case.scenarios.probability, risk.level),
    )


def _limited(case: Case) -> IntArray:
    return np.flatnonzero(np.isfinite(case.resources.limit))


def _table(case: Case) -> PricingTable:
    options = case.options
    if not (np.isfinite(options.cost).all() and np.isfinite(case.resources.option_use).all()):
        raise VerificationError(["an option costs or uses what is no finite number"])
    table = PricingTable(
        start=options.start,
        set_of_option=options.alternate_set,
        cost=options.cost,
        assured_days=options.assured_days,
        lot_days=options.lot_days,
        use=case.resources.option_use[_limited(case)],
        profile_of_set=options.profile_of_set,
        price_profile=price_profile(case.portfolio, case.scenarios, len(case.lost)),
        stockout_cost_per_day=options.stockout_cost_per_day,
        spend_per_day=options.spend_per_day,
        block=equal_blocks(options.stockout_cost_per_day + options.spend_per_day),
        knots=build_knots(case.lost, case.scenarios),
        beyond=np.empty((0, 4), dtype=np.int32),
    )
    return with_knots(table)


def price_profile(portfolio: Portfolio, scenarios: ScenarioSet, n_profiles: int) -> IntArray:
    """Profile of the price shocks of every SKU's category, -1 for none: those after the outages."""
    shocked = np.flatnonzero((scenarios.price_days > 0).any(axis=0))
    profile_of = {scenarios.categories[place]: n_profiles + place for place in shocked.tolist()}
    if not profile_of:
        return np.full(len(portfolio.skus), -1, dtype=np.int64)
    return np.array([profile_of.get(name, -1) for name in portfolio.skus.category])


def _closed_suppliers(portfolio: Portfolio, options: OptionTable) -> tuple[IntArray, IntArray]:
    """Return the suppliers to onboard for some set, and those each set needs, -1 for none."""
    sources = options.sets.sources
    supplier = np.where(sources >= 0, portfolio.sources.supplier[sources], 0)
    closed = (sources >= 0) & ~portfolio.suppliers.onboarded[supplier]
    suppliers, place = np.unique(supplier[closed], return_inverse=True)
    needed = np.full(sources.shape, -1, dtype=np.int64)
    needed[closed] = place
    return suppliers, needed
