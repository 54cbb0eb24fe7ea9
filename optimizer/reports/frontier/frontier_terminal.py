"""A frontier in the terminal: a row a budget, the knee, and the next best money."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import pandas as pd

from optimizer.domain.frontier import Frontier, Point
from optimizer.reports.frontier.frontier_view import reference
from optimizer.reports.frontier.frontier_words import budget_words, knee_sentence, remark
from optimizer.reports.kit.format import count, money
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import policy_words

_COLUMNS: Final = (
    *("budget", "objective", "expected_cost", "risk_charge", "gap", "capital_price", "next_price"),
    *("var", "cvar", "fill_rate", "turns", "said"),
)
_TOP: Final = 10


def points_json(found: Frontier) -> list[dict[str, Any]]:
    """Return the points as a list for machines."""
    return [asdict(point) for point in found.points]


def points_in_brief(found: Frontier) -> MeasuredTable:
    """Return a row for every point, budgets as finely as tells them apart."""
    return MeasuredTable(
        columns=_COLUMNS,
        rows=[
            asdict(point)
            | {"budget": budget_words(point.budget, found), "said": remark(point, found)}
            for point in found.points
        ],
        currency=found.currency,
    )


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
    return [*lines, *_steps(found, solved, reference(solved, own_budget))]


def _steps(found: Frontier, solved: Sequence[Point], here: Point) -> list[str]:
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
