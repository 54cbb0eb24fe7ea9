"""The scorecard: what customers and suppliers were promised, what was kept, and what it ties up."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.inputs.readers.cells import Table
from optimizer.inputs.rules.references import Tables

SCORED: Final = ("figure", "value", "unit", "note")
"""Columns of `scored`."""
_NO_PLAN: Final = "not computable: no plan in force"
_NO_ORDERS: Final = "not computable: there is no table orders"
_NO_DELIVERIES: Final = "not computable: there is no table deliveries"
_NONE_DUE: Final = "not computable: no order line is due"
_INCOMPLETE: Final = (
    "not computable: no delivery states promised and received day and both quantities"
)
_ROUNDING: Final = 1e-9
Row = tuple[str, float | None, str, str]


def scored(
    portfolio: Portfolio, skus: pd.DataFrame, mean_on_hand: FloatArray | None, tables: Tables
) -> pd.DataFrame:
    """
    Return the scorecard: a figure a row, None with the reason where it cannot be computed.

    Parameters
    ----------
    skus
        `AUDITED`, in the portfolio's order.
    mean_on_hand
        Of the plan in force; None without one.  Shape ``(N,)``. [unit]
    tables
        As read: `orders` and `deliveries` count.
    """
    rows = [
        *customer_service(tables),
        supplier_service(tables),
        *_inventory(portfolio, mean_on_hand),
        *_resilience(portfolio, skus),
        _cash(portfolio, skus, in_force=mean_on_hand is not None),
    ]
    return pd.DataFrame(rows, columns=list(SCORED))


def _inventory(portfolio: Portfolio, mean_on_hand: FloatArray | None) -> list[Row]:
    """Return turns and days of supply: annual cost of goods against mean stock at cost."""
    names = (("Inventory turns", "1/year"), ("Days of supply", "days"))
    if mean_on_hand is None:
        return [(name, None, unit, _NO_PLAN) for name, unit in names]
    skus = portfolio.skus
    goods = float(skus.unit_cost @ skus.demand_mean) * DAYS_PER_YEAR
    at_cost = float(skus.unit_cost @ mean_on_hand)
    turns = goods / at_cost if at_cost else None
    supply = at_cost / goods * DAYS_PER_YEAR if goods else None
    note = "annual cost of goods against the mean stock of today's plan, at cost"
    return [
        (name, value, unit, note)
        for (name, unit), value in zip(names, (turns, supply), strict=True)
    ]


def _resilience(portfolio: Portfolio, skus: pd.DataFrame) -> list[Row]:
    """Return mean time to recover, and survival against it."""
    used = np.unique(portfolio.sources.supplier[portfolio.skus.primary])
    stated = portfolio.suppliers.ttr_days[used]
    stated = stated[stated > 0.0]
    of_all = f"of {len(stated):,} of {len(used):,} primary suppliers that state it"
    survives = skus["time_to_survive"].to_numpy(np.float64)
    survives = survives[~np.isnan(survives)]
    exposed = float(skus["spend_share"][skus["exposed"]].sum())
    return [
        ("MTTR, mean time to recover", _mean(stated), "days", of_all),
        (
            "TTS, time to survive",
            float(np.median(survives)) if len(survives) else None,
            "days",
            f"median of {len(survives):,} SKUs with demand",
        ),
        ("Spend whose TTS is below its TTR", exposed, "share", "of all spend"),
    ]


def _mean(values: FloatArray) -> float | None:
    return float(values.mean()) if len(values) else None


def _cash(portfolio: Portfolio, skus: pd.DataFrame, *, in_force: bool) -> Row:
    name, currency = "Cash effect of putting buffers right", portfolio.settings.currency
    if not in_force:
        return (name, None, currency, _NO_PLAN)
    released = -float(skus["buffer_capital"].sum())
    return (name, released, currency, "released, where above 0; spent, where below")


def customer_service(tables: Tables) -> list[Row]:
    """
    Return fill rate, line-item fill rate and Perfect Order Fulfillment.

    A line is due once its promised day is not after the last day of the table.  An order counts
    once all its lines are due.

    Parameters
    ----------
    tables
        As read; `orders` may be missing.
    """
    names = ("Fill rate", "Line-item fill rate", "Perfect Order Fulfillment")
    if "orders" not in tables:
        return [(name, None, "share", _NO_ORDERS) for name in names]
    lines = _lines(tables["orders"])
    due = lines[lines["due"]]
    orders = lines.groupby("order")[["due", "perfect"]].all()
    whole = orders[orders["due"]]
    if not len(due):
        return [(name, None, "share", _NONE_DUE) for name in names]
    of_lines = f"of {len(due):,} order lines due"
    return [
        (
            "Fill rate",
            float(due["in_time"].sum() / due["quantity"].sum()),
            "share",
            f"units delivered by the promised day, {of_lines}",
        ),
        (
            "Line-item fill rate",
            float(due["complete"].mean()),
            "share",
            f"complete by the promised day, {of_lines}",
        ),
        (
            "Perfect Order Fulfillment",
            float(whole["perfect"].mean()) if len(whole) else None,
            "share",
            f"complete, on the committed day, undamaged and documented, of {len(whole):,} orders",
        ),
    ]


def supplier_service(tables: Tables) -> Row:
    """
    Return the share of suppliers' deliveries that were on time and in full.

    Parameters
    ----------
    tables
        As read; `deliveries` may be missing.
    """
    name = "OTIF of suppliers"
    if "deliveries" not in tables:
        return (name, None, "share", _NO_DELIVERIES)
    numbers = tables["deliveries"].numbers
    late = numbers["received"] - numbers["promised"]
    short = numbers["quantity_ordered"] - numbers["quantity_received"]
    told = ~np.isnan(late + short)
    if not told.any():
        return (name, None, "share", _INCOMPLETE)
    kept = (late[told] <= 0.0) & (short[told] <= 0.0)
    return (name, float(kept.mean()), "share", f"of {told.sum():,} deliveries")


def _lines(orders: Table) -> pd.DataFrame:
    """Return the order lines with what became of them."""
    numbers = orders.numbers
    delivered, promised = numbers["delivered"], numbers["promised"]
    came = np.where(np.isnan(numbers["quantity_delivered"]), 0.0, numbers["quantity_delivered"])
    last = np.nanmax([np.nanmax(delivered, initial=-np.inf), -np.inf])
    last = last if np.isfinite(last) else float(promised.max(initial=-np.inf))
    on_time = delivered <= promised
    in_time = np.where(on_time, np.minimum(came, numbers["quantity"]), 0.0)
    complete = in_time >= numbers["quantity"] * (1.0 - _ROUNDING)
    columns: dict[str, Any] = {
        "order": orders.texts["order"].to_pylist(),
        "quantity": numbers["quantity"],
        "due": promised <= last,
        "in_time": in_time,
        "complete": complete,
        "perfect": complete & _stated(orders, "undamaged") & _stated(orders, "documented"),
    }
    return pd.DataFrame(columns)


def _stated(orders: Table, column: str) -> BoolArray:
    """Return a column of yes and no, empty counting as yes."""
    values = orders.numbers[column]
    return np.where(np.isnan(values), True, values != 0.0)
