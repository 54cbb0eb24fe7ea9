"""A frontier's tables as its page draws them: the budgets, and what each step changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pandas as pd

from optimizer.domain.frontier import Frontier, Point
from optimizer.reports.frontier.frontier_rows import lacking, remark
from optimizer.reports.frontier.frontier_view import BudgetStep, FrontierView
from optimizer.reports.frontier.frontier_words import step_sentence
from optimizer.reports.kit.format import count, money
from optimizer.reports.kit.page_table import PageColumn, described, gap_percent, measured, values

MOST_ROWS: Final = 40_000  # changes on a page, of all steps together: some 5 MB
_MOST: Final = 500  # of a step
_FEWEST: Final = 10
_DIGITS: Final = 12

BUDGETS: Final = measured(
    *("budget", "run", "said", "objective", "expected_cost", "risk_charge", "gap_percent"),
    *("capital_used", "capital_price", "next_price", "expected_loss", "var", "cvar", "fill_rate"),
    details=("hull_price", "turns"),
)


def budgets_table(view: FrontierView) -> dict[str, Any]:
    """Return one row a budget, those without a plan with what they lack."""
    rows = [
        {column.name: getattr(point, column.name, None) for column in BUDGETS}
        | {"gap_percent": gap_percent(point.gap)}
        | {"said": _said(point, view.found)}
        for point in view.found.points
    ]
    table = pd.DataFrame(rows, columns=[column.name for column in BUDGETS])
    return {
        "columns": described(BUDGETS, view.currency),
        "values": values(table, BUDGETS, digits=_DIGITS),
    }


def rows_per_step(view: FrontierView) -> int:
    """Return how many changes of each step the page holds; next_money.csv has them all."""
    steps = max(1, 2 * (len(view.solved) - 1))
    return max(_FEWEST, min(_MOST, MOST_ROWS // steps))


def steps_tables(view: FrontierView) -> dict[str, Any]:
    """Return what the step up and the step down from each solved point change."""
    changes = view.found.next_money
    grouped = dict(iter(changes.groupby(["budget", "to_budget"], sort=False)))
    number = rows_per_step(view)
    return {
        "columns": {"up": _columns(view, more=True), "down": _columns(view, more=False)},
        "steps": [
            {
                "up": _step(up, grouped, view, number, "This is the largest budget."),
                "down": _step(down, grouped, view, number, "No smaller budget has a plan."),
            }
            for up, down in zip(view.ups, view.downs, strict=True)
        ],
    }


def _columns(view: FrontierView, *, more: bool) -> list[dict[str, Any]]:
    return described(_changes(more=more), view.currency)


def _changes(*, more: bool) -> tuple[PageColumn, ...]:
    """Return the columns of a step; a cut shows what it frees and costs as positive amounts."""
    capital, saving = ("Ties up", "Saves") if more else ("Frees", "Costs")
    called = {"capital": capital, "saving": saving, "return": f"{saving} for each"}
    found = measured("rank", "name", "option", "to_option", *called)
    return tuple(replace(column, label=called.get(column.name, column.label)) for column in found)


def _step(
    step: BudgetStep | None,
    grouped: dict[Any, pd.DataFrame],
    view: FrontierView,
    number: int,
    end: str,
) -> dict[str, Any]:
    """Return the words of a step and its first changes; without values where there are none."""
    if step is None:
        return {"said": end, "values": None}
    rows = grouped.get((step.here.budget, step.there.budget))
    sentence = step_sentence(step, view)
    said = sentence[0].upper() + sentence[1:]
    if rows is None or rows.empty:
        return {"said": f"{said} Nothing changes.", "values": None}
    is_change = rows["kind"] != "tail"
    changes, shift = rows[is_change], float(rows.loc[~is_change, "saving"].sum())
    more = step.there.budget > step.here.budget
    shown = changes.head(number)
    if not more:
        shown = shown.assign(capital=-shown["capital"], saving=-shown["saving"])
    return {
        "said": f"{said} {_of_which(len(changes), len(shown), shift, more, view)}",
        "values": values(shown, _changes(more=more)),
    }


def _of_which(n_changes: int, n_shown: int, shift: float, more: bool, view: FrontierView) -> str:
    verb = "adds" if (shift >= 0.0) == more else "takes off"
    cut = f", the first {n_shown:,} of them below" if n_shown < n_changes else ""
    return (
        f"{count(n_changes, 'change')}{cut}. That other futures become the worst {verb} "
        f"{money(abs(shift), view.currency)}, which stands in no row."
    )


def _said(point: Point, found: Frontier) -> str:
    return lacking(point, found) if point.objective is None else remark(point, found)
