"""What a mapping can write of a SKU: names as given, quantities exact, days and safety stock."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import quote

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError, Problem
from optimizer.maths.lot_size import ROUNDING, round_up

LARGEST: Final = 2.0**53
"""Up to here a float is an exact count of units."""
_DECIDED: Final = ("order_quantity", "reorder_point", "reserve_units")

Values = dict[str, list[str] | list[Decimal | None]]
"""By field, one value per SKU."""


def fields_of(
    portfolio: Portfolio, plan: pd.DataFrame, run: str, *, below: bool
) -> tuple[Values, BoolArray]:
    """
    Return every field of every SKU, and which SKUs are held without stock.

    With s the reorder point and reserve, δ the SKU's smallest unit: `order_level` is s, or s + δ
    where the ERP orders when stock falls **below** its level; `order_up_to` is s + Q.  A SKU
    without stock is ordered when somebody asks for it: level 0 where `below`, else none.
    `safety_stock` is rounded up to δ, as reorder points are, and 0 where the plan keeps less than
    the lead time's demand.  `lead_time_days` is the primary's, rounded up.

    Parameters
    ----------
    plan
        ``plan.parquet`` of a run, the SKUs in the portfolio's order.
    run
        What to call it where a quantity is refused.

    Raises
    ------
    BadInputError
        If a quantity decided is not a multiple of its SKU's smallest unit: none is rounded here.
    """
    skus = portfolio.skus
    unit = 10.0**-skus.unit_decimals
    counts = {name: plan[name].to_numpy(np.float64) / unit for name in _DECIDED}
    _check_whole(plan, counts, skus.unit_decimals, run)
    lot, point, reserve = (np.rint(count).astype(np.int64) for count in counts.values())
    held = point + reserve
    on_demand = np.asarray((held < 0) | (lot == 0))
    safety = round_up(plan["safety_stock"].to_numpy(np.float64), unit) / unit
    multiple = np.maximum(skus.order_multiple, unit)
    least = round_up(np.maximum(skus.min_order_qty, multiple), multiple)

    def exact(count: IntArray) -> list[Decimal | None]:
        places = skus.unit_decimals.astype(np.int64).tolist()
        pairs = zip(count.tolist(), places, strict=True)
        return [Decimal(number).scaleb(-decimals) for number, decimals in pairs]

    def on_grid(value: FloatArray) -> list[Decimal | None]:
        return exact(np.rint(value / unit).astype(np.int64))

    level = exact(np.where(on_demand, 0, held + below))
    numbers: dict[str, list[Decimal | None]] = {
        "order_level": level if below else _none_where(on_demand, level),
        "reorder_point": exact(point),
        "reserve": exact(reserve),
        "order_quantity": exact(lot),
        "order_up_to": exact(np.maximum(held + lot, 0)),
        "safety_stock": exact(np.maximum(np.rint(safety), 0).astype(np.int64)),
        "order_multiple": on_grid(multiple),
        "min_order_qty": on_grid(least),
        "lead_time_days": _days(portfolio),
        "unit_cost": [Decimal(repr(cost)) for cost in skus.unit_cost.tolist()],
    }
    return {**_texts(portfolio, plan), **numbers}, on_demand


def _texts(portfolio: Portfolio, plan: pd.DataFrame) -> dict[str, list[str]]:
    skus, sources = portfolio.skus, portfolio.sources
    supplier = portfolio.suppliers.supplier[sources.supplier[skus.primary]]
    pairs = zip(skus.sku.tolist(), skus.site.tolist(), strict=True)
    return {
        "sku": skus.sku.tolist(),
        "description": skus.description.tolist(),
        "category": skus.category.tolist(),
        "site": skus.site.tolist(),
        "supplier": supplier.tolist(),
        "policy": plan["policy"].tolist(),
        "row_id": [f"{_plain(sku)}_{_plain(site)}" for sku, site in pairs],
    }


def _plain(name: str) -> str:
    """Return a name in letters, digits, - and % only, another for every other name."""
    coded = quote(name, safe="")
    return coded.replace(".", "%2E").replace("_", "%5F").replace("~", "%7E")


def _days(portfolio: Portfolio) -> list[Decimal | None]:
    mean = portfolio.sources.lead_time_mean[portfolio.skus.primary]
    return [Decimal(int(days)) for days in round_up(mean, np.ones(len(mean))).tolist()]


def _none_where(none: BoolArray, values: list[Decimal | None]) -> list[Decimal | None]:
    return [None if no else value for no, value in zip(none.tolist(), values, strict=True)]


def _check_whole(
    plan: pd.DataFrame, counts: Mapping[str, FloatArray], decimals: FloatArray, run: str
) -> None:
    """Refuse quantities that are not multiples of the SKU's smallest unit."""
    names, places = plan["sku"].tolist(), decimals.tolist()
    problems = [
        Problem(
            file=f"{run}/plan.parquet",
            row=row + 2,
            column=column,
            value=repr(plan[column].tolist()[row]),
            rule=f"SKU {names[row]} is planned in multiples of {10.0 ** -places[row]:g}",
            remedy="An export never rounds, as a rounded plan may break its budget: solve again.",
        )
        for column, count in counts.items()
        for row in np.flatnonzero(~_is_whole(count)).tolist()
    ]
    if problems:
        raise BadInputError(problems)


def _is_whole(count: FloatArray) -> BoolArray:
    """Return which are whole numbers as floats write them; NaN and infinity are not."""
    near = np.abs(count - np.rint(count)) <= ROUNDING * np.maximum(1.0, np.abs(count))
    return np.asarray(near & (np.abs(count) < LARGEST))
