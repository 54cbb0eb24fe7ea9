"""What SKUs tie up today, as far as the stock table or the plan in force tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.arrays import FloatArray
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells
from optimizer.inputs.rules.numbers import read_numbers
from optimizer.inputs.rules.references import positions
from optimizer.inputs.rules.texts import read_texts


def present_capital(tables: Mapping[str, Cells], skus: Sequence[str]) -> FloatArray:
    r"""
    Return the capital that SKUs tie up today. [currency]

    The quantity in stock at unit cost; without a row in `stock`, the mean stock of today's numbers
    in `plan`, :math:`\max(r - dL, 0) + Q/2`.  NaN where neither can be read.

    Parameters
    ----------
    tables
        As written: a cell that is empty, invalid, or there twice tells nothing.
    """
    names = pa.array(skus, pa.string())
    units = _numbers(tables, "stock", "on_hand", names)
    units = np.where(np.isnan(units), _planned(tables, names), units)
    capital: FloatArray = units * _numbers(tables, "skus", "unit_cost", names)
    return capital


def _planned(tables: Mapping[str, Cells], names: pa.Array) -> FloatArray:
    """Return the mean stock by today's numbers. [unit]"""
    reorder_point, lot, most = (
        _numbers(tables, "plan", column, names)
        for column in ("reorder_point", "order_quantity", "max_stock")
    )
    lot = np.where(np.isnan(lot), most - reorder_point, lot)
    lead_time = _numbers(tables, "sources", "lead_time_mean", names, only_primary=True)
    in_lead_time = _numbers(tables, "skus", "demand_mean", names) * lead_time
    mean: FloatArray = np.maximum(reorder_point - in_lead_time, 0.0) + lot / 2.0
    return np.where(reorder_point < 0.0, 0.0, mean)


def _numbers(
    tables: Mapping[str, Cells],
    table: str,
    name: str,
    skus: pa.Array,
    *,
    only_primary: bool = False,
) -> FloatArray:
    """Return a column for each SKU, NaN where it has no row, more than one, or no valid number."""
    cells = tables.get(table)
    if cells is None or "sku" not in cells.columns:
        return np.full(len(skus), np.nan)
    unheard = Findings()
    values = read_numbers(cells, cells.schema.column(name), unheard)
    of_sku = positions(cells.columns["sku"], skus)
    rows = of_sku >= 0
    if only_primary:
        role = read_texts(cells, cells.schema.column("role"), unheard)
        rows &= pc.equal(role, "primary").to_numpy(zero_copy_only=False)
    found = np.full(len(skus), np.nan)
    found[of_sku[rows]] = values[rows]
    count = np.bincount(of_sku[rows], minlength=len(skus))
    return np.where(count == 1, found, np.nan)
