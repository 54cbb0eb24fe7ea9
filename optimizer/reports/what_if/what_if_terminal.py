"""What-ifs in the terminal: a row each, what it changes, and what that comes to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from optimizer.domain.what_if import WhatIfResult, WhatIfRow
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.what_if.what_if_words import difference, sentences_of_all, stopped

_COLUMNS: Final = (
    *("what_if", "objective", "expected_cost", "risk_charge", "cost_difference", "regret", "gap"),
    *("capital_used", "expected_loss", "var", "cvar", "fill_rate", "decisions_changed"),
    *("qualified", "said"),
)
_MEANING: Final = (
    "Cost against base: the plan's cost less that of base, each under its own settings. Regret: "
    "what base's plan would cost there more than the plan found, which may itself cost more than "
    "the best by its gap. Sources: how many more and fewer to qualify."
)


def rows_json(found: WhatIfResult) -> list[dict[str, Any]]:
    """Return the rows as a list for machines."""
    return [asdict(row) for row in found.rows]


def rows_in_brief(found: WhatIfResult) -> MeasuredTable:
    """Return a row for every what-if, differences with their signs."""
    rows = [asdict(row) | _texts(row, found.currency) for row in found.rows]
    return MeasuredTable(columns=_COLUMNS, rows=rows, currency=found.currency)


def what_if_lines(found: WhatIfResult) -> list[str]:
    """Return what each what-if changes and what that comes to, by sentence."""
    changes = [_what_if(row) for row in found.rows if row.changes]
    return ["", _MEANING, "", *changes, "", *sentences_of_all(found)]


def _texts(row: WhatIfRow, currency: str) -> dict[str, str]:
    """Return what stands in a row otherwise than as its number."""
    no_sources = row.qualified_more is None
    return {
        "cost_difference": difference(row.cost_difference, currency),
        "regret": "infeasible" if row.base_breaks else difference(row.regret, currency),
        "qualified": "" if no_sources else f"+{row.qualified_more} −{row.qualified_fewer}",
        "said": "no plan" if row.objective is None else stopped(row),
    }


def _what_if(row: WhatIfRow) -> str:
    """Say what a what-if changes, and why it has no plan or is closed to the base's."""
    described = f" ({' '.join(row.description.split())})" if row.description else ""
    said = f"{row.what_if}{described}: {row.changes}."
    if row.message:
        said += f" No plan: {row.message}"
    if row.base_breaks:
        said += f" Base's plan is infeasible there: {row.base_breaks}."
    return said
