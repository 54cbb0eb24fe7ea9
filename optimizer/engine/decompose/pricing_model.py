"""A case in the form that every method of the engine reads: options, links, limits, futures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import Designs, OptionTable
from optimizer.domain.plan import Plan
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import LostDays
from optimizer.engine.decompose.blocks import equal_blocks
from optimizer.engine.decompose.merged_futures import MergedFutures, merge_lossless
from optimizer.engine.decompose.onboarding import Links, fix_suppliers, make_links
from optimizer.engine.decompose.option_arrays import OptionArrays
from optimizer.engine.decompose.option_blocks import OptionBlocks
from optimizer.engine.decompose.price_table import PricingTable
from optimizer.engine.envelope import cvar_cap
from optimizer.errors import VerificationError

_SINGLE: Final = 1.0 - 2.0**-23
_SMALLEST: Final = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """
    The decision problem: a portfolio with its options, resources and futures.

    Attributes
    ----------
    probability
        Probability of each future.  Shape ``(S,)``. [-]
    lost
        Lost days of the option table's profiles.
    money_unit
        Currency per money unit of the case.
    without_locks
        Makes the same case with no SKU locked to a policy; None if none is locked.
    curves_of
        Returns loss curves in full precision, if the table has them rounded down.
    table
        The pricing table, if `with_table` has made it: cases that differ only in the sizes of
        their limits share one.
    """

    portfolio: Portfolio
    options: OptionTable
    resources: Resources
    probability: FloatArray
    lost: LostDays
    money_unit: float
    without_locks: Callable[[], Case] | None = None
    curves_of: Callable[[Designs], FloatArray] | None = None
    table: tuple[PricingTable, MergedFutures] | None = None

    @property
    def resource_unit(self) -> FloatArray:
        """Units of each resource per unit of the case: `money_unit` if it is money, otherwise 1."""
        currency = self.portfolio.settings.currency
        is_money = np.array([unit == currency for unit in self.resources.unit])
        return np.where(is_money, self.money_unit, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PricingModel:
    r"""
    The numbers of a case.  K suppliers can be onboarded, R resources have a limit.

    Attributes
    ----------
    n_sources
        Alternates in each set.  Shape ``(A,)``.
    onboarding_cost, onboarding_use
        Shapes ``(K,)`` and ``(R, K)``.
    suppliers
        The suppliers' rows in the portfolio.  Shape ``(K,)``.
    limit
        Shape ``(R,)``.
    limited
        The limits' rows in the case's resources.  Shape ``(R,)``.
    futures
        The case's futures merged into scenarios (`merged_futures`).
    probability
        Probability of each scenario.  Shape ``(S,)``. [-]
    tail_charge
        :math:`\omega y`, 0 if the measure has no tail. [-]
    tail_cap
        Largest weight the tail may put on each scenario (`envelope`).  Shape ``(S,)``. [-]
    """

    options: OptionBlocks
    links: Links
    n_sources: IntArray
    onboarding_cost: FloatArray
    onboarding_use: FloatArray
    suppliers: IntArray
    limit: FloatArray
    limited: IntArray
    futures: MergedFutures
    probability: FloatArray
    tail_charge: float
    tail_cap: FloatArray

    def opened_by(self, option: IntArray) -> BoolArray:
        """Return whether these options need each supplier onboarded.  Shape ``(K,)``."""
        needed = self.links.supplier[self.options.set_of(option)]
        opened = np.zeros(len(self.onboarding_cost), dtype=np.bool_)
        opened[needed[needed >= 0]] = True
        return opened

    def opening_price(self, resource: FloatArray) -> FloatArray:
        """Return what onboarding each supplier costs at prices of the limits.  ``(K,)``"""
        return np.asarray(self.onboarding_cost + resource @ self.onboarding_use)

    def deciding(self, opened: BoolArray, closed: BoolArray, excluded: IntArray) -> PricingModel:
        """
        Return the model of the plans that keep some decisions.

        The limits are what the opened suppliers leave of them; their cost is not in the model.

        Parameters
        ----------
        opened, closed
            Suppliers that are onboarded, used or not, and those that may not be.  Shape ``(K,)``.
        excluded
            Options that may not be chosen.  Shape ``(n,)``.
        """
        return replace(
            self,
            options=self.options.without(excluded),
            links=fix_suppliers(self.links, opened, closed),
            limit=self.limit - self.onboarding_use[:, opened].sum(axis=1),
        )

    def plan(self, option: IntArray, n_suppliers: int) -> Plan:
        """Return the plan of these options, with the onboardings they need."""
        onboard = np.zeros(n_suppliers, dtype=np.bool_)
        onboard[self.suppliers[self.opened_by(option)]] = True
        return Plan(option=option, onboard=onboard)


def with_table(case: Case) -> Case:
    """Return the case with its pricing table, which many budgets can share."""
    return replace(case, table=_table(case))


def pricing_model(case: Case) -> PricingModel:
    """Return the case in the form that the engine reads."""
    portfolio, settings = case.portfolio, case.portfolio.settings
    limited = _limited(case)
    suppliers, needed = _closed_suppliers(portfolio, case.options)
    written_off = settings.horizon.years / settings.onboarding.life_years
    table, futures = case.table or _table(case)
    return PricingModel(
        options=OptionArrays(table),
        links=make_links(case.options.sets.start, needed, len(suppliers)),
        n_sources=(case.options.sets.sources >= 0).sum(axis=1),
        onboarding_cost=portfolio.suppliers.onboarding_cost[suppliers] * written_off,
        onboarding_use=case.resources.onboard_use[np.ix_(limited, suppliers)],
        suppliers=suppliers,
        limit=case.resources.limit[limited],
        limited=limited,
        futures=futures,
        probability=futures.probability,
        tail_charge=settings.tail_charge,
        tail_cap=cvar_cap(futures.probability, settings.risk.level),
    )


def plan_alone(case: Case, model: PricingModel, option: IntArray) -> PricingModel:
    """
    Return the model in which a plan is the only choice, with loss curves in full precision.

    Raises
    ------
    VerificationError
        If the table's curves are not those curves rounded down.
    """
    chosen, every = model.options.take(option), np.arange(model.options.n_skus)
    rounded = chosen.curves
    curves = case.curves_of(case.options.designs(option)) if case.curves_of else rounded
    if not np.all((rounded <= curves) & (curves * _SINGLE <= rounded + _SMALLEST)):
        raise VerificationError(["the loss curves that were priced are not the plan's own"])
    alone = PricingTable(
        start=np.arange(len(option) + 1),
        set_of_option=chosen.alternate_set.astype(np.int32),
        cost=chosen.cost,
        mean=chosen.mean,
        curve=every.astype(np.int32),
        curves=curves,
        lot_days=chosen.lot_days,
        use=chosen.use,
        profile_of_set=case.options.profile_of_set,
        price_profile=chosen.price_profile,
        slope=chosen.slope,
        spend=chosen.spend,
        block=model.options.block,
        impacts=model.futures.impacts,
    )
    return replace(model, options=OptionArrays(alone))


def _limited(case: Case) -> IntArray:
    return np.flatnonzero(np.isfinite(case.resources.limit))


def _limited_use(case: Case) -> FloatArray:
    """Return every option's use of the limited resources, without a copy if all are limited."""
    limited, use = _limited(case), case.resources.option_use
    return use if len(limited) == len(use) else use[limited]


