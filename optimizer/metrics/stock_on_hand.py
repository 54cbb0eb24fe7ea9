r"""
Today's stock against the plan: excess, cash to release and to spend, and the way to the plan.

.. math::
    \text{excess} &= \max(u + o - (s + Q),\, 0), \qquad
    \text{months} = \text{excess} / (D \cdot 365/12) \\
    \text{past its shelf life} &= \max(u + o - D\,\text{life},\, 0) \\
    \text{capital}_k &= \sum_i c_i \bigl(\max(b_i I_i,\, b^0_i s_{ik})
        + b^0_i\,\text{blocked}_i\bigr) + \text{one-time cash}

u is usable, o on order, :math:`s + Q` the most that the plan ever holds and has on order,
:math:`s_k` the most of today's stock that stands in quarter k (`maths.used_up`), :math:`b^0` the
share of today's stock on own books.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.manifest import StockFacts
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.maths.used_up import MONTH_DAYS, QUARTER_DAYS, QUARTERS
from optimizer.metrics.staged_funding import BuildUps, staged
from optimizer.options.capital_by_quarter import books_today, on_books

_LISTED: Final = 1_000
"""SKUs with excess that are listed, the dearest first."""


def with_stock_facts(portfolio: Portfolio, tables: RunTables) -> RunTables:
    """Return a run whose manifest tells of today's stock, where that is known."""
    facts = stock_facts(portfolio, _in_order(portfolio, tables))
    return replace(tables, manifest=tables.manifest.model_copy(update={"stock_on_hand": facts}))


def stock_facts(portfolio: Portfolio, plan: pd.DataFrame) -> StockFacts | None:
    """
    Return today's stock against the plan in a few numbers; None without a table `stock`.

    Parameters
    ----------
    plan
        One row per SKU, in the portfolio's order.
    """
    counted = portfolio.stock_on_hand
    if counted is None:
        return None
    cost, every = portfolio.skus.unit_cost, np.arange(len(portfolio.skus))
    value = cost * books_today(portfolio, every)
    rows = excess_by_sku(portfolio, plan)
    today = on_books(portfolio, counted, every)
    short = np.maximum(plan["capital"].to_numpy(np.float64) - cost * today.most[0], 0.0)
    return StockFacts(
        as_of=None if counted.as_of is None else str(np.datetime64(counted.as_of, "D")),
        counted=int(counted.is_counted.sum()),
        uncounted=int((~counted.is_counted).sum()),
        **{
            name: float(np.nansum(value * getattr(counted, name)))
            for name in ("usable", "on_order", "blocked")
        },
        **{name: float(rows[name].sum()) for name in ("excess", "past_shelf_life", "obsolescence")},
        excess_skus=int((rows["excess_units"] > 0.0).sum()),
        unused=float(rows["excess"].to_numpy()[portfolio.skus.demand_mean == 0.0].sum()),
        to_spend=float(short[counted.is_counted].sum()),
    )


def stock_on_hand(
    portfolio: Portfolio, plan: pd.DataFrame, tables: RunTables
) -> dict[str, Any] | None:
    """
    Return the facts, the way to the plan and the SKUs with excess; None without a table `stock`.

    Parameters
    ----------
    plan
        One row per SKU, in the portfolio's order.
    tables
        The run, for its one-time cash and for what its build-ups save.

    Returns
    -------
    dict
        `StockFacts`; `quarters`: the capital of each, at once and in stages, and its limit;
        `peak`: the largest at once; `build_ups`: each with the quarter in which it is funded; None
        where a stopped run does not say what they save; `skus`: those with excess.
    """
    facts = stock_facts(portfolio, plan)
    if facts is None:
        return None
    return {
        **facts.model_dump(),
        **_path(portfolio, plan, tables),
        "skus": _listed(excess_by_sku(portfolio, plan)),
    }


def _in_order(portfolio: Portfolio, tables: RunTables) -> pd.DataFrame:
    return tables.plan.set_index("sku").loc[list(portfolio.skus.sku)]


