"""Sheets to read first and last: the summary, the limits, the method and its proof."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from optimizer.domain.run import RunTables
from optimizer.reports.kit.book import Book, SheetColumn
from optimizer.reports.kit.document import Figure
from optimizer.reports.kit.format import moment, money, percent
from optimizer.reports.kit.frame_sheets import method_sheet, summary_sheet
from optimizer.reports.kit.measures import Kind
from optimizer.reports.kit.sheet_cells import Value
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.limit_words import worth
from optimizer.reports.run.premium_words import premium_figures
from optimizer.reports.run.summary import proof_sentence, summarise

_LIMITS: Final = (
    SheetColumn(label="Resource", width=30),
    SheetColumn(label="Unit", width=10),
    SheetColumn(label="Used", kind="units", width=16),
    SheetColumn(label="Limit", kind="units", width=16),
    SheetColumn(label="Used of limit", kind="share", width=12),
    SheetColumn(label="What more of it is worth", width=70),
)


def summary(book: Book, tables: RunTables, scorecard: Mapping[str, Any], facts: Facts) -> None:
    """Write the headline, the proof, the figures and what they mean."""
    title = f"Ballast: run {tables.manifest.run}"
    figures = _figures(tables, scorecard, facts)
    summary_sheet(book, title, summarise(tables), figures, facts.currency)


def _figures(tables: RunTables, scorecard: Mapping[str, Any], facts: Facts) -> list[Figure]:
    """Return the figures that there are, over the horizon."""
    tail_level = percent(facts.settings.risk.level)
    capital = tables.manifest.resources.get("capital")
    used, limit = (None, None) if capital is None else (capital.used, capital.limit)
    service, inventory = scorecard["service"], scorecard["inventory"]
    rows: tuple[tuple[Kind, str, float | None, str], ...] = (
        *_forecast(facts),
        ("money", "Cost promised", facts.objective, f"{facts.per_horizon}, on its own futures"),
        ("money", "Expected cost", facts.expected_cost, "what the books show on average"),
        ("money", "Risk charge", facts.risk_charge, _charge(facts)),
        ("money", "Proven bound", facts.bound, "no plan can cost less"),
        ("gap", "Proven gap", facts.gap, "of the cost, at most"),
        ("gap", "Catalogue gap", facts.catalogue_gap, "finer levels could save, at most"),
        (
            "money",
            "Capital used",
            used,
            "tied up in stock, and cash drawn on it",
        ),
        ("money", "Capital budget", limit, "the most there is"),
        *_over_time(scorecard),
        ("money", "Expected loss", facts.expected_loss, "to disruptions, exact"),
        (
            "money",
            f"VaR {tail_level} promised",
            facts.var,
            f"not exceeded with {tail_level} probability",
        ),
        ("money", f"CVaR {tail_level} promised", facts.cvar, f"mean of the worst {facts.horizons}"),
        *(("money", *figure) for figure in premium_figures(tables, facts)),
        ("money", "New sources", facts.one_time_cash, "to qualify and onboard, once"),
        ("share", "Fill rate", service["fill_rate"], "of demand value, from stock"),
        ("days", "Days of supply", inventory["days_of_supply"], "of mean inventory"),
        ("units", "Turns", inventory["turns"], "of mean inventory"),
        ("count", "SKUs", len(tables.plan), "in the plan"),
    )
    return [
        Figure(kind=kind, label=label, value=value, note=note)
        for kind, label, value, note in rows
        if value is not None
    ]


def _over_time(scorecard: Mapping[str, Any]) -> list[tuple[Kind, str, float | None, str]]:
    """Return what is in stock over the year; scorecards of older runs do not say."""
    stock = scorecard.get("capital", {})
    return [
        ("money", label, stock.get(name), note)
        for name, label, note in (
            ("stock_mean", "Stock on own books", "on average over the year"),
            ("stock_percentile_95", "Stock on 95 % of days", "at most, in ordinary demand"),
            ("with_pipeline", "Stock with pipeline", "what is on its way at full value"),
        )
    ]


def _forecast(facts: Facts) -> list[tuple[Kind, str, float | None, str]]:
    """Return what fresh futures say of the plan, each with its interval."""
    if facts.forecast is None:
        return []
    named = {"Cost": facts.forecast.objective, "VaR": facts.forecast.var}
    named["CVaR"] = facts.forecast.cvar
    on = f"on {facts.forecast.futures:,} fresh futures"
    return [
        (
            "money",
            f"{name} forecast",
            found.value,
            f"± {money(found.half_width, facts.currency)}, {on}",
        )
        for name, found in named.items()
    ]


def _charge(facts: Facts) -> str:
    if not facts.has_charge:
        return "none is asked for"
    rate = percent(facts.settings.risk.yearly_charge)
    return f"{rate} a year of what {facts.measured} exceeds the expected loss by"


def limits(book: Book, facts: Facts) -> None:
    """Write what is limited, how much is used, and what more is worth."""
    sheet = book.sheet("Limits")
    sheet.widths(*(column.width for column in _LIMITS))
    rows: list[list[Value]] = [
        [
            limit.label,
            limit.unit or "count",
            limit.shown(limit.used),
            "none" if limit.limit is None else limit.shown(limit.limit),
            limit.used / limit.limit if limit.limit and not limit.is_floor else None,
            worth(limit, facts.currency, facts.per_horizon),
        ]
        for limit in facts.limits
    ]
    sheet.table(_LIMITS, rows)
    sheet.sheet.freeze_panes(2, 1)


def method(book: Book, tables: RunTables, facts: Facts) -> None:
    """Write how the plan came about: proof, versions, settings, and the inputs by their hashes."""
    note = (
        "Money is in the portfolio's currency over the horizon. The workbook holds values, no "
        "formulas. A text longer than the 32,767 characters of a cell is cut and says so; "
        "plan.csv and plan.parquet of this run have it whole."
    )
    method_sheet(book, _about(tables, facts), tables.manifest, [note])


def _about(tables: RunTables, facts: Facts) -> dict[str, Value]:
    manifest = tables.manifest
    stopped = manifest.stopped_by.replace("_", " ")
    return {
        "Proof": proof_sentence(facts),
        "Method": f"{manifest.method} ({manifest.method_reason})",
        "Stopped by": stopped,
        "Solved in [s]": manifest.seconds,
        "Futures": len(tables.scenarios),
        "Seed": manifest.seed,
        "Horizon [days]": facts.horizon_days,
        "Portfolio": PurePath(manifest.portfolio).name,
        "Parent run": manifest.parent or "none",
        "Written": moment(manifest.created),
        "Ballast": manifest.ballast,
    }
