"""What-ifs as a workbook: the figures, native charts, every what-if, and the method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from optimizer.domain.what_if import WhatIfResult
from optimizer.reports.kit.book import Book, Sheet, SheetColumn
from optimizer.reports.kit.column_looks import Looks, columns
from optimizer.reports.kit.format import percent
from optimizer.reports.kit.long_table import long_table
from optimizer.reports.kit.measures import Kind
from optimizer.reports.kit.native_charts import bars, bars_height, stacked_bars
from optimizer.reports.kit.series import cost_parts, widest_gap
from optimizer.reports.kit.several_sheets import method_sheet, summary_sheet
from optimizer.reports.kit.sheet_cells import Value
from optimizer.reports.run.facts import per_horizon
from optimizer.reports.run.limit_words import label_and_unit
from optimizer.reports.what_if.what_if_view import WhatIfView, at_most
from optimizer.reports.what_if.what_if_words import (
    drawn_sentence,
    lead_sentence,
    proof_sentence,
    sentences,
)
from optimizer.store.what_if_folder import COUNTS, rows_table

_WHAT_IFS: Final[Looks] = {
    "what_if": ("What-if", "text", ""),
    "description": ("What it is", "text", ""),
}
_WIDE: Final = {
    "what_if": 24.0,
    "description": 40.0,
    "changes": 40.0,
    "base_breaks": 40.0,
    "message": 60.0,
}
_MISSING: Final = "missing "
_NOTES: Final = (
    (
        "Money is in the portfolio's currency over the what-if's horizon. It holds values, no "
        "formulas. Numbers are those of what_if.csv to the last bit; the settings above are "
        "those of base."
    ),
    (
        "Cost against base: each under its own settings. Regret: what base's plan would cost in "
        "the what-if less what the plan found there costs; blank where base's plan is not open. "
        "Against the best plan there may be it is at most base's cost there less the proven bound."
    ),
    "Missing: the least increase of a limit that alone makes a plan possible.",
)
_COLUMNS: Final = 9  # of the charts' tables
_ROW: Final = 20  # height of a row [px]


def render_what_if_workbook(found: WhatIfResult) -> bytes:
    """Return what-ifs as a workbook; the same ones give the same bytes."""
    view, title = WhatIfView.of(found), f"Ballast: what-ifs {found.about['run']}"
    book = Book(title=title, created=found.about["created"])
    proof = proof_sentence(view)
    summary_sheet(book, title, (lead_sentence(view), proof, sentences(view)), _figures(view))
    _charts(book, view)
    table, looks = _table(found)
    long_table(book, "What-ifs", table, columns(looks, found.currency, _WIDE), pages=3)
    method_sheet(book, "The what-ifs", proof, found.about, _NOTES)
    return book.close()


def _figures(view: WhatIfView) -> Iterator[tuple[Any, ...]]:
    """Yield kind, name, value, unit and meaning of the figures."""
    base, unit = view.base, view.currency
    worst = max(view.kept, key=lambda row: row.regret or 0.0, default=None)
    of_base, level = f"of base, {per_horizon(base.horizon_days)}", percent(base.tail_level)
    yield from (
        ("count", "What-ifs", len(view.found.rows), "", "base among them"),
        ("count", "What-ifs with a plan", len(view.solved), "", "each a verified run"),
        ("money", "Cost", base.objective, unit, of_base),
        ("money", "Expected cost", base.expected_cost, unit, of_base),
        ("money", "Risk charge", base.risk_charge, unit, of_base),
        ("money", "Expected loss", base.expected_loss, unit, of_base),
        ("money", f"VaR {level}", base.var, unit, of_base),
        ("money", f"CVaR {level}", base.cvar, unit, of_base),
        ("count", "Base's plan can be kept in", len(view.kept), "", "other what-ifs"),
        ("count", "Base's plan is not open in", len(view.closed), "", "other what-ifs"),
        (
            "money",
            "Largest regret",
            worst and worst.regret,
            unit,
            worst and f"of keeping base's plan: {worst.what_if}",
        ),
        ("count", "SKUs", view.found.n_skus, "", ""),
        ("count", "Robust SKUs", view.found.robust, "", "keep their option in every plan"),
        ("gap", "Widest proven gap", widest_gap(view.solved), "share", "of any plan"),
    )


def _charts(book: Book, view: WhatIfView) -> None:
    """Write and draw the parts of the costs, and what keeping base's plan costs."""
    sheet = book.sheet("Charts")
    sheet.widths(30, *(14.0 for _ in range(_COLUMNS - 1)))
    sheet.sheet.set_portrait()
    sheet.title("The what-ifs, side by side")
    if drawn := drawn_sentence(view):
        sheet.paragraph(drawn, columns=_COLUMNS, characters=130)
    _parts(book, sheet, view)
    _regrets(book, sheet, view)


def _parts(book: Book, sheet: Sheet, view: WhatIfView) -> None:
    sheet.heading(f"What each what-if costs {view.per_horizon}")
    parts = cost_parts(view.drawn)
    labels = [part.name for part in parts]
    shown = [
        SheetColumn(label=label, kind="money", unit=view.currency) for label in ("Cost", *labels)
    ]
    amounts = zip(*(part.values for part in parts), strict=True)
    rows = [
        (row.what_if, row.objective, *amount)
        for row, amount in zip(view.drawn, amounts, strict=True)
    ]
    span = sheet.table([SheetColumn(label="Scenario"), *shown], rows)
    drawn = [(part.name, col, part.color) for col, part in enumerate(parts, start=2)]
    chart = stacked_bars(book, span, rows, parts=drawn, title="Parts of the cost")
    _below(sheet, chart, len(rows))


def _regrets(book: Book, sheet: Sheet, view: WhatIfView) -> None:
    kept = [row for row in view.drawn if row.regret is not None]
    if not kept:
        return
    sheet.heading(f"What keeping base's plan costs {view.per_horizon}")
    labels = ("Regret", "At most, by the bound", "Plan found", "Base's plan")
    shown = [SheetColumn(label=label, kind="money", unit=view.currency) for label in labels]
    rows: list[tuple[Value, ...]] = [
        (row.what_if, row.regret, at_most(row), row.objective, row.base_cost) for row in kept
    ]
    span = sheet.table([SheetColumn(label="What-if"), *shown], rows)
    title = "What keeping base's plan costs more than the plan found"
    _below(sheet, bars(book, span, rows, col=1, title=title, color="orange"), len(rows))


def _below(sheet: Sheet, chart: Any, n_bars: int) -> None:
    """Put a chart below its table, and go on below it."""
    sheet.chart(chart, row=sheet.row + 1, col=0)
    sheet.row += 2 + bars_height(n_bars) // _ROW


def _table(found: WhatIfResult) -> tuple[pd.DataFrame, Looks]:
    """Return the rows and how they look, what is missing in a column for each limit."""
    table = rows_table(found).drop(columns="missing")
    table = table.astype(dict.fromkeys(COUNTS, "float64"))
    table["same_yardstick"] = ["yes" if row.same_yardstick else "no" for row in found.rows]
    looks = dict(_WHAT_IFS)
    for name in dict.fromkeys(name for row in found.rows for name in row.missing):
        label, unit = label_and_unit(name, "¤")
        kind: Kind = "money" if unit == "¤" else "units"
        looks[_MISSING + name] = (f"Missing: {label}", kind, unit)
        table[_MISSING + name] = [row.missing.get(name, float("nan")) for row in found.rows]
    return table, looks
