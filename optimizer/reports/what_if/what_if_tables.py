"""Tables of what-ifs as their page draws them: the figures, and what each one changes."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from optimizer.domain import frontier
from optimizer.domain.what_if import WhatIfRow
from optimizer.reports.kit.measures import PARTS
from optimizer.reports.kit.page_table import PageColumn, described, gap_percent, values
from optimizer.reports.what_if.what_if_view import WhatIfView, at_most
from optimizer.reports.what_if.what_if_words import missing, remark

_DIGITS: Final = 12

FIGURES: Final = (
    PageColumn(name="what_if", label="What-if", kind="text"),
    PageColumn(name="said", label="Remark", kind="text"),
    PageColumn(name="objective", label="Cost", kind="money"),
    PageColumn(name="expected_cost", label="Expected cost", kind="money"),
    PageColumn(name="risk_charge", label="Risk charge", kind="money"),
    PageColumn(name="cost_difference", label="Against base", kind="money"),
    PageColumn(name="regret", label="Regret", kind="money"),
    PageColumn(name="gap_percent", label="Proven gap [%]", kind="number"),
    PageColumn(name="capital_used", label="Capital used", kind="money"),
    PageColumn(name="expected_loss", label="Expected loss", kind="money"),
    PageColumn(name="var", label="VaR", kind="money"),
    PageColumn(name="cvar", label="CVaR", kind="money"),
    PageColumn(name="fill_rate", label="Fill rate", kind="share"),
    PageColumn(name="decisions_changed", label="SKUs changed", kind="number"),
    PageColumn(name="qualified_more", label="Sources more", kind="number", detail=True),
    PageColumn(name="qualified_fewer", label="Sources fewer", kind="number", detail=True),
    PageColumn(name="run", label="Run", kind="text", detail=True),
    PageColumn(name="turns", label="Turns [1/year]", kind="number", detail=True),
    PageColumn(name="base_cost", label="Base's plan would cost here", kind="money", detail=True),
    PageColumn(name="at_most", label="Regret at most, by the bound", kind="money", detail=True),
    *(
        PageColumn(name=name, label=PARTS[name].label, kind="money", detail=True)
        for name in frontier.PARTS
    ),
    PageColumn(name="horizon_days", label="Horizon [days]", kind="number", detail=True),
    PageColumn(name="tail_percent", label="Level of VaR and CVaR [%]", kind="number", detail=True),
)
CHANGES: Final = (
    PageColumn(name="what_if", label="What-if", kind="text"),
    PageColumn(name="description", label="What it is", kind="text"),
    PageColumn(name="changes", label="Settings it changes", kind="text"),
    PageColumn(name="message", label="Why there is no plan, or base's is not open", kind="text"),
    PageColumn(name="missing", label="Missing, each alone enough", kind="text"),
)


def figures_table(view: WhatIfView) -> dict[str, Any]:
    """Return one row a what-if, those without a plan with what they lack."""
    rows = [
        {column.name: getattr(row, column.name, None) for column in FIGURES}
        | {
            "said": remark(row, view),
            "cost_difference": _whole(row.cost_difference),
            "regret": _whole(row.regret),
            "gap_percent": gap_percent(row.gap),
            "at_most": at_most(row),
            "tail_percent": 100.0 * row.tail_level,
        }
        for row in view.found.rows
    ]
    return _table(rows, FIGURES, view.currency)


def changes_table(view: WhatIfView) -> dict[str, Any]:
    """Return what each what-if changes, and what stands in its way."""
    rows = [
        {
            "what_if": row.what_if,
            "description": row.description,
            "changes": row.changes or "nothing",
            "message": row.message or _closed(row),
            "missing": missing(row, view.currency),
        }
        for row in view.found.rows
    ]
    return _table(rows, CHANGES, view.currency)


def _table(
    rows: list[dict[str, Any]], columns: tuple[PageColumn, ...], currency: str
) -> dict[str, Any]:
    table = pd.DataFrame(rows, columns=[column.name for column in columns])
    return {
        "columns": described(columns, currency),
        "values": values(table, columns, digits=_DIGITS),
    }


def _closed(row: WhatIfRow) -> str:
    return f"base's plan is not open: {row.base_breaks}" if row.base_breaks else ""


def _whole(amount: float | None) -> float | None:
    """Return a difference to the unit, without the sign of a rounded nothing."""
    return None if amount is None else round(amount) + 0.0
