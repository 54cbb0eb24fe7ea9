"""A frontier as people read it: a row a budget, the knee, and the next best money."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from optimizer.domain.frontier import Frontier, Point
from optimizer.reports.kit.format import count, money, percent, percent_up
from optimizer.reports.kit.measures import MEASURES, policy_words

_HEADED: Final = (
    *("budget", "objective", "expected_cost", "risk_charge", "gap", "capital_price", "next_price"),
    *("var", "cvar", "fill_rate", "turns"),
)
HEADINGS: Final = (*(MEASURES[name].within for name in _HEADED), "")
_TOP: Final = 10


def budget_words(amount: float, found: Frontier) -> str:
    """Return an amount to the unit, or as finely as tells the budgets of a frontier apart."""
    return f"{amount:,.{_places(found)}f} {found.currency}"


def _places(found: Frontier) -> int:
    """Return how many decimals the closest budgets need, 0 counted among them."""
    budgets = sorted({0.0, *(point.budget for point in found.points)})
    closest = min((more - less for less, more in pairwise(budgets)), default=1.0)
    return max(0, math.ceil(-math.log10(closest)))


def points_json(found: Frontier) -> list[dict[str, Any]]:
    """Return the points as a list for machines."""
    return [asdict(point) for point in found.points]


def frontier_rows(found: Frontier) -> list[tuple[str, ...]]:
    """Return a row of texts for every point, as `HEADINGS`."""
    return [_row(point, found) for point in found.points]


def frontier_lines(found: Frontier, own_budget: float | None) -> list[str]:
    """
    Return what the table means, and what the next money is best spent on, by sentence.

    Parameters
    ----------
    own_budget
        The portfolio's own: the steps from the point nearest to it are told, else from the knee.
    """
    solved = [point for point in found.points if point.objective is not None]
    meaning = (
        f"Marginal value: what one more {found.currency} of budget saves, by the relaxation; "
        "average saving: what each saves up to the next budget, by the two plans."
    )
    lines = ["", meaning, *[knee_sentence(point, found) for point in solved if point.knee]]
    if found.left_out:
        lines.append(f"Stopped: {count(found.left_out, 'budget')} not reached.")
    here = reference(solved, own_budget)
    return [*lines, *_steps(found, solved, here)]


def _row(point: Point, found: Frontier) -> tuple[str, ...]:
    budget, currency = budget_words(point.budget, found), found.currency
    if point.objective is None:
        return (budget, lacking(point, found), *[""] * (len(HEADINGS) - 2))
    return (
        budget,
        money(point.objective, currency),
        money(point.expected_cost or 0.0, currency),
        money(point.risk_charge or 0.0, currency),
        percent_up(point.gap or 0.0),
        _each(point.capital_price, currency),
        _each(point.next_price, currency),
        money(point.var or 0.0, currency),
        money(point.cvar or 0.0, currency),
        "" if point.fill_rate is None else percent(point.fill_rate),
        "" if point.turns is None else f"{point.turns:.1f}",
        remark(point, found),
    )


def remark(point: Point, found: Frontier) -> str:
    """Return what there is to say of a point beside its figures."""
    remarks = ["knee"] if point.knee else []
    if point.plan_of is not None and point.plan_of != point.budget:
        remarks.append(f"the plan of {budget_words(point.plan_of, found)}")
    if point.nesting_cost:
        remarks.append(f"keeping costs {money(point.nesting_cost, found.currency)}")
    if point.status == "feasible" and point.stopped_by not in (None, "nesting"):
        remarks.append(f"stopped by {str(point.stopped_by).replace('_', ' ')}")
    return ", ".join(remarks)


def _each(price: float | None, currency: str) -> str:
    return "" if price is None else money(price, currency)


def lacking(point: Point, found: Frontier) -> str:
    """Say that a budget has no plan, and what it lacks, rounded up."""
    if point.missing is None:
        return "no plan"
    finest = 10.0 ** _places(found)
    return f"no plan, {budget_words(math.ceil(point.missing * finest) / finest, found)} missing"


def knee_sentence(point: Point, found: Frontier) -> str:
    """Say where the knee is, and what it is."""
    return (
        f"The knee is at {budget_words(point.budget, found)}: beyond it, returns diminish clearly "
        "(the point farthest from the line between the first and the last)."
    )


def reference(solved: Sequence[Point], own_budget: float | None) -> Point:
    """Return the point whose next steps are told."""
    if own_budget is not None and solved[0].budget <= own_budget <= solved[-1].budget:
        return min(solved, key=lambda point: abs(point.budget - own_budget))
    return next((point for point in solved if point.knee), solved[0])


def _steps(found: Frontier, solved: list[Point], here: Point) -> list[str]:
    at = solved.index(here)
    lines: list[str] = []
    if at + 1 < len(solved):
        lines += _step(found, here, solved[at + 1], "Next best money")
    if at > 0:
        lines += _step(found, here, solved[at - 1], "A cut")
    return lines


def _step(found: Frontier, here: Point, there: Point, what: str) -> list[str]:
    """Return what a step buys or gives up, the ten best uses of money first."""
    table, currency = found.next_money, found.currency
    rows = table[(table["budget"] == here.budget) & (table["to_budget"] == there.budget)]
    from_, to = budget_words(here.budget, found), budget_words(there.budget, found)
    assert here.objective is not None  # noqa: S101  both have a plan
    assert there.objective is not None  # noqa: S101
    saved = here.objective - there.objective
    word = "saves" if there.budget > here.budget else "costs"
    lines = ["", f"{what}, from {from_} to {to}: {word} {money(abs(saved), currency)}."]
    changes = rows[rows["kind"] != "tail"]
    lines += [_change(row, currency) for row in changes.head(_TOP).to_dict("records")]
    if len(changes) > _TOP:
        lines.append(f"  … and {len(changes) - _TOP:,} more in next_money.csv.")
    return lines if len(changes) else [*lines, "  Nothing changes."]


def _change(row: Mapping[Hashable, Any], currency: str) -> str:
    capital, saving = float(row["capital"]), float(row["saving"])
    moved = f"{'ties up' if capital >= 0.0 else 'frees'} {money(abs(capital), currency)}"
    earned = f"{'saves' if saving >= 0.0 else 'costs'} {money(abs(saving), currency)}"
    each = "" if pd.isna(row["return"]) else f", {money(abs(row['return']), currency)} for each"
    options = f"{policy_words(row['option'])} → {policy_words(row['to_option'])}"
    return f"  {row['rank']:>3}. {row['name']}: {options}; {moved}, {earned}{each}"
