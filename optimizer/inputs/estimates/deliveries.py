"""Lead times and OTIF estimated from deliveries."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.inputs.estimates.filled import filled
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Table
from optimizer.inputs.rules.keys import first_position, joint_codes
from optimizer.inputs.rules.references import UNKNOWN, Tables, positions


def with_deliveries(tables: Tables, findings: Findings) -> Tables:
    """Return the tables with empty lead times and OTIF filled with estimates."""
    if "deliveries" not in tables:
        return tables
    completed, deliveries = dict(tables), tables["deliveries"]
    source = f"{len(deliveries)} deliveries"
    if "sources" in tables:
        mean, std = lead_times(tables["sources"], deliveries)
        columns = {"lead_time_mean": mean, "lead_time_std": std}
        completed["sources"] = filled(tables["sources"], columns, source, findings)
    if "suppliers" in tables:
        columns = {"otif": on_time_in_full(tables["suppliers"], deliveries)}
        completed["suppliers"] = filled(tables["suppliers"], columns, source, findings)
    return completed


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
    Return the share of every supplier's deliveries that were on time and in full.

    Only deliveries with promised and received date and both quantities count.

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
    """Return mean and standard deviation (``ddof=1``) by group, NaN if there are too few."""
    count = np.bincount(group, minlength=n_groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(group, values, n_groups) / count
        squares = np.bincount(group, (values - mean[group]) ** 2, n_groups)
        std = np.sqrt(squares / np.where(count > 1, count - 1, np.nan))
    return mean, std


def _usable(group: IntArray, *values: FloatArray) -> IntArray:
    """Return the complete rows of valid groups, in an order independent of the input's."""
    usable_rows = group != UNKNOWN
    for column in values:
        usable_rows &= ~np.isnan(column)
    order = np.lexsort((*reversed(values), group))
    usable: IntArray = order[usable_rows[order]]
    return usable


def _chained(sources: Table, deliveries: Table, column: str) -> pa.Array:
    return pa.concat_arrays([sources.texts[column], deliveries.texts[column]])
