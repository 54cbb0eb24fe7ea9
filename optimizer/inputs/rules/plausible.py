"""What is possible but absurd: mostly a unit mistaken, noted with the row and the likely unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow.compute as pc

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.inputs.findings import Findings, short
from optimizer.inputs.readers.cells import Table
from optimizer.inputs.rules.keys import codes
from optimizer.inputs.rules.references import Tables

OFTEN: Final = 12.0
"""Outages a year beyond which a hazard is everyday trouble rather than a disruption."""
LONG: Final = 730.0
"""Days of an outage after which the business would have found another way."""
WORTHLESS: Final = 1.0
"""Share of its value lost in a year."""
FAR_ABOVE: Final = 100.0
"""Times the upper quartile of the category's demand."""
FEWEST: Final = 5
"""Others that a value is compared with."""
FAR_BELOW: Final = 5.0
"""Times below the supplier's other lead times; weeks for days are seven."""


def note_implausible(tables: Tables, findings: Findings) -> None:
    """Note what is possible but absurd in complete and valid tables."""
    hazards, skus, sources = tables["hazards"], tables["skus"], tables["sources"]
    rate, days = hazards.numbers["annual_rate"], hazards.numbers["duration_mean_days"]
    outage = pc.equal(hazards.texts["kind"], "outage").to_numpy(zero_copy_only=False)
    lost = skus.numbers["obsolescence_rate"]
    demand, usual = skus.numbers["demand_mean"], _usual_demand(skus)
    lead_time, others = sources.numbers["lead_time_mean"], _other_lead_times(sources)
    notes: tuple[tuple[Table, str, BoolArray, Callable[[int], str]], ...] = (
        (
            hazards,
            "annual_rate",
            outage & (rate > OFTEN),
            lambda at: f"an outage {rate[at]:g} times a year; rates are per year, not in percent",
        ),
        (
            hazards,
            "duration_mean_days",
            days > LONG,
            lambda at: f"it lasts {days[at] / 365.0:,.1f} years on average; durations are in days",
        ),
        (
            skus,
            "obsolescence_rate",
            lost > WORTHLESS,
            lambda at: f"it loses {100.0 * lost[at]:,.0f} % of its value a year; 0.05 means 5 %",
        ),
        (
            skus,
            "demand_mean",
            demand > FAR_ABOVE * usual,
            lambda at: (
                f"{demand[at] / usual[at]:,.0f} times what most of its category have; demand is "
                "per day: was it written per month or year?"
            ),
        ),
        (
            sources,
            "lead_time_mean",
            (lead_time > 0.0) & (FAR_BELOW * lead_time <= others),
            lambda at: (
                f"1/{others[at] / lead_time[at]:.0f} of this supplier's other lead times, which "
                "are in days: was it written in weeks?"
            ),
        ),
    )
    for table, column, absurd, says in notes:
        _note(table, column, absurd, says, findings)


def _note(
    table: Table, column: str, absurd: BoolArray, says: Callable[[int], str], findings: Findings
) -> None:
    rows = np.flatnonzero(absurd)
    if not rows.size:
        return
    at, cells = int(rows[0]), table.cells
    name = short(table.texts[cells.schema.key[0]][at].as_py())
    more = f"; {rows.size - 1:,} more rows like it" if rows.size > 1 else ""
    findings.warnings.append(
        f"{cells.file}, row {cells.row[at]}, {name}, {cells.layout.title(column)} = "
        f"{cells.shown(column, at)}: {says(at)}{more}."
    )


def _usual_demand(skus: Table) -> FloatArray:
    """Return the upper quartile of the demand of each SKU's category; inf where few have any."""
    return _by_group(
        codes(skus.texts["category"]),
        skus.numbers["demand_mean"],
        lambda values: float(np.quantile(values, 0.75, method="lower")),
    )


def _other_lead_times(sources: Table) -> FloatArray:
    """Return the median lead time of each source's supplier; 0 where they are few or differ."""

    def usual(values: FloatArray) -> float:
        low, median, high = np.quantile(values, (0.25, 0.5, 0.75))
        return float(median) if high <= 3.0 * low else 0.0

    found = _by_group(codes(sources.texts["supplier"]), sources.numbers["lead_time_mean"], usual)
    return np.where(np.isinf(found), 0.0, found)


def _by_group(
    group: np.ndarray, values: FloatArray, figure: Callable[[FloatArray], float]
) -> FloatArray:
    """Return a figure of the values above 0 of each row's group; inf with too few others."""
    found: FloatArray = np.full(group.max(initial=-1) + 1, np.inf)
    positive = np.flatnonzero(values > 0.0)
    order = positive[np.argsort(group[positive], kind="stable")]
    names, starts = np.unique(group[order], return_index=True)
    ends = [*starts[1:], len(order)]
    for name, start, end in zip(names, starts, ends[: len(names)], strict=True):
        own = values[order[start:end]]
        if len(own) > FEWEST:
            found[name] = figure(own)
    of_row: FloatArray = found[group]
    return of_row
