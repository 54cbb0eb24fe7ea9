"""What the plan and today's stock tie up in each quarter, day by day of each SKU's own story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from optimizer.domain.portfolio import Portfolio, StockOnHand
from optimizer.verifier.decisions import Decisions
from optimizer.verifier.held import Held
from optimizer.verifier.ledger import Ledger

_BEGINS = (0.0, 91.25, 182.5, 273.75, 365.0)
_SUMS = (
    *("usable", "on_order", "blocked", "excess", "unused"),
    *("past_shelf_life", "obsolescence", "to_spend"),
)


def stock_by_quarter(portfolio: Portfolio, decisions: Decisions, stock: Held) -> list[float]:
    """Return the stock on own books that stands at most in each of four quarters. [currency]"""
    counted, skus = portfolio.stock_on_hand, portfolio.skus
    assert counted is not None  # noqa: S101  the caller looked
    totals: list[list[float]] = [[], [], [], []]
    for i, policy in enumerate(decisions.policy):
        target = policy.own_books * float(stock.mean_on_hand[i])
        if np.isnan(counted.usable[i]):
            for total in totals:
                total.append(skus.unit_cost[i] * target)
            continue
        ours = _ours(portfolio, i)
        for total, begin, end in zip(totals, _BEGINS, _BEGINS[1:], strict=False):
            standing = _most(portfolio, counted, i, begin, end)
            held = max(target, ours * standing) + ours * counted.blocked[i]
            total.append(float(skus.unit_cost[i] * held))
    return [sum(total) for total in totals]


def check_stock_facts(
    portfolio: Portfolio,
    decisions: Decisions,
    stock: Held,
    stated: Mapping[str, Any] | None,
    ledger: Ledger,
) -> None:
    """Compare what the manifest says of today's stock; runs of older versions say nothing."""
    counted = portfolio.stock_on_hand
    if stated is None or counted is None:
        ledger.require(stated is None, "stock_on_hand: found it, expected none without its table")
        return
    sums: dict[str, float] = dict.fromkeys(_SUMS, 0.0)
    sums |= {"counted": 0, "uncounted": 0, "excess_skus": 0}
    for i in range(len(decisions.names)):
        if np.isnan(counted.usable[i]):
            sums["uncounted"] += 1
            continue
        sums["counted"] += 1
        for name, amount in _of_sku(portfolio, decisions, stock, counted, i).items():
            sums[name] += amount
    size = sums["usable"] + sums["on_order"]
    for name, expected in sums.items():
        ledger.number(f"stock_on_hand.{name}", stated.get(name), expected, scale=size)
    day = None if counted.as_of is None else str(np.datetime64("1970-01-01") + counted.as_of)
    ledger.require(
        stated.get("as_of") == day,
        f"stock_on_hand.as_of: found {stated.get('as_of')}, expected {day}",
    )


def _of_sku(
    portfolio: Portfolio, decisions: Decisions, stock: Held, counted: StockOnHand, i: int
) -> dict[str, float]:
    """Return what one SKU adds to the facts."""
    skus = portfolio.skus
    ours = float(skus.unit_cost[i]) * _ours(portfolio, i)
    demand, usable, coming = (
        float(column[i]) for column in (skus.demand_mean, counted.usable, counted.on_order)
    )
    most = float(stock.mean_on_hand[i])
    if demand > 0.0:
        full = stock.reorder_point[i] + stock.reserve_units[i] + stock.order_quantity[i]
        most = max(0.0, float(full))
    excess = max(0.0, usable + coming - most)
    life, gone = float(skus.shelf_life_days[i]), 0.0
    if np.isfinite(life):
        gone = max(0.0, usable + coming - demand * life)
    # The excess over a year is a triangle, or what is left of it when the year ends.
    left = max(0.0, excess - 365.0 * demand)
    days = 365.0 if left > 0.0 or demand == 0.0 else excess / demand
    mean = (excess + left) / 2.0 * days / 365.0
    target = decisions.policy[i].own_books * float(stock.mean_on_hand[i])
    first = _most(portfolio, counted, i, _BEGINS[0], _BEGINS[1])
    missing = max(0.0, skus.unit_cost[i] * target - ours * max(first, 0.0))
    return {
        "usable": ours * usable,
        "on_order": ours * coming,
        "blocked": ours * float(counted.blocked[i]),
        "excess": ours * excess,
        "excess_skus": int(excess > 0.0),
        "unused": ours * excess if demand == 0.0 else 0.0,
        "past_shelf_life": ours * gone,
        "obsolescence": ours * mean * float(skus.obsolescence_rate[i]),
        "to_spend": float(missing),
    }


def _ours(portfolio: Portfolio, i: int) -> float:
    """Return the share of a SKU's stock of today that is on own books."""
    in_force = portfolio.plan_in_force
    today = in_force.policy[i] if in_force is not None else ""
    return float(portfolio.settings.policies[today].own_books) if today else 1.0


def _most(portfolio: Portfolio, counted: StockOnHand, i: int, begin: float, end: float) -> float:
    """Return the most of a SKU's stock of today that stands between two days. [unit]"""
    arrival = float(portfolio.sources.lead_time_mean[portfolio.skus.primary[i]])
    story = [(0.0, float(counted.usable[i])), (arrival, float(counted.on_order[i]))]
    days = {begin, *(day for day, _ in story if begin < day < end)}
    demand = float(portfolio.skus.demand_mean[i])
    return max(sum(came for day, came in story if day <= now) - demand * now for now in days)
