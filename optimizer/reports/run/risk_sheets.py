"""Sheets on risk: the distribution of the loss, and what it comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.run import RunTables
from optimizer.metrics.sources_of_loss import HAZARD_KINDS
from optimizer.reports.kit.book import Book, Sheet, SheetColumn
from optimizer.reports.kit.format import money, percent
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import MEASURES, policy_words
from optimizer.reports.kit.native_charts import bars, exceedance, histogram
from optimizer.reports.kit.sheet_cells import Value
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.risk_tables import exposed_table, suppliers_table
from optimizer.reports.run.worst_futures import worst_futures

_BINS: Final = 30
_LISTED: Final = 25


def loss(book: Book, tables: RunTables, facts: Facts) -> None:
    """Write and draw the distribution of the loss, with VaR and CVaR."""
    level = percent(facts.settings.risk.level)
    unit, rows = facts.currency, _distribution(tables, facts)
    sheet = book.sheet("Loss")
    sheet.widths(26, 16, 16, 16, 16)
    sheet.title(f"What disruptions can cost {facts.per_horizon}")
    sheet.heading("Figures")
    named = (("Expected loss", facts.expected_loss), ("VaR", facts.var), ("CVaR", facts.cvar))
    figures = (SheetColumn(label="Figure"), SheetColumn(label="Loss", kind="money", unit=unit))
    sheet.table(figures, [list(pair) for pair in named])
    sheet.heading(f"Distribution over {len(tables.scenarios):,} futures")
    span = sheet.table(
        (
            SheetColumn(label="Loss from", kind="money", unit=unit),
            SheetColumn(label="Loss to", kind="money", unit=unit),
            SheetColumn(label="Probability, up to VaR", kind="share", unit="share"),
            SheetColumn(label="Probability, beyond VaR", kind="share", unit="share"),
            SheetColumn(label="Probability of more than 'from'", kind="share", unit="share"),
        ),
        rows,
    )
    sheet.heading("Upright lines of the chart")
    lines: list[list[Value]] = [
        [f"{name} {level}: {money(value, unit)}", value, height]
        for name, value in named[1:]
        for height in (0.0, max(float(row[4]) for row in rows) or 1.0)
    ]
    marks = sheet.table(
        (
            SheetColumn(label="Line"),
            SheetColumn(label="Loss", kind="money", unit=unit),
            SheetColumn(label="Probability", kind="share", unit="share"),
        ),
        lines,
    )
    axis = f"Loss to disruptions {facts.per_horizon} [{unit}]"
    shown = f"Distribution of the loss; VaR {level} is {money(facts.var, unit)}"
    sheet.chart(histogram(book, span, rows, title=shown, axis=axis), row=2, col=6)
    sheet.chart(exceedance(book, span, marks, rows, lines, axis=axis), row=21, col=6)


def _distribution(tables: RunTables, facts: Facts) -> list[list[float]]:
    """Return equal ranges of loss, their probability up to VaR and beyond, and that of more."""
    losses = tables.scenarios["loss"].to_numpy(dtype=np.float64)
    weight = tables.scenarios["probability"].to_numpy(dtype=np.float64)
    beyond = losses > facts.var
    edges = _edges(max(float(losses.max()), facts.cvar) or 1.0)
    near = np.histogram(losses[~beyond], bins=edges, weights=weight[~beyond])[0]
    far = np.histogram(losses[beyond], bins=edges, weights=weight[beyond])[0]
    more = [float(weight[losses > edge].sum()) for edge in edges[:-1]]
    columns = (edges[:-1].tolist(), edges[1:].tolist(), near.tolist(), far.tolist(), more)
    return [list(row) for row in zip(*columns, strict=True)]


def _edges(top: float) -> FloatArray:
    """Return round edges from 0 to no less than `top`, of at most so many ranges."""
    power = 10.0 ** math.floor(math.log10(top / _BINS))
    step = next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor * _BINS >= top)
    return step * np.arange(math.ceil(top / step) + 1, dtype=np.float64)


def hazards(book: Book, scorecard: Mapping[str, Any], facts: Facts) -> None:
    """Write and draw the expected loss by hazard, which adds up to the plan's."""
    table = _hazard_table(scorecard, facts)
    sheet = book.sheet("Hazards")
    sheet.widths(34, 16, 12, 12, 12, 12, 18, 12, 26)
    sheet.title(f"What the expected loss {facts.per_horizon} comes from")
    span = table.write(sheet)
    if not table.rows:
        return
    MeasuredTable(
        columns=table.columns[:3],
        rows=[{"hazard": "In all", "expected_loss": facts.expected_loss, "loss_share": 1.0}],
        currency=facts.currency,
    ).add(sheet)
    drawn = table.values[:_LISTED]
    title = f"Expected loss by hazard [{facts.currency}]"
    color = MEASURES["expected_loss"].color
    chart = bars(book, span.top(len(drawn)), drawn, col=1, title=title, color=color)
    sheet.chart(chart, row=sheet.row + 1, col=0)