def excess_by_sku(portfolio: Portfolio, plan: pd.DataFrame) -> pd.DataFrame:
    """
    Return the excess of every SKU [unit], its money on own books, and how long it lasts [months].

    A SKU that was not counted has none.
    """
    counted, skus = portfolio.stock_on_hand, portfolio.skus
    assert counted is not None  # noqa: S101  the caller looked
    value = skus.unit_cost * books_today(portfolio, np.arange(len(skus)))
    names = ("reorder_point", "reserve_units", "order_quantity")
    most = np.maximum(sum(plan[name].to_numpy(np.float64) for name in names), 0.0)
    most = np.where(skus.demand_mean > 0.0, most, plan["mean_on_hand"].to_numpy(np.float64))
    position = np.nan_to_num(counted.usable + counted.on_order)
    excess = np.where(counted.is_counted, np.maximum(position - most, 0.0), 0.0)
    keeps = np.where(skus.demand_mean > 0.0, skus.shelf_life_days, 0.0) * skus.demand_mean
    lasts = np.where(np.isinf(skus.shelf_life_days), np.inf, keeps)
    return pd.DataFrame(
        {
            "sku": skus.sku,
            "on_hand": counted.usable + counted.blocked,
            "blocked": counted.blocked,
            "on_order": counted.on_order,
            "plan_most": most,
            "excess_units": excess,
            "excess": value * excess,
            "excess_months": _divided(excess, skus.demand_mean * MONTH_DAYS),
            "past_shelf_life": value * np.maximum(position - lasts, 0.0),
            "obsolescence": value
            * skus.obsolescence_rate
            * _mean_of_a_year(excess, skus.demand_mean),
        }
    )


def _divided(units: FloatArray, rate: FloatArray) -> FloatArray:
    """Return units / rate, ``inf`` where units are never used up."""
    never = np.where(units > 0.0, np.inf, 0.0)
    return np.divide(units, rate, out=never, where=rate > 0.0)


def _mean_of_a_year(excess: FloatArray, demand: FloatArray) -> FloatArray:
    """Return the mean excess over the next year, as demand uses it up. [unit]"""
    years = np.minimum(_divided(excess, demand * DAYS_PER_YEAR), 1.0)
    return np.asarray(years * (excess - demand * DAYS_PER_YEAR * years / 2.0))


def _listed(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the SKUs with excess or with stock that will expire; months None where never."""
    some = rows[(rows["excess"] > 0.0) | (rows["past_shelf_life"] > 0.0)]
    order = ["excess", "past_shelf_life"]
    first = some.sort_values(order, ascending=False, kind="stable").head(_LISTED)
    rows_of = first.astype(object).where(first != np.inf, None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows_of]


def _path(portfolio: Portfolio, plan: pd.DataFrame, tables: RunTables) -> dict[str, Any]:
    """Return the capital of each quarter, at once and in stages, and what makes its peak."""
    counted = portfolio.stock_on_hand
    assert counted is not None  # noqa: S101  the caller looked
    today = on_books(portfolio, counted, np.arange(len(portfolio.skus)))
    cost, budget = portfolio.skus.unit_cost, portfolio.settings.budget
    capital = plan["capital"].to_numpy(np.float64)
    held = np.maximum(capital, cost * today.most)
    cash = 0.0
    if budget.includes_qualification:
        cash = float(tables.qualifications["cost"].sum() + tables.onboardings["cost"].sum())
    blocked = float(cost @ today.blocked)
    at_once = held.sum(axis=1) + blocked + cash
    limits: tuple[float | None, ...] = budget.quarters or (budget.capital,) * QUARTERS
    funding = staged(BuildUps.of(portfolio, plan, tables, cost * today.most), at_once, limits)
    peak = int(np.argmax(at_once))
    above = held[peak] - capital
    above = np.where(above > 1e-9 * max(float(capital.sum()), 1.0), above, 0.0)
    dearest = np.argsort(-above, kind="stable")[: int((above > 0.0).sum())]
    return {
        "plan_capital": float(capital.sum()) + cash,
        "one_time_cash": cash,
        "peak": {
            "quarter": peak + 1,
            "capital": float(at_once[peak]),
            "above_plan": float(above.sum()),
            "blocked": blocked,
            "skus": len(dearest),
            "largest": [str(name) for name in portfolio.skus.sku[dearest[:3]]],
        },
        "quarters": [
            {
                "quarter": k + 1,
                "begins_on_day": QUARTER_DAYS * k,
                "capital": float(at_once[k]),
                "above_plan": float((held[k] - capital).sum()),
                "staged": None if funding is None else float(funding.capital[k]),
                "limit": limits[k],
            }
            for k in range(QUARTERS)
        ],
        "build_ups": None if funding is None else funding.rows,
    }
