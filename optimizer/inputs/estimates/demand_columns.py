"""The demand columns of `skus`, with empty cells estimated from history (MODEL 1a)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, TextArray
from optimizer.domain.portfolio import DemandHistory
from optimizer.domain.settings import Demand
from optimizer.inputs.assemble import key_order
from optimizer.inputs.estimates.demand_estimates import DemandEstimates, Record, estimates, record
from optimizer.inputs.estimates.demand_history import demands, history_of, period_of
from optimizer.inputs.estimates.filled import empty_cells, filled
from optimizer.inputs.findings import Findings, short
from optimizer.inputs.readers.cells import Table
from optimizer.inputs.rules.keys import codes
from optimizer.inputs.rules.numbers import EPOCH
from optimizer.inputs.rules.references import Tables, positions

COLUMNS = tuple(field.name for field in fields(DemandEstimates))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KnownDemand:
    """
    The tables with demand filled in, the history, and two columns aligned with the sorted SKUs.

    `stated` tells which state a mean demand of their own.
    """

    tables: Tables
    history: DemandHistory | None
    demand_class: TextArray
    stated: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """The rows of `demand`: rows of the sorted SKUs, days since 1970-01-01, quantities."""

    sku: IntArray
    day: IntArray
    quantity: FloatArray


def with_demand(
    tables: Tables, settings: Demand, history_until: int | None, findings: Findings
) -> KnownDemand:
    """
    Return valid tables with the demand columns of `skus` estimated from `demand`, if it exists.

    Parameters
    ----------
    history_until
        If given, only demand before this day (since 1970-01-01) is used, and the estimates replace
        stated values, for every SKU.
    """
    skus = tables["skus"]
    if "demand" not in tables or not len(tables["demand"]):
        none: TextArray = np.full(len(skus), "", dtype=object)
        every = np.ones(len(skus), dtype=np.bool_)
        return KnownDemand(tables=tables, history=None, demand_class=none, stated=every)
    order = key_order(skus, "sku")
    rows = _rows(tables["demand"], skus, order)
    history = history_of(rows.sku, rows.day, rows.quantity, settings.period, findings)
    seen, has_rows = _record(rows, skus, order, settings, history_until)
    open_ = empty_cells(skus, "demand_mean")[order] | (history_until is not None)
    _, group = np.unique(codes(skus.texts["category"])[order], return_inverse=True)
    estimated = estimates(
        seen,
        skus.numbers["unit_cost"][order],
        group,
        has_rows | open_,
        settings.period,
        pooled=settings.pooling == "category",
    )
    columns = {name: getattr(estimated, name) for name in COLUMNS}
    if history_until is None:
        _note_windows(rows, skus, order, findings)
        _note_without_rows(skus, order, open_ & ~has_rows, findings)
        estimable = has_rows | open_
        columns = {name: np.where(estimable, column, np.nan) for name, column in columns.items()}
        table = filled(skus, _unsorted(columns, order), _span(rows), findings)
    else:
        before = EPOCH + dt.timedelta(days=history_until)
        findings.warnings.append(f"skus: demand is estimated from the history before {before}.")
        table = replace(skus, numbers={**skus.numbers, **_unsorted(columns, order)})
    return KnownDemand(
        tables={**tables, "skus": table},
        history=history,
        demand_class=seen.demand_class,
        stated=~open_,
    )


def _rows(demand: Table, skus: Table, order: IntArray) -> _Rows:
    names = skus.texts["sku"].take(order)
    return _Rows(
        sku=positions(demand.texts["sku"], names),
        day=demand.numbers["date"].astype(np.int64),
        quantity=demand.numbers["quantity"],
    )


def _record(
    rows: _Rows, skus: Table, order: IntArray, settings: Demand, until: int | None
) -> tuple[Record, BoolArray]:
    """Return the record of every sorted SKU, and which SKUs have a row that counts."""
    period, first_day = settings.period, int(rows.day.min())
    number = period_of(rows.day, period, first_day)
    begins, ends = int(number.min()), int(number.max())
    if until is not None:
        ends = min(ends, int(period_of(until, period, first_day)) - 1)
    counts = number <= ends
    sku, number = rows.sku[counts], number[counts]
    n_skus = len(order)
    first_row = np.full(n_skus, ends + 1)
    np.minimum.at(first_row, sku, number)
    has_rows = first_row <= ends
    own_first = np.where(has_rows, first_row, begins)
    launched, ended = (skus.numbers[name][order] for name in ("launched", "ends"))
    is_launched, is_ended = ~np.isnan(launched), ~np.isnan(ended)
    launch = period_of(np.where(is_launched, launched, first_day), period, first_day)
    end = period_of(np.where(is_ended, ended, first_day), period, first_day)
    seen = record(
        *demands(sku, number, rows.quantity[counts], Findings()),
        first=np.where(is_launched, np.maximum(launch, begins), own_first),
        last=np.where(is_ended, np.minimum(end, ends), ends),
        launched=is_launched,
        limits=(settings.interval_limit, settings.variation_limit),
    )
    return seen, has_rows


def _unsorted(columns: dict[str, FloatArray], order: IntArray) -> dict[str, FloatArray]:
    """Return columns aligned with the sorted SKUs in the order of their table."""
    back = np.argsort(order)
    return {name: column[back] for name, column in columns.items()}


def _note_windows(rows: _Rows, skus: Table, order: IntArray, findings: Findings) -> None:
    launched, ends = (skus.numbers[name][order][rows.sku] for name in ("launched", "ends"))
    outside = ((rows.day < launched) | (rows.day > ends)) & (rows.quantity != 0.0)
    if outside.any():
        findings.warnings.append(
            f"demand: {outside.sum()} rows are dated before their SKU was launched or after it "
            "ends; the estimates ignore them."
        )
    over = skus.numbers["ends"] < rows.day.max()
    if over.any():
        findings.warnings.append(
            f"ends is before the last day of demand for {over.sum()} of {len(skus)} SKUs: they are "
            "planned as if demand continued; state a demand_mean of 0, or remove them."
        )


def _note_without_rows(
    skus: Table, order: IntArray, without: BoolArray, findings: Findings
) -> None:
    if without.any():
        first = skus.texts["sku"][int(order[np.flatnonzero(without)[0]])].as_py()
        findings.warnings.append(
            f"demand: {without.sum()} of {len(skus)} SKUs have no row, first {short(first)}: "
            "without any demand they get a small mean with a large error."
        )


def _span(rows: _Rows) -> str:
    first, last = int(rows.day.min()), int(rows.day.max())
    from_day, to_day = (EPOCH + dt.timedelta(days=day) for day in (first, last))
    return f"{last - first + 1} days ({from_day} to {to_day}) of demand history"
