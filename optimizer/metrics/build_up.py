r"""
Build-ups: carrying cost and shortage costs, split into their parts (MODEL 3 and 4).

.. math::
    \text{carrying} &= y\,c\,I\,f \sum_k h_k + y\,\text{rotation}\,c\,R \\
    \text{routine} &= D H\,\tfrac{n}{Q}\,(\text{margin} + \text{expedite} + \text{goodwill})
                       + \text{downtime}\,H\,w

:math:`h_k` are the parts of the carrying rate, obsolescence the last; :math:`f` is the policy's
holding factor.  The cost of capital is one of them and appears in no other part.  A loss to
disruptions is split like its curve: into units short and days with a backorder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio, Skus
from optimizer.domain.run import RunTables
from optimizer.options.chosen import own_sets
from optimizer.options.holding import stock
from optimizer.options.loss_curves import expected_losses, loss_curves
from optimizer.options.profiles import outage_profiles
from optimizer.options.restore import restore
from optimizer.scenarios.mean_weights import mean_weights

RATES: Final = ("capital", "storage", "insurance", "tax", "shrink")
"""Parts of the carrying rate in the settings; each SKU adds its obsolescence rate."""

Parts = Mapping[str, FloatArray]


def build_up(portfolio: Portfolio, plan: pd.DataFrame, tables: RunTables) -> dict[str, Any]:
    """
    Return the parts of carrying cost, routine stockouts and expected losses.

    Parameters
    ----------
    plan
        Rows of the plan in the order of the portfolio's SKUs.
    tables
        The tables of the run, for its expected losses by hazard.

    Returns
    -------
    dict
        `carrying_rate`: each part of the rate, weighted by mean inventory at cost, and their sum
        `all`; None without inventory. [1/yr]  `carrying`, `routine_stockout` and
        `expected_loss`: each part in `all`, by `policies` and by `categories`, largest first;
        they sum to the plan's own columns. [currency over the horizon]

    References
    ----------
    .. [1] The model contract, sections 3 and 4.
    """
    category = portfolio.skus.category
    carrying = _carrying(portfolio, plan)
    routine = _of_routine(portfolio, plan)
    losses = _of_disruptions(portfolio, plan, tables)
    return {
        "carrying_rate": _rate(portfolio, plan),
        "carrying": _grouped(carrying, plan["policy"], category),
        "routine_stockout": _grouped(routine, plan["policy"], category),
        "expected_loss": _grouped(losses, plan["policy"], category),
    }


def _rate(portfolio: Portfolio, plan: pd.DataFrame) -> dict[str, float | None]:
    value = portfolio.skus.unit_cost * plan["mean_on_hand"].to_numpy()
    total = float(value.sum())
    if not total:
        return dict.fromkeys((*RATES, "obsolescence", "all"))
    obsolescence = float(value @ portfolio.skus.obsolescence_rate) / total
    stated = {name: getattr(portfolio.settings.carrying, name) for name in RATES}
    return {
        **stated,
        "obsolescence": obsolescence,
        "all": portfolio.settings.carrying.rate + obsolescence,
    }


def _carrying(portfolio: Portfolio, plan: pd.DataFrame) -> Parts:
    """Return the parts of every SKU's carrying cost.  Each ``(N,)``. [currency]"""
    skus, settings = portfolio.skus, portfolio.settings
    policies = [settings.policies[name] for name in plan["policy"]]
    factor = np.array([policy.holding_factor for policy in policies])
    rotation = np.array([policy.rotation for policy in policies])
    held = settings.horizon.years * skus.unit_cost * plan["mean_on_hand"].to_numpy() * factor
    reserve = settings.horizon.years * skus.unit_cost * plan["reserve_units"].to_numpy()
    return {
        **{name: getattr(settings.carrying, name) * held for name in RATES},
        "obsolescence": skus.obsolescence_rate * held,
        "rotation": rotation * reserve,
    }


