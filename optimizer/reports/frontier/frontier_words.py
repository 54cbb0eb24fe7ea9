"""A frontier's headline: what the range buys, the knee, one step more and one step less."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from optimizer.domain.frontier import Frontier, Point
from optimizer.reports.frontier.frontier_view import BudgetStep, FrontierView
from optimizer.reports.kit.bar_chart import Part
from optimizer.reports.kit.document import Figure, amount, number_of
from optimizer.reports.kit.format import alike, compact, count, money, percent
from optimizer.reports.kit.series_words import (
    STOPPED,
    gap_figure,
    losses,
    made_of,
    plan_figures,
    proof,
)


def lead_sentence(view: FrontierView) -> str:
    """Say what the whole range buys."""
    first, last = view.solved[0], view.solved[-1]
    if first is last:
        return f"With {_budget(first, view)} of capital the plan costs {_cost(first, view)}."
    low, high = _budget(first, view), _budget(last, view)
    dear, cheap = alike((first.objective or 0.0, last.objective or 0.0), view.currency)
    if dear == cheap:
        return (
            f"From {low} to {high} of capital, the plan's cost is about the same, {cheap} "
            f"{view.per_horizon}."
        )
    return (
        f"From {low} to {high} of capital, the plan's cost falls from {dear} to {cheap} "
        f"{view.per_horizon}."
    )


def proof_sentence(view: FrontierView) -> str:
    """Say how far from the best of its budget any plan can be."""
    why = STOPPED
    if any(point.stopped_by == "nesting" for point in view.solved):
        why = f"{why} or keep what smaller budgets bought"
    return proof(view.solved, "at every budget", why)


def sentences(view: FrontierView) -> list[str]:
    """Return what the budgets mean, by sentence."""
    knee = [] if view.knee is None else [knee_sentence(view.knee, view.found)]
    up, down = view.ups[view.place], view.downs[view.place]
    return [
        *knee,
        here_sentence(view),
        *([f"The next money: {step_sentence(up, view)}"] if up else []),
        *([f"A cut: {step_sentence(down, view)}"] if down else []),
        *_price_sentence(view),
        *_unsolved_sentences(view),
        *_shared_sentences(view),
        *_nested_sentences(view),
    ]


def here_sentence(view: FrontierView) -> str:
    """Say what the point buys from which the frontier is looked at."""
    here, own = view.here, view.settings.budget.capital
    why = " (the knee)" if here.knee else ""
    if own is not None and own == here.budget:
        why = " (the portfolio's own budget)"
    elif own is not None and view.solved[0].budget <= own <= view.solved[-1].budget:
        why = f" (nearest to the portfolio's own budget, {budget_words(own, view.found)})"
    return (
        f"{_budget(here, view)}{why}: the plan costs {_cost(here, view)}, "
        f"{made_of(here, view.currency)}; {losses(here, view.settings.risk.level, view.currency)}"
    )


def step_sentence(step: BudgetStep, view: FrontierView) -> str:
    """Say what a step to a neighbouring budget saves or costs."""
    from_, to = _budget(step.here, view), _budget(step.there, view)
    amount = f"{money(abs(step.saved), view.currency)} {view.per_horizon}"
    each = f"{compact(abs(step.each))} {view.currency} for each {view.currency}"
    if step.is_more:
        return f"from {from_} to {to} saves {amount}, {each}."
    return f"from {from_} to {to} costs {amount}, {each} given up."


def figures(view: FrontierView) -> list[Figure]:
    """Return the figures of the headline."""
    here, knee = view.here, view.knee
    at = f"at {_budget(here, view)}"
    return [
        number_of(
            "Budgets with a plan",
            len(view.solved),
            "each a verified run",
            of=len(view.found.points),
        ),
        amount("Own budget", view.settings.budget.capital, "the portfolio's"),
        Figure(
            label="Knee",
            kind="money",
            value=None if knee is None else knee.budget,
            text="" if knee is None else _budget(knee, view),
            note="beyond it, returns diminish clearly",
            is_tile=True,
        ),
        amount(f"Cost {view.per_horizon}", here.objective, at, is_tile=True),
        *plan_figures(here, view.settings.risk.level, at),
        *_step_figures(view),
        gap_figure(view.solved, "of any budget's plan"),
    ]


def knee_finding(view: FrontierView) -> str:
    """Say how much of what the range saves the knee brings already."""
    first, last, knee = view.solved[0], view.solved[-1], view.knee
    saved = (first.objective or 0.0) - (last.objective or 0.0)
    if knee is None or saved <= 0.0:
        return change_finding("The cost", view, "objective", "is the same at every budget")
    share = ((first.objective or 0.0) - (knee.objective or 0.0)) / saved
    at, end = (_budget(point, view) for point in (knee, last))
    return f"{at} already brings {percent(share)} of what {end} saves."


def change_finding(what: str, view: FrontierView, name: str, same: str) -> str:
    """Say how a figure moves from the first budget to the last."""
    first, last = (getattr(point, name) for point in (view.solved[0], view.solved[-1]))
    if len(view.solved) == 1 or first is None or last is None or not first:
        return f"{what} is {money(first or 0.0, view.currency)} {view.per_horizon}."
    change = (last - first) / abs(first)
    if abs(change) < 5e-4:
        return f"{what} {same}."
    ends = " to ".join(alike((first, last), view.currency))
    return f"{what} {'falls' if change < 0.0 else 'rises'} by {percent(abs(change))}, from {ends}."


def worth_finding(view: FrontierView) -> str:
    """Say what more money is worth at the smallest and at the largest budget."""
    known = [point for point in view.solved if point.capital_price is not None]
    if not known:
        return f"No price is known of one more {view.currency}."
    prices = [point.capital_price or 0.0 for point in (known[0], known[-1])]
    first, last = (money(price, view.currency) for price in prices)
    said = f"One more {view.currency} saves {first} at {_budget(known[0], view)}"
    if len(known) == 1:
        return f"{said}."
    return f"{said}, {last} at {_budget(known[-1], view)}."


def service_finding(view: FrontierView) -> str:
    """Say how the fill rate moves from the first budget to the last."""
    known = [point.fill_rate for point in view.solved if point.fill_rate is not None]
    if not known:
        return "No fill rate is known."
    first, last = percent(known[0]), percent(known[-1])
    if first == last:
        return f"The fill rate is {first} at either end."
    return f"The fill rate {'rises' if known[-1] > known[0] else 'falls'} from {first} to {last}."


def parts_finding(parts: Sequence[Part], view: FrontierView) -> str:
    """Say which part the last budget changes most against the first."""
    shifts = {part.name: (part.values[-1] or 0.0) - (part.values[0] or 0.0) for part in parts}
    name, shift = max(shifts.items(), key=lambda item: abs(item[1]))
    if not shift:
        largest = max(parts, key=lambda part: part.values[0] or 0.0)
        return f"{largest.name} is the largest part."
    way = "less" if shift < 0.0 else "more"
    amount = money(abs(shift), view.currency)
    return (
        f"The largest change is in {name.lower()}: {amount} {way} at the largest budget than at "
        "the smallest."
    )


def knee_sentence(point: Point, found: Frontier) -> str:
    """Say where the knee is, and what it is."""
    return (
        f"The knee is at {budget_words(point.budget, found)}: beyond it, returns diminish clearly "
        "(the point farthest from the line between the first and the last)."
    )


def remark(point: Point, found: Frontier) -> str:
    """Return what there is to say of a point beside its figures, or what its budget lacks."""
    if point.objective is None:
        return lacking(point, found)
    remarks = ["knee"] if point.knee else []
    if point.plan_of is not None and point.plan_of != point.budget:
        remarks.append(f"the plan of {budget_words(point.plan_of, found)}")
    if point.nesting_cost:
        remarks.append(f"keeping costs {money(point.nesting_cost, found.currency)}")
    if point.status == "feasible" and point.stopped_by not in (None, "nesting"):
        remarks.append(f"stopped by {str(point.stopped_by).replace('_', ' ')}")
    return ", ".join(remarks)


def lacking(point: Point, found: Frontier) -> str:
    """Say that a budget has no plan, and what it lacks, rounded up."""
    if point.missing is None:
        return "no plan"
    finest = 10.0 ** _places(found)
    return f"no plan, {budget_words(math.ceil(point.missing * finest) / finest, found)} missing"


def budget_words(amount: float, found: Frontier) -> str:
    """Return an amount to the unit, or as finely as tells the budgets of a frontier apart."""
    return f"{amount:,.{_places(found)}f} {found.currency}"


def _places(found: Frontier) -> int:
    """Return how many decimals the closest budgets need, 0 counted among them."""
    budgets = sorted({0.0, *(point.budget for point in found.points)})
    closest = min((more - less for less, more in pairwise(budgets)), default=1.0)
    return max(0, math.ceil(-math.log10(closest)))


def _price_sentence(view: FrontierView) -> list[str]:
    price, currency = view.here.capital_price, view.currency
    if price is None:
        return []
    return [
        (
            f"At {_budget(view.here, view)} one more {currency} of budget would save "
            f"{compact(price)} {currency} {view.per_horizon}, according to the relaxation."
        )
    ]


def _unsolved_sentences(view: FrontierView) -> list[str]:
    said = []
    if view.unsolved:
        largest = view.unsolved[-1]
        number = f"{len(view.unsolved):,} of {count(len(view.found.points), 'budget')}"
        lacks = lacking(largest, view.found)
        said.append(f"Too small for any plan: {number}. {_budget(largest, view)}: {lacks}.")
    if view.found.left_out:
        said.append(f"Stopped: {count(view.found.left_out, 'budget')} not reached.")
    return said


def _shared_sentences(view: FrontierView) -> list[str]:
    taken = sum(point.plan_of not in (None, point.budget) for point in view.solved)
    if not taken:
        return []
    return [
        f"{count(taken, 'budget')} kept the plan of a smaller one: no cheaper plan was found there."
    ]


def _nested_sentences(view: FrontierView) -> list[str]:
    nested = [point for point in view.solved if point.nesting_cost is not None]
    if not nested:
        return []
    dearest = max(nested, key=lambda point: point.nesting_cost or 0.0)
    cost = money(dearest.nesting_cost or 0.0, view.currency)
    return [
        (
            "Nested: every budget keeps the cover, the alternates and the suppliers that smaller "
            f"ones bought. That costs most at {_budget(dearest, view)}: {cost} more than the plan "
            "found there without this rule."
        )
    ]


def _step_figures(view: FrontierView) -> list[Figure]:
    """Return what the steps from here save and cost; a step that is not there has no figure."""
    up, down = view.ups[view.place], view.downs[view.place]
    steps = (("Next step up saves", up, 1.0), ("Next step down costs", down, -1.0))
    return [
        amount(label, sign * step.saved, _way(step, view), is_tile=True)
        for label, step, sign in steps
        if step
    ]


def _way(step: BudgetStep, view: FrontierView) -> str:
    return f"from {_budget(step.here, view)} to {_budget(step.there, view)}"


def _budget(point: Point, view: FrontierView) -> str:
    return budget_words(point.budget, view.found)


def _cost(point: Point, view: FrontierView) -> str:
    return f"{money(point.objective or 0.0, view.currency)} {view.per_horizon}"
