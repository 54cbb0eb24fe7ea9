"""What history says where the tables leave it open: demand, its class, lead times, OTIF."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa

from optimizer.contract.cells import Table, is_empty
from optimizer.contract.findings import Findings
from optimizer.contract.keys import first_position, joint_codes
from optimizer.contract.numbers import EPOCH
from optimizer.contract.references import UNKNOWN, Tables, positions
from optimizer.contract.schema import Column
from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, TextArray
from optimizer.errors import Problem

LONG_INTERVAL: Final = 1.32  # mean days between demands, Syntetos and Boylan's cut
LARGE_CV2: Final = 0.49  # squared coefficient of variation of the demands, likewise
DEMAND_CLASSES: Final = np.array(["smooth", "erratic", "intermittent", "lumpy"], dtype=object)


def estimate(tables: Tables, findings: Findings) -> tuple[Tables, TextArray]:
    """Return the tables with their empty cells estimated, and the demand class of every SKU."""
    filled = dict(tables)
    n_skus = len(tables["skus"]) if "skus" in tables else 0
    demand_class: TextArray = np.full(n_skus, "", dtype=object)
    if "skus" in tables and "demand" in tables:
        mean, std, demand_class = demand_moments(tables["skus"], tables["demand"])
        source = f"{_span(tables['demand'])} of demand history"
        columns = {"demand_mean": mean, "demand_std": std}
        filled["skus"] = _filled(tables["skus"], columns, source, findings)
    if "sources" in tables and "deliveries" in tables:
        mean, std = lead_times(tables["sources"], tables["deliveries"])
        source = f"{len(tables['deliveries'])} deliveries"
        columns = {"lead_time_mean": mean, "lead_time_std": std}
        filled["sources"] = _filled(tables["sources"], columns, source, findings)
    if "suppliers" in tables and "deliveries" in tables:
        columns = {"otif": on_time_in_full(tables["suppliers"], tables["deliveries"])}
        source = f"{len(tables['deliveries'])} deliveries"
        filled["suppliers"] = _filled(tables["suppliers"], columns, source, findings)
    return filled, demand_class


def demand_moments(skus: Table, demand: Table) -> tuple[FloatArray, FloatArray, TextArray]:
    r"""
    Return mean, standard deviation and class of every SKU's daily demand.

    A day of the history without a row counts as zero; the standard deviation is that of one day
    with ``ddof=1``, :math:`s^2 = [\sum (x - m)^2 + (T - k)\,m^2]/(T - 1)` for k rows in T days.

    Returns
    -------
    tuple[FloatArray, FloatArray, TextArray]
        Mean [unit/day], standard deviation [unit], class.  Each of shape ``(N,)``.
        NaN, NaN and ``""`` for a SKU without rows; the standard deviation is NaN in a history
        of one day.
    """
    sku = positions(demand.texts["sku"], skus.texts["sku"])
    day, quantity = demand.numbers["date"], demand.numbers["quantity"]
    usable = _usable(sku, day, quantity)
    sku, day, quantity = sku[usable], day[usable], quantity[usable]
    n_skus = len(skus)
    rows = np.bincount(sku, minlength=n_skus)
    if not len(sku):
        return np.full(n_skus, np.nan), np.full(n_skus, np.nan), np.full(n_skus, "", dtype=object)
    n_days = day.max() - day.min() + 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(rows > 0, np.bincount(sku, quantity, n_skus) / n_days, np.nan)
        squares = np.bincount(sku, (quantity - mean[sku]) ** 2, n_skus)
        std = np.sqrt((squares + (n_days - rows) * mean**2) / (n_days - 1.0))
    return mean, std, _demand_class(sku, quantity, n_days, n_skus)


def _demand_class(sku: IntArray, quantity: FloatArray, n_days: float, n_skus: int) -> TextArray:
    """Return Syntetos and Boylan's class, from the days with demand only."""
    active = quantity > 0
    sku, quantity = sku[active], quantity[active]
    days = np.bincount(sku, minlength=n_skus)
    mean, std = _grouped(sku, quantity, n_skus)
    with np.errstate(invalid="ignore", divide="ignore"):
        rare = n_days / days >= LONG_INTERVAL
        varied = np.nan_to_num(std / mean) ** 2 >= LARGE_CV2
    classes: TextArray = np.where(days > 0, DEMAND_CLASSES[2 * rare + varied], "")
    return classes