def _of_routine(portfolio: Portfolio, plan: pd.DataFrame) -> Parts:
    """Return the parts of every SKU's routine stockout cost.  Each ``(N,)``. [currency]"""
    skus, days = portfolio.skus, portfolio.settings.horizon.days
    waiting = np.where(skus.demand_mean > 0.0, plan["waiting_share"].to_numpy(np.float64), 0.0)
    downtime = skus.downtime_cost * days * waiting
    return _split(skus, plan["routine_stockout"].to_numpy(np.float64) - downtime, downtime)


def _split(skus: Skus, of_units: FloatArray, downtime: FloatArray) -> Parts:
    """Split the cost of units short into margin, expediting and goodwill; add downtime."""
    costs = {
        "margin": skus.unit_margin,
        "expedite": skus.expedite_cost,
        "goodwill": skus.goodwill_cost,
    }
    unit = _cost_of_a_unit(skus)
    each = np.divide(of_units, unit, out=np.zeros_like(of_units), where=unit > 0.0)
    return {**{name: cost * each for name, cost in costs.items()}, "downtime": downtime}


def _cost_of_a_unit(skus: Skus) -> FloatArray:
    return skus.unit_margin + skus.expedite_cost + skus.goodwill_cost


def _of_disruptions(portfolio: Portfolio, plan: pd.DataFrame, tables: RunTables) -> Parts:
    """Return the parts of every SKU's expected loss: stockouts and price shocks."""
    hazards = portfolio.hazards
    is_price = tables.expected["hazard"].isin(hazards.hazard[hazards.kind == "price"])
    dearer = _by_sku(portfolio, tables.expected[is_price])
    stockouts = _by_sku(portfolio, tables.expected[~is_price])
    downtime = stockouts - _of_units(portfolio, plan, stockouts)
    return {
        **_split(portfolio.skus, stockouts - downtime, downtime),
        "price_shocks": dearer,
    }


def _by_sku(portfolio: Portfolio, expected: pd.DataFrame) -> FloatArray:
    sums = expected.groupby("sku")["expected_loss"].sum()
    return sums.reindex(portfolio.skus.sku, fill_value=0.0).to_numpy(dtype=np.float64)


def _of_units(portfolio: Portfolio, plan: pd.DataFrame, stockouts: FloatArray) -> FloatArray:
    """
    Return the part of the expected losses due to units short; the rest is downtime.

    For a SKU with both costs, the loss curve is computed again without downtime cost.
    Shape ``(N,)``. [currency]
    """
    skus = portfolio.skus
    unit = _cost_of_a_unit(skus)
    both = np.flatnonzero((unit > 0.0) & (skus.downtime_cost > 0.0) & (stockouts > 0.0))
    of_units = np.where(skus.downtime_cost > 0.0, 0.0, stockouts)
    if not both.size:
        return of_units
    no_downtime = np.zeros(len(skus))
    running = replace(portfolio, skus=replace(skus, downtime_cost=no_downtime))
    designs = restore(portfolio, plan.reset_index())
    sets = own_sets(designs)
    profiles, profile_of_set, _ = outage_profiles(portfolio, sets)
    weights = mean_weights(portfolio, profiles).total[profile_of_set[both]]
    chosen = designs.take(both)
    curves = loss_curves(running, chosen, stock(running, chosen))
    slope = (skus.demand_mean * unit)[both]
    of_units[both] = np.minimum(expected_losses(curves, slope, weights), stockouts[both])
    return of_units


def _grouped(
    parts: Parts, policy: pd.Series[str], category: np.ndarray[Any, Any]
) -> dict[str, Any]:
    amounts = pd.DataFrame(dict(parts))
    return {
        "all": {name: float(part.sum()) for name, part in parts.items()},
        "policies": _sums(amounts, policy.to_numpy()),
        "categories": _sums(amounts, category),
    }


def _sums(amounts: pd.DataFrame, names: np.ndarray[Any, Any]) -> dict[str, dict[str, float]]:
    sums = amounts.groupby(names).sum()
    order = (-sums.sum(axis=1)).sort_values(kind="stable").index
    rows = sums.loc[order].to_dict("index").items()
    return {str(name): {str(key): value for key, value in row.items()} for name, row in rows}
