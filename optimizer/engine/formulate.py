"""Option table, resources and losses → the numbers of the formulation (MODEL 5)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from models.data import ModelData
from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import OptionTable
from optimizer.domain.plan import Plan
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.engine.losses import LossEvents
from optimizer.maths.risk import value_at_risk


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Formulation:
    """
    The model's numbers, and which of the portfolio's rows they speak of.

    Attributes
    ----------
    limited
        Rows of `Resources` that have a limit.  Shape ``(R,)``.
    suppliers
        Suppliers that some option needs onboarded.  Shape ``(K,)``.
    """

    data: ModelData
    limited: IntArray
    suppliers: IntArray


def formulate(
    portfolio: Portfolio,
    options: OptionTable,
    resources: Resources,
    probability: FloatArray,
    losses: LossEvents,
) -> Formulation:
    """
    Return the formulation of one portfolio.

    Parameters
    ----------
    probability
        Of each scenario.  Shape ``(S,)``. [-]
    """
    limited = np.flatnonzero(np.isfinite(resources.limit))
    suppliers, link_option, link_supplier = _onboarding_links(portfolio, options)
    settings = portfolio.settings
    written_off = settings.horizon.years / settings.onboarding.life_years
    data = ModelData(
        start=options.start,
        cost=options.cost,
        resource_use=resources.option_use[limited],
        resource_limit=resources.limit[limited],
        onboarding_cost=portfolio.suppliers.onboarding_cost[suppliers] * written_off,
        onboarding_use=resources.onboard_use[np.ix_(limited, suppliers)],
        link_option=link_option,
        link_supplier=link_supplier,
        probability=probability,
        event_loss=losses.event_loss,
        scenario_events=losses.scenario_events,
        measure=settings.risk.measure,
        tail_level=settings.risk.level,
        tail_weight=settings.risk.tail_weight,
        loss_low=np.zeros(len(probability)),
        loss_high=np.zeros(len(probability)),
        var_low=0.0,
        var_high=0.0,
    )
    return Formulation(data=bounded(data), limited=limited, suppliers=suppliers)


def bounded(data: ModelData) -> ModelData:
    """Return the data with the bounds of every loss, and so of VaR, that its options allow."""
    low, high = _loss_range(data)
    return replace(
        data,
        loss_low=low,
        loss_high=high,
        var_low=value_at_risk(low, data.probability, data.tail_level) if low.size else 0.0,
        var_high=value_at_risk(high, data.probability, data.tail_level) if low.size else 0.0,
    )


def restrict(data: ModelData, keep: BoolArray) -> ModelData:
    """Return the model of these options alone; every SKU must keep one."""
    kept = np.concatenate([[0], np.cumsum(keep)])
    linked = keep[data.link_option]
    return bounded(
        replace(
            data,
            start=kept[data.start],
            cost=data.cost[keep],
            resource_use=data.resource_use[:, keep],
            link_option=kept[data.link_option[linked]],
            link_supplier=data.link_supplier[linked],
            event_loss=data.event_loss[:, np.flatnonzero(keep)],
        )
    )


def needed_suppliers(data: ModelData, option: IntArray) -> BoolArray:
    """Return which suppliers these options need onboarded.  Shape ``(K,)``."""
    chosen = np.zeros(len(data.cost), dtype=np.bool_)
    chosen[option] = True
    needed = np.zeros(len(data.onboarding_cost), dtype=np.bool_)
    needed[data.link_supplier[chosen[data.link_option]]] = True
    return needed


def plan_of(formulation: Formulation, option: IntArray, n_suppliers: int) -> Plan:
    """Return the plan of these options and the onboardings they need."""
    onboard = np.zeros(n_suppliers, dtype=np.bool_)
    onboard[formulation.suppliers] = needed_suppliers(formulation.data, option)
    return Plan(option=option, onboard=onboard)


def _onboarding_links(
    portfolio: Portfolio, options: OptionTable
) -> tuple[IntArray, IntArray, IntArray]:
    """Return the suppliers that may be onboarded, and (option, supplier) of every link."""
    alternates = options.sets.sources[options.alternate_set]
    option, place = np.nonzero(alternates >= 0)
    supplier = portfolio.sources.supplier[alternates[option, place]]
    closed = ~portfolio.suppliers.onboarded[supplier]
    suppliers, link_supplier = np.unique(supplier[closed], return_inverse=True)
    return suppliers, option[closed], link_supplier.astype(np.int64)


def _loss_range(data: ModelData) -> tuple[FloatArray, FloatArray]:
    """Least and greatest loss of every scenario, each SKU at its best and its worst option."""
    n_scenarios = len(data.probability)
    low, high = np.zeros(n_scenarios), np.zeros(n_scenarios)
    losses: sparse.csr_array = (data.scenario_events @ data.event_loss).tocsr()
    for s in range(n_scenarios):
        loss = losses[[s]].toarray().ravel()
        low[s] = np.minimum.reduceat(loss, data.start[:-1]).sum()
        high[s] = np.maximum.reduceat(loss, data.start[:-1]).sum()
    return low, high
