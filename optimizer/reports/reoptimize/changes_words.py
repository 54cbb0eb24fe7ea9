"""Sentences on what a plan changes, and on what fewer changes would cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from optimizer.domain.change_list import HOLDS, ChangeList, Point
from optimizer.reports.kit.document import Figure, amount, number_of
from optimizer.reports.kit.format import (
    alike,
    count,
    money_full,
    per_horizon,
    percent,
    percent_up,
)

_MOST: Final = 0.9  # of the saving
_ROUNDED: Final = 1.0 + 1e-9
_DECIMALS: Final = 6  # of a unit of the currency; below it differences are rounding


def lead_sentence(changes: ChangeList) -> str:
    """Say how many changes there are, and what they save."""
    n, currency = len(changes.rows), _currency(changes)
    if not n:
        return f"Nothing changes: the plan of {changes.plan_of} is still the best one."
    before, after = alike((changes.before.objective, changes.after.objective), currency)
    moved = money_full(abs(changes.saving), currency)
    verb = ("saves" if n == 1 else "save") if changes.saving >= 0.0 else _costs(changes, n)
    return (
        f"{count(n, 'change')} of {count(changes.about.skus, 'SKU')} against {changes.plan_of} "
        f"{verb} {moved} {_over(changes)}: {after} instead of {before}."
    )


def _costs(changes: ChangeList, n: int) -> str:
    """Say that changes cost more than they save, and why they are made all the same."""
    limit, drawn = changes.capital_limit, changes.before.capital
    why = ""
    if limit is not None and drawn > limit * _ROUNDED:
        stated = alike((drawn, limit), _currency(changes))
        why = f" (the plan in force draws {stated[0]} of capital, the budget is {stated[1]})"
    return f"{'costs' if n == 1 else 'cost'}, to keep today's limits{why},"


def proof_sentence(changes: ChangeList) -> str:
    """Say how far from the best any plan of these limits can be."""
    apart = percent_up(changes.gap)
    if not changes.is_proven:
        return f"Stopped early: a plan within these limits may be cheaper by {apart} at most."
    return (
        f"Proven: no plan within these limits is cheaper by more than {apart}. The parts of the "
        "list add up to the difference of the two plans; nothing is left over."
    )


def sentences(changes: ChangeList) -> list[str]:
    """Say how the saving is spread, what it takes, what stability costs and what did not carry."""
    return [
        *_most_of_it(changes),
        *_capital(changes),
        *_first(changes),
        *_stability(changes),
        *_rejected(changes),
        *changes.notes,
    ]


def figures(changes: ChangeList) -> list[Figure]:
    """Return the figures of the headline."""
    before, after = changes.before, changes.after
    moved = after.capital - before.capital
    return [
        number_of("Changes", len(changes.rows), "decisions", of=changes.about.skus),
        amount("Saved", changes.saving, _over(changes), is_tile=True),
        amount("Expected cost", after.expected_cost - before.expected_cost, "change", is_tile=True),
        amount("Risk charge", after.risk_charge - before.risk_charge, "change", is_tile=True),
        amount("Capital", moved, "change, one-time cash included", is_tile=True),
    ]


def curve_finding(changes: ChangeList) -> str:
    """Say what the fewest changes with most of the saving are, or the fewest that keep limits."""
    best, fewest = changes.curve[-1], changes.curve[0]
    whole = changes.before.objective - best.objective
    if whole <= 0.0:
        cheaper = money_full(fewest.objective - best.objective, _currency(changes))
        verb = "keeps" if fewest.changes == 1 else "keep"
        return (
            f"{count(fewest.changes, 'change')} {verb} today's limits; {best.changes:,} do so "
            f"cheaper by {cheaper} {_over(changes)}."
        )
    enough = [p for p in changes.curve if changes.before.objective - p.objective >= _MOST * whole]
    few = min(enough, key=lambda point: point.changes)
    share = (changes.before.objective - few.objective) / whole
    verb = "gives" if few.changes == 1 else "give"
    return (
        f"{count(few.changes, 'change')} of {best.changes:,} {verb} {percent(share)} of the saving."
    )


def rejected_cost(changes: ChangeList) -> float | None:
    """Return what all rejections cost together; None where that is not known. [currency]"""
    if changes.proposed is None:
        return None
    return changes.after.objective - changes.proposed


def _most_of_it(changes: ChangeList) -> list[str]:
    n = len(changes.rows)
    if n < 2 or changes.saving <= 0.0:
        return []
    few = changes.changes_for(_MOST)
    if few >= n:
        return []
    return [
        (
            f"In the list's order, after {few:,} of {n:,} changes you have {percent(_MOST)} of the "
            "saving (made one after the other, without solving again)."
        )
    ]


def _capital(changes: ChangeList) -> list[str]:
    limit, most = changes.capital_limit, changes.most_capital
    if limit is None or most <= limit * _ROUNDED:
        return []
    drawn, allowed = alike((most, limit), _currency(changes))
    return [
        (
            f"Made in that order they draw up to {drawn} of capital on the way, above the "
            f"budget of {allowed}: make changes that free capital first."
        )
    ]


def _first(changes: ChangeList) -> list[str]:
    if not changes.first:
        return []
    return [
        (
            f"{count(changes.first, 'SKU')} get a first decision; they do not count as changes and "
            "stand in the plan, not in the list."
        )
    ]


def _stability(changes: ChangeList) -> list[str]:
    lines = []
    if len(changes.curve) > 1:
        lines.append(f"Each number of changes solved for itself: {curve_finding(changes)}")
    return [*lines, *_held_back(changes)]


def _held_back(changes: ChangeList) -> list[str]:
    """Say what dead band, cap and locks cost, each and together."""
    costs = {
        name: money_full(max(changes.after.objective - point.objective, 0.0), _currency(changes))
        for name, point in changes.unbound.items()
    }
    each = [f"{words} {costs[name]}" for name, words in HOLDS.items() if name in costs]
    if not each:
        return []
    together = f", together {costs['all']}" if "all" in costs else ""
    stated = f"{', '.join(each)}{together} {_over(changes)}"
    return [f"Holding still costs at least, at the same limit on changes: {stated}."]


def _rejected(changes: ChangeList) -> list[str]:
    rejected, cost = changes.rejected, rejected_cost(changes)
    if not changes.decided:
        return []
    if rejected.empty:
        return ["Every change was accepted."]
    worst = rejected.sort_values("worth", ascending=False).head(3)
    each = ", ".join(
        f"{sku} {money_full(worth, _currency(changes))}"
        for sku, worth in zip(worst["sku"], worst["worth"], strict=True)
    )
    together = (
        "inputs or settings differ from the proposal's, so what they cost together is not told"
        if cost is None
        else f"together they cost {money_full(cost, _currency(changes))} {_over(changes)}"
    )
    return [
        (
            f"{count(len(rejected), 'change')} not made: {together}; the dearest at the proposal's "
            f"prices: {each}."
        )
    ]


def point_rows(changes: ChangeList) -> Sequence[dict[str, float]]:
    """Return the points of the curve as rows."""
    return [_row(point, changes) for point in changes.curve]


def _row(point: Point, changes: ChangeList) -> dict[str, float]:
    gap = (point.objective - point.bound) / abs(point.objective or 1.0)
    return {
        "most_changes": point.changes,
        "changes_made": point.made,
        "objective": point.objective,
        "saving": round(changes.before.objective - point.objective, _DECIMALS),
        "stability_price": round(point.objective - changes.after.objective, _DECIMALS),
        "gap": gap,
    }


def _currency(changes: ChangeList) -> str:
    return changes.about.settings.currency


def _over(changes: ChangeList) -> str:
    return per_horizon(changes.about.settings.horizon.days)
