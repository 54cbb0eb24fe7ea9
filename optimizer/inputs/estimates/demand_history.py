"""
The history of demand: rows of one SKU and period added up, returns netted.

A period is a day, a week counted from the table's first day, or a calendar month.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import DemandHistory
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.inputs.findings import Findings

Period = Literal["day", "week", "month"]

DAYS_PER_PERIOD: Final[dict[Period, float]] = {
    "day": 1.0,
    "week": 7.0,
    "month": DAYS_PER_YEAR / 12.0,
}


def period_of(day: IntArray | int, period: Period, first_day: int) -> IntArray:
    """
    Return the number of the period that holds each day.

    Parameters
    ----------
    day
        Days since 1970-01-01.
    first_day
        First day of the first week; not used for days and calendar months.

    Examples
    --------
    >>> period_of(np.array([31, 58, 59]), "month", 0)  # 1970-02-01, 02-28 and 03-01
    array([1, 1, 2])
    """
    days = np.asarray(day, dtype=np.int64)
    if period == "month":
        return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return days if period == "day" else (days - first_day) // 7


def first_day_of(number: IntArray | int, period: Period, first_day: int) -> IntArray:
    """Return the first day of each period; the inverse of `period_of`."""
    numbers = np.asarray(number, dtype=np.int64)
    if period == "month":
        return numbers.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return numbers if period == "day" else first_day + 7 * numbers


def history_of(
    sku: IntArray, day: IntArray, quantity: FloatArray, period: Period, findings: Findings
) -> DemandHistory:
    """
    Return the history of these rows (at least one); note what was added, netted and dropped.

    Parameters
    ----------
    sku, day, quantity
        Rows of the sorted SKUs, days since 1970-01-01, quantities, in any order.
    """
    first_day, last_day = int(day.min()), int(day.max())
    numbers = period_of(day, period, first_day)
    rows, numbers, net = demands(sku, numbers, quantity, findings)
    after_last = period_of(last_day, period, first_day) + 1
    begins = period_of(first_day, period, first_day)
    return DemandHistory(
        sku=rows,
        day=first_day_of(numbers, period, first_day),
        quantity=net,
        first_day=int(first_day_of(begins, period, first_day)),
        last_day=int(first_day_of(after_last, period, first_day)) - 1,
    )


def demands(
    sku: IntArray, number: IntArray, quantity: FloatArray, findings: Findings
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return rows in any order as sorted demands above 0, at most one per SKU and period."""
    n_rows = len(sku)
    sku, number, quantity = _added(sku, number, quantity)
    if len(sku) < n_rows:
        findings.warnings.append(
            f"demand: {n_rows - len(sku)} rows have the same SKU and period as another and are "
            "added to it."
        )
    net = _netted(sku, quantity, findings)
    asked = net > 0.0
    return sku[asked], number[asked], net[asked]


def _added(
    sku: IntArray, number: IntArray, quantity: FloatArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return rows sorted by SKU and period, those of one SKU and period added up."""
    order = np.lexsort((quantity, number, sku))
    sku, number, quantity = sku[order], number[order], quantity[order]
    begins = np.ones(len(sku), dtype=np.bool_)
    begins[1:] = (sku[1:] != sku[:-1]) | (number[1:] != number[:-1])
    start = np.flatnonzero(begins)
    added = np.add.reduceat(quantity, start) if len(start) else quantity
    return sku[start], number[start], added


def _netted(sku: IntArray, quantity: FloatArray, findings: Findings) -> FloatArray:
    """Return rows sorted by SKU and period, with returns deducted from the demand before them."""
    returned = quantity < 0.0
    if not returned.any():
        return quantity
    net = quantity.copy()
    dropped = np.zeros(len(quantity), dtype=np.bool_)
    for of_sku in _rows_of_each(sku, sku[returned]):
        for row in of_sku:
            if returned[row]:
                dropped[row] = _take_back(net, of_sku[0], row)
    message = f"demand: {returned.sum()} returns (negative quantities) are netted against the"
    findings.warnings.append(f"{message} latest demand before them.")
    if dropped.any():
        findings.warnings.append(
            f"demand: {dropped.sum()} returns exceed all earlier demand of their SKU; the rest is "
            "dropped."
        )
    return net


def _rows_of_each(sku: IntArray, wanted: IntArray) -> list[range]:
    skus = np.unique(wanted)
    starts, ends = (np.searchsorted(sku, skus, side) for side in ("left", "right"))
    return [range(*pair) for pair in zip(starts.tolist(), ends.tolist(), strict=True)]


def _take_back(net: FloatArray, first: int, row: int) -> bool:
    """Deduct a return from the rows before it, latest first; return whether any is left."""
    rest, net[row] = -net[row], 0.0
    at = row - 1
    while rest > 0.0 and at >= first:
        taken = min(rest, net[at])
        net[at] -= taken
        rest -= taken
        at -= 1
    return bool(rest > 0.0)