def _hazard_table(scorecard: Mapping[str, Any], facts: Facts) -> MeasuredTable:
    total = facts.expected_loss or 1.0
    return MeasuredTable(
        columns=(
            *("hazard", "expected_loss", "loss_share", "strikes_a_year", "mean_days"),
            *("losing_skus", "hazard_kind", "scope", "target"),
        ),
        rows=[
            row
            | {"loss_share": row["expected_loss"] / total, "losing_skus": row["skus"]}
            | {"hazard_kind": HAZARD_KINDS[row["kind"]]}
            for row in scorecard["hazards"]
        ],
        currency=facts.currency,
        own={"strikes_a_year": replace(MEASURES["strikes_a_year"], label="Strikes")},
    )


def risks(book: Book, tables: RunTables, scorecard: Mapping[str, Any], facts: Facts) -> None:
    """Write the worst futures, suppliers and SKUs, each list with its largest first."""
    sheet = book.sheet("Risks")
    sheet.widths(28, 16, 16, 16, 16, 90)
    sheet.title("Top risks")
    unit = facts.currency
    sheet.heading("The worst futures")
    futures = worst_futures(tables, scorecard, number=_LISTED)
    MeasuredTable(
        columns=("scenario", "loss", "probability", "strikes"),
        rows=[asdict(future) | {"strikes": "; ".join(future.strikes)} for future in futures],
        currency=unit,
        own={"scenario": replace(MEASURES["scenario"], kind="plain")},
    ).write(sheet)
    sheet.heading("Suppliers, by what their outages are expected to cost")
    suppliers_table(scorecard, unit).write(sheet, most=_LISTED)
    _exposed(sheet, scorecard, unit)
    _tail(sheet, tables, unit)


def _exposed(sheet: Sheet, scorecard: Mapping[str, Any], unit: str) -> None:
    resilience = scorecard["resilience"]
    sheet.heading(
        f"SKUs that run out before supply recovers: {resilience['exposed_skus']:,} of "
        f"{resilience['skus_with_ttr']:,}, those with the most spend"
    )
    exposed_table(scorecard, unit).write(sheet)


def _tail(sheet: Sheet, tables: RunTables, unit: str) -> None:
    plan = tables.plan
    total = float(plan["tail_contribution"].sum()) or 1.0
    top = plan[plan["tail_contribution"] > 0.0].nlargest(_LISTED, "tail_contribution")
    shown = top.assign(
        cvar_share=top["tail_contribution"] / total, policy=top["policy"].map(policy_words)
    )
    rows: list[Any] = shown.to_dict("records")
    sheet.heading("Largest contributors to tail loss")
    columns = ("sku", "tail_contribution", "cvar_share", "capital", "policy", "reason")
    MeasuredTable(columns=columns, rows=rows, currency=unit).write(sheet)