def _table(case: Case) -> tuple[PricingTable, MergedFutures]:
    options = case.options
    finite = (options.cost, options.expected_loss, options.loss_curves, case.resources.option_use)
    if not all(np.isfinite(numbers.sum(dtype=np.float64)) for numbers in finite):
        raise VerificationError(["an option costs, loses or uses what is no finite number"])
    futures = merge_lossless(options, case.lost, case.probability)
    table = PricingTable(
        start=options.start,
        set_of_option=options.alternate_set,
        cost=options.cost,
        mean=options.expected_loss,
        curve=options.curve,
        curves=options.loss_curves,
        lot_days=options.lot_days,
        use=_limited_use(case),
        profile_of_set=options.profile_of_set,
        price_profile=options.price_profile,
        slope=options.stockout_cost_per_day,
        spend=options.spend_per_day,
        block=equal_blocks(options.stockout_cost_per_day + options.spend_per_day),
        impacts=futures.impacts,
    )
    return table, futures


def _closed_suppliers(portfolio: Portfolio, options: OptionTable) -> tuple[IntArray, IntArray]:
    """Return the suppliers that any set needs onboarded, and those of each set, -1 for none."""
    sources = options.sets.sources
    supplier = np.where(sources >= 0, portfolio.sources.supplier[sources], 0)
    closed = (sources >= 0) & ~portfolio.suppliers.onboarded[supplier]
    suppliers, place = np.unique(supplier[closed], return_inverse=True)
    needed = np.full(sources.shape, -1, dtype=np.int64)
    needed[closed] = place
    return suppliers, needed