def lead_times(sources: Table, deliveries: Table) -> tuple[FloatArray, FloatArray]:
    """
    Return mean and standard deviation of the lead time of every source.

    Returns
    -------
    tuple[FloatArray, FloatArray]
        From order to receipt [day], ``ddof=1``.  Each of shape ``(number of sources,)``.
        NaN without a delivery received; the standard deviation is NaN with one.
    """
    n_sources = len(sources)
    both = joint_codes(
        [
            _chained(sources, deliveries, "sku"),
            _chained(sources, deliveries, "supplier"),
        ]
    )
    first = first_position(both)[n_sources:]
    source = np.where(first < n_sources, first, UNKNOWN)
    took = deliveries.numbers["received"] - deliveries.numbers["ordered"]
    usable = _usable(source, took)
    return _grouped(source[usable], took[usable], n_sources)


def on_time_in_full(suppliers: Table, deliveries: Table) -> FloatArray:
    """
    Return the share of every supplier's deliveries that came on time and in full.

    Only deliveries that state promise, receipt and both quantities count.

    Returns
    -------
    FloatArray
        Shape ``(J,)``. [-]  NaN without such a delivery.
    """
    numbers = deliveries.numbers
    late = numbers["received"] - numbers["promised"]
    short = numbers["quantity_ordered"] - numbers["quantity_received"]
    good = np.where(np.isnan(late + short), np.nan, (late <= 0) & (short <= 0))
    supplier = positions(deliveries.texts["supplier"], suppliers.texts["supplier"])
    usable = _usable(supplier, good)
    return _grouped(supplier[usable], good[usable], len(suppliers))[0]


def _grouped(group: IntArray, values: FloatArray, n_groups: int) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation (``ddof=1``) by group, NaN where there are too few."""
    count = np.bincount(group, minlength=n_groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(group, values, n_groups) / count
        squares = np.bincount(group, (values - mean[group]) ** 2, n_groups)
        std = np.sqrt(squares / np.where(count > 1, count - 1, np.nan))
    return mean, std


def _usable(group: IntArray, *values: FloatArray) -> IntArray:
    """Return the complete rows of known groups, in an order that the input's does not change."""
    known = group != UNKNOWN
    for column in values:
        known &= ~np.isnan(column)
    order = np.lexsort((*reversed(values), group))
    usable: IntArray = order[known[order]]
    return usable


def _chained(sources: Table, deliveries: Table, column: str) -> pa.Array:
    return pa.concat_arrays([sources.texts[column], deliveries.texts[column]])


def _span(demand: Table) -> str:
    days = demand.numbers["date"]
    if np.isnan(days).all():
        return "0 days"
    first, last = float(np.nanmin(days)), float(np.nanmax(days))
    from_day, to_day = (EPOCH + dt.timedelta(days=day) for day in (first, last))
    return f"{last - first + 1:.0f} days ({from_day} to {to_day})"


def _filled(
    table: Table, estimates: dict[str, FloatArray], source: str, findings: Findings
) -> Table:
    """Return the table with the estimates where its cells are empty, and say how many."""
    numbers = dict(table.numbers)
    for column, estimate_ in estimates.items():
        fill = empty_cells(table, column) & ~np.isnan(estimate_)
        if fill.any():
            numbers[column] = np.where(fill, estimate_, numbers[column])
            name = table.cells.schema.name
            findings.warnings.append(f"{name}.{column}: {fill.sum()} estimated from {source}.")
    return replace(table, numbers=numbers)


def empty_cells(table: Table, column: str) -> BoolArray:
    """Return where a column was left empty; everywhere where it was left out."""
    written = table.cells.columns.get(column)
    if written is None:
        return np.ones(len(table), dtype=np.bool_)
    return is_empty(written)


def check_estimated(tables: Tables, findings: Findings) -> None:
    """Note every required cell that is empty and that no history fills."""
    for table in tables.values():
        for column in table.cells.schema.columns:
            if column.required and column.estimated_from:
                _check_filled(table, column, column.estimated_from in tables, findings)


def _check_filled(table: Table, column: Column, has_history: bool, findings: Findings) -> None:
    cells = table.cells
    if (cells.file, column.name) in findings.misspelt:
        return
    remedy = f"Fill in: {column.meaning} [{column.unit}]"
    if column.name not in cells.columns and not has_history:
        findings.add(
            Problem(
                file=cells.file,
                row=1,
                column=column.name,
                rule="the required column is missing",
                remedy=f"{remedy}; or add the table {column.estimated_from}.",
            )
        )
        return
    empty = empty_cells(table, column.name) & np.isnan(table.numbers[column.name])
    rule = f"is required, and {column.estimated_from} does not give it"
    if not has_history:
        rule = f"is required where there is no table {column.estimated_from}"
    findings.add_rows(cells, column.name, empty, rule, remedy + ".")
