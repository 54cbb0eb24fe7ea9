"""Sheets to read first and last: the summary, the limits, the method and its proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, Final

from optimizer.domain.run import RunTables
from optimizer.reports.kit.book import Book, Sheet, SheetColumn
from optimizer.reports.kit.format import moment, percent
from optimizer.reports.kit.sheet_cells import Value
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.limit_words import worth
from optimizer.reports.run.summary import proof_sentence, summarise

_FIGURES: Final = (
    SheetColumn(label="Figure"),
    SheetColumn(label="Value", kind="money"),
    SheetColumn(label="Unit"),
    SheetColumn(label="What it is"),
)
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
    lead, proof, *sentences = summarise(tables)
    sheet = book.sheet("Summary")
    sheet.widths(34, 18, 14, 62)
    sheet.title(f"Ballast: run {tables.manifest['run']}")
    sheet.paragraph(lead, columns=4, characters=105, style="lead")
    sheet.paragraph(proof, columns=4, characters=128)
    sheet.heading("Figures")
    sheet.header(_FIGURES)
    for kind, row in _figures(tables, scorecard, facts):
        sheet.values((_FIGURES[0], SheetColumn(label="", kind=kind), *_FIGURES[2:]), [row])
    sheet.heading("In words")
    for sentence in sentences:
        sheet.paragraph(sentence, columns=4, characters=128)


def _figures(
    tables: RunTables, scorecard: Mapping[str, Any], facts: Facts
) -> Iterator[tuple[Any, list[Value]]]:
    unit, level = facts.currency, percent(facts.settings.risk.level)
    capital = tables.manifest["resources"].get("capital", {"used": None, "limit": None})
    service, inventory = scorecard["service"], scorecard["inventory"]
    rows: list[tuple[Any, str, float | None, str, str]] = [
        ("money", "Cost of the plan", facts.objective, unit, f"{facts.per_horizon}, all parts"),
        ("money", "Expected cost", facts.expected_cost, unit, "what the books show on average"),
        ("money", "Risk charge", facts.risk_charge, unit, _charge(facts)),
        ("money", "Proven bound", facts.bound, unit, "no plan can cost less"),
        ("gap", "Proven gap", facts.gap, "share", "of the cost, at most"),
        ("money", "Capital used", capital["used"], unit, "tied up in stock, and cash drawn on it"),
        ("money", "Capital budget", capital["limit"], unit, "the most there is"),
        ("money", "Expected loss", facts.expected_loss, unit, "to disruptions, exact"),
        ("money", f"VaR {level}", facts.var, unit, f"not exceeded with {level} probability"),
        ("money", f"CVaR {level}", facts.cvar, unit, f"mean of the worst {facts.horizons}"),
        ("money", "New sources", facts.one_time_cash, unit, "to qualify and onboard, once"),
        ("share", "Fill rate", service["fill_rate"], "share", "of demand value, from stock"),
        ("days", "Days of supply", inventory["days_of_supply"], "days", "of mean inventory"),
        ("units", "Turns", inventory["turns"], "1/year", "of mean inventory"),
        ("count", "SKUs", len(tables.plan), "", "in the plan"),
    ]
    return ((kind, list(row)) for kind, *row in rows if row[1] is not None)


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
            limit.used,
            "none" if limit.limit is None else limit.limit,
            limit.used / limit.limit if limit.limit else None,
            worth(limit, facts.currency, facts.per_horizon),
        ]
        for limit in facts.limits
    ]
    sheet.table(_LIMITS, rows)
    sheet.sheet.freeze_panes(2, 1)


def method(book: Book, tables: RunTables, facts: Facts) -> None:
    """Write how the plan came about: proof, versions, settings, and the inputs by their hashes."""
    manifest = tables.manifest
    sheet = book.sheet("Method")
    sheet.widths(38, 72)
    sheet.title("Method and proof")
    pairs(sheet, "The run", ("What", "Said"), _about(tables, facts))
    pairs(sheet, "Versions", ("Of", "Version"), manifest["versions"])
    pairs(sheet, "Settings", ("Setting", "Value"), dict(flat(manifest["settings"])))
    pairs(sheet, "Inputs", ("File", "SHA-256"), manifest["inputs"])
    sheet.heading("On this workbook")
    note = (
        "Money is in the portfolio's currency over the horizon. It holds values, no formulas. "
        "A text longer than the 32,767 characters of a cell is cut and says so; "
        "plan.csv and plan.parquet of this run have it whole."
    )
    sheet.paragraph(note, columns=2, characters=110, style="note")


def _about(tables: RunTables, facts: Facts) -> dict[str, Value]:
    manifest = tables.manifest
    stopped = manifest["stopped_by"].replace("_", " ")
    return {
        "Proof": proof_sentence(facts),
        "Method": f"{manifest['method']} ({manifest['method_reason']})",
        "Stopped by": stopped,
        "Solved in [s]": manifest["seconds"],
        "Futures": len(tables.scenarios),
        "Seed": manifest["seed"],
        "Horizon [days]": facts.horizon_days,
        "Portfolio": PurePath(manifest["portfolio"]).name,
        "Parent run": manifest["parent"] or "none",
        "Written": moment(manifest["created"]),
        "Ballast": manifest["ballast"],
    }


def pairs(sheet: Sheet, heading: str, names: tuple[str, str], told: Mapping[str, Value]) -> None:
    """Write names and values, texts and numbers alike on the left of their column."""
    sheet.heading(heading)
    columns = (SheetColumn(label=names[0]), SheetColumn(label=names[1], kind="plain"))
    sheet.table(columns, [list(pair) for pair in told.items()])


def flat(settings: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Value]]:
    """Return every setting by its dotted name."""
    for name, value in settings.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{key}.")
        elif isinstance(value, bool) or value is None:
            yield key, {True: "yes", False: "no", None: "none"}[value]
        elif isinstance(value, list):
            yield key, ", ".join(map(str, value)) or "none"
        else:
            yield key, value
