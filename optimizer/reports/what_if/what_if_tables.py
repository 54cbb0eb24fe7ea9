"""A comparison's tables as its page draws them: the figures, and what each scenario changes."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from optimizer.domain import frontier
from optimizer.domain.what_if import Comparison
from optimizer.reports.kit.page_table import Column, described, gap_percent, values
from optimizer.reports.kit.series import PARTS
from optimizer.reports.what_if.what_if_view import WhatIfView, at_most
from optimizer.reports.what_if.what_if_words import missing, remark

_DIGITS: Final = 12

FIGURES: Final = (
    Column(name="scenario", label="Scenario", kind="text"),
    Column(name="said", label="Remark", kind="text"),
    Column(name="objective", label="Cost", kind="money"),
    Column(name="expected_cost", label="Expected cost", kind="money"),
    Column(name="risk_charge", label="Risk charge", kind="money"),
    Column(name="cost_difference", label="Against base", kind="money"),
    Column(name="regret", label="Regret", kind="money"),
    Column(name="gap_percent", label="Proven gap [%]", kind="number"),
    Column(name="capital_used", label="Capital used", kind="money"),
    Column(name="expected_loss", label="Expected loss", kind="money"),
    Column(name="var", label="VaR", kind="money"),
    Column(name="cvar", label="CVaR", kind="money"),
    Column(name="fill_rate", label="Fill rate", kind="share"),
    Column(name="decisions_changed", label="SKUs changed", kind="number"),
    Column(name="qualified_more", label="Sources more", kind="number", detail=True),
    Column(name="qualified_fewer", label="Sources fewer", kind="number", detail=True),
    Column(name="run", label="Run", kind="text", detail=True),
    Column(name="turns", label="Turns [1/year]", kind="number", detail=True),
    Column(name="base_cost", label="Base's plan would cost here", kind="money", detail=True),
    Column(name="at_most", label="Regret at most, by the bound", kind="money", detail=True),
    *(
        Column(name=name, label=PARTS[name][0], kind="money", detail=True)
        for name in frontier.PARTS
    ),
    Column(name="horizon_days", label="Horizon [days]", kind="number", detail=True),
    Column(name="tail_percent", label="Level of VaR and CVaR [%]", kind="number", detail=True),
)
CHANGES: Final = (
    Column(name="scenario", label="Scenario", kind="text"),
    Column(name="description", label="What it is", kind="text"),
    Column(name="changes", label="Settings it changes", kind="text"),
    Column(name="message", label="Why there is no plan, or base's is not open", kind="text"),
    Column(name="missing", label="Missing, each alone enough", kind="text"),
)


def figures_table(view: WhatIfView) -> dict[str, Any]:
    """Return one row a scenario, those without a plan with what they lack."""
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
    """Return what each scenario changes, and what stands in its way."""
    rows = [
        {
            "scenario": row.scenario,
            "description": row.description,
            "changes": row.changes or "nothing",
            "message": row.message or _closed(row),
            "missing": missing(row, view.currency),
        }
        for row in view.found.rows
    ]
    return _table(rows, CHANGES, view.currency)


def _table(
    rows: list[dict[str, Any]], columns: tuple[Column, ...], currency: str
) -> dict[str, Any]:
    table = pd.DataFrame(rows, columns=[column.name for column in columns])
    return {
        "columns": described(columns, currency),
        "values": values(table, columns, digits=_DIGITS),
    }


def _closed(row: Comparison) -> str:
    return f"base's plan is not open: {row.base_breaks}" if row.base_breaks else ""


def _whole(amount: float | None) -> float | None:
    """Return a difference to the unit, without the sign of a rounded nothing."""
    return None if amount is None else round(amount) + 0.0
