r"""
Carrying cost and the cost of being short, split into what they are made of (MODEL 3 and 4).

.. math::
    \text{carrying} &= y\,c\,I\,f \sum_k h_k + y\,\text{rotation}\,c\,R \\
    \kappa &= D\,(\text{margin} + \text{expedite} + \text{goodwill}) + \text{downtime}

:math:`h_k` are the parts of the carrying rate, obsolescence the last; :math:`f` is the policy's
holding factor.  The cost of capital is one of them and stands in no other part.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio, Skus
from optimizer.domain.run import RunTables
from optimizer.maths.outage import short_days

RATES: Final = ("capital", "storage", "insurance", "tax", "shrink")
"""Parts of the carrying rate that the settings state; a SKU adds its obsolescence."""

Parts = Mapping[str, FloatArray]


def build_up(portfolio: Portfolio, plan: pd.DataFrame, tables: RunTables) -> dict[str, Any]:
    """
    Return what carrying, routine stockouts and expected losses are made of.

    Parameters
    ----------
    plan
        Rows of the plan in the order of the portfolio's SKUs.
    tables
        The run they are of, for its scenarios and price shocks.

    Returns
    -------
    dict
        `carrying_rate`: each part of the rate, weighted by mean inventory at cost, and their sum
        `all`; None where there is no inventory. [1/yr]  `carrying`, `routine_stockout` and
        `expected_loss`: each part in `all`, by `policies` and by `categories`, largest first;
        they sum to the plan's own columns. [currency over the horizon]

    References
    ----------
    .. [1] The model contract, sections 3 and 4.
    """
    category = portfolio.skus.category
    carrying = _carrying(portfolio, plan)
    routine = _of_stockouts(portfolio.skus, plan["routine_stockout"].to_numpy(dtype=np.float64))
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


def _of_stockouts(skus: Skus, cost: FloatArray) -> Parts:
    """Split what days short cost every SKU, as its daily stockout cost is.  Each ``(N,)``."""
    daily = {
        "margin": skus.demand_mean * skus.unit_margin,
        "expedite": skus.demand_mean * skus.expedite_cost,
        "goodwill": skus.demand_mean * skus.goodwill_cost,
        "downtime": np.where(skus.demand_mean > 0.0, skus.downtime_cost, 0.0),
    }
    stockout_cost = np.sum(list(daily.values()), axis=0)
    each_day = cost / np.where(stockout_cost > 0.0, stockout_cost, 1.0)
    return {name: part * each_day for name, part in daily.items()}


def _of_disruptions(portfolio: Portfolio, plan: pd.DataFrame, tables: RunTables) -> Parts:
    """Return price shocks, and the rest of every SKU's expected loss as stockouts."""
    loss = plan["expected_loss"].to_numpy(dtype=np.float64)
    shocks = _price_shocks(portfolio, plan, tables)
    return {**_of_stockouts(portfolio.skus, loss - shocks), "price_shocks": shocks}


def _price_shocks(portfolio: Portfolio, plan: pd.DataFrame, tables: RunTables) -> FloatArray:
    r"""Return :math:`c D \sum_s p_s (\pi_s - 1)\,\text{short}(m_s; a, q)`.  ``(N,)`` [currency]"""
    spend = portfolio.skus.unit_cost * portfolio.skus.demand_mean
    assured, lot = plan["assured_days"].to_numpy(), plan["lot_days"].to_numpy()
    cost = np.zeros(len(spend))
    for category, shocks in _dearer(tables).groupby("category"):
        rows = np.flatnonzero((portfolio.skus.category == category) & (spend > 0.0))
        for days, dearer in shocks.groupby("days")["dearer"].sum().items():
            short = short_days(np.array([days], dtype=np.float64), assured[rows], lot[rows])
            cost[rows] += spend[rows] * dearer * short
    return cost


def _dearer(tables: RunTables) -> pd.DataFrame:
    """Return the price shocks, `dearer` being probability times what they add to the price."""
    shocks = tables.shocks[tables.shocks["kind"] == "price"]
    probability = tables.scenarios.set_index("scenario")["probability"]
    weight = probability.reindex(shocks["scenario"]).to_numpy()
    return shocks.assign(dearer=weight * (shocks["multiplier"] - 1.0))


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
